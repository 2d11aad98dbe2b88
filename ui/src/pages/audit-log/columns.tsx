import { Button, Text } from '@mantine/core';
import { actorLabel } from '../../kit/actor.ts';
import type { Column } from '../../kit/data-table.tsx';
import { Time } from '../../kit/time.tsx';
import { TargetLink } from './target-link.tsx';
import { type AuditEntry, actionLabel } from './words.ts';

/** @param onShow asked for what an entry says of the change */
export const columnsOf = (onShow: (entry: AuditEntry) => void): Column<AuditEntry>[] => [
  {
    id: 'action',
    header: 'What was done',
    cell: ({ action }) => (
      <Text size="sm" fw={600}>
        {actionLabel(action)}
      </Text>
    ),
  },
  { id: 'target', header: 'To what', cell: ({ target }) => <TargetLink target={target} /> },
  { id: 'actor', header: 'By whom', cell: ({ actor }) => <Text size="sm">{actorLabel(actor)}</Text> },
  { id: 'at', header: 'When', cell: ({ at }) => <Time at={at} /> },
  {
    id: 'details',
    header: 'Details',
    cell: (entry) => (
      <Button
        size="xs"
        variant="default"
        onClick={() => onShow(entry)}
        aria-label={`Details of ${actionLabel(entry.action)}: ${entry.target.name ?? entry.target.id}`}
      >
        Details
      </Button>
    ),
  },
];
