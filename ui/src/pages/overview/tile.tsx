import { Group, Paper, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useId } from 'react';

interface TileProps {
  label: string;
  /** The figure, or a link around it. */
  children: ReactNode;
  /** A few words below it. */
  note?: ReactNode;
  /** Before the label: somebody has to look. */
  icon?: ReactNode;
}

/** A figure with its name; a group, so that who cannot see it hears both together. */
export function Tile({ label, children, note, icon }: TileProps) {
  const id = useId();
  return (
    <Paper withBorder p="sm" role="group" aria-labelledby={id} mih={98}>
      <Group gap={6} wrap="nowrap">
        {icon}
        <Text size="sm" c="dimmed" id={id}>
          {label}
        </Text>
      </Group>
      <Text component="div" fz="1.5rem" fw={650} lh={1.3}>
        {children}
      </Text>
      {note !== undefined && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  );
}
