import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { IconFilterOff, IconMoodEmpty } from '@tabler/icons-react';
import type { ReactNode } from 'react';

/** Nothing is there yet. @param children what to do about it: a sentence, a button */
export function NothingYet({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Empty icon={<IconMoodEmpty size={32} aria-hidden />} title={title}>
      {children}
    </Empty>
  );
}

/** Something may be there, but nothing that matches the filters. */
export function NothingMatches({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <Empty icon={<IconFilterOff size={32} aria-hidden />} title={`No ${what} match`}>
      <Text size="sm">The filters let nothing through.</Text>
      <Button size="xs" variant="default" onClick={onClear}>
        Clear the filters
      </Button>
    </Empty>
  );
}

function Empty({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="xl" role="status">
      <Stack align="center" gap="xs" ta="center">
        {icon}
        <Title order={2}>{title}</Title>
        {children}
      </Stack>
    </Paper>
  );
}
