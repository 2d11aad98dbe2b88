import { Alert, Code } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import type { Scope } from '../api/scopes.ts';

/** In place of what the key that one is signed in with may not see or do. @param what a sentence's subject: `API keys are` */
export function NotAllowed({ what, scope }: { what: string; scope: Scope }) {
  return (
    <Alert variant="default" icon={<IconLock aria-hidden />} title="Not with this key">
      {what} for keys with the scope <Code>{scope}</Code>. Ask who made yours for one that has it, and sign in with
      that.
    </Alert>
  );
}
