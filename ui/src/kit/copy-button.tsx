import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { copyText } from './copy-text.ts';

/** So long it says what came of it. */
const SAID_MS = 2_500;
const FAILED = 'Not copied: select the text and copy it yourself';

/** Copies a text. @param label what it does, for the tooltip and for who cannot see the icon */
export function CopyButton({ value, label = 'Copy' }: { value: string; label?: string }) {
  const [state, setState] = useState<'copied' | 'failed'>();
  useEffect(() => {
    if (state === undefined) return;
    const timer = setTimeout(() => setState(undefined), SAID_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const said = state === undefined ? label : state === 'copied' ? 'Copied' : FAILED;
  const Icon = state === undefined ? IconCopy : state === 'copied' ? IconCheck : IconAlertTriangle;
  return (
    <Tooltip label={said} withArrow {...(state === undefined ? {} : { opened: true })}>
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={async () => setState((await copyText(value)) ? 'copied' : 'failed')}
        aria-label={said}
      >
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
