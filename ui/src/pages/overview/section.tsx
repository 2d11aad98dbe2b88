import { Box, Group, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';

/** A part of the overview under its heading. */
export function Section({ title, side, children }: { title: string; side?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} mb="lg">
      <Group justify="space-between" mb="xs" gap="xs">
        <Title order={2} id={id}>
          {title}
        </Title>
        {side}
      </Group>
      {children}
    </Box>
  );
}
