import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Column } from '../../kit/data-table.tsx';
import { reasonText } from '../../kit/delivery-reason.ts';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import type { DeadLetter } from './queries.ts';

export const COLUMNS: Column<DeadLetter>[] = [
  {
    id: 'event',
    header: 'Event',
    cell: ({ id, event_type, event_id }) => (
      <Stack gap={0}>
        <Anchor renderRoot={(props) => <Link to="/deliveries/$id" params={{ id }} {...props} />} size="sm" fw={600}>
          {event_type}
        </Anchor>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {event_id}
        </Text>
      </Stack>
    ),
  },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status }) => <StatusBadge status={status} />,
  },
  {
    id: 'reason',
    header: 'Given up because',
    cell: ({ reason, last_error, closed_reason }) => (
      <Stack gap={0}>
        <Text size="sm">{reasonText(reason)}</Text>
        <Text size="xs" c="dimmed" lineClamp={2}>
          {closed_reason === null ? last_error : reasonText(closed_reason)}
        </Text>
      </Stack>
    ),
  },
  {
    id: 'endpoint',
    header: 'Endpoint',
    cell: ({ endpoint_name }) => <Text size="sm">{endpoint_name}</Text>,
  },
  {
    id: 'rule',
    header: 'Rule',
    cell: ({ rule_name }) => <Text size="sm">{rule_name}</Text>,
  },
  {
    id: 'rounds',
    header: 'Rounds',
    cell: ({ rounds }) => <Text size="sm">{rounds}</Text>,
  },
  {
    id: 'parked',
    header: 'Waits since',
    cell: ({ parked_at }) => <Time at={parked_at} />,
  },
];
