import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Delivery } from '../../api/queries.ts';
import type { Column } from '../../kit/data-table.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';

export const COLUMNS: Column<Delivery>[] = [
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
    id: 'attempts',
    header: 'Attempts',
    cell: ({ attempt_count, last_status_code, last_error, reason }) => (
      <Text size="sm" component="span">
        {attempt_count}
        <Text span size="xs" c="dimmed">
          {lastWord(last_status_code, last_error ?? reason)}
        </Text>
      </Text>
    ),
  },
  {
    id: 'next',
    header: 'Next attempt',
    cell: ({ next_attempt_at }) => <Time at={next_attempt_at} />,
  },
  {
    id: 'created',
    header: 'Made',
    cell: ({ created_at }) => <Time at={created_at} />,
  },
];

/** What the last attempt, or the lack of one, is about; short, for the detail has it whole. */
function lastWord(code: number | null, error: string | null): string {
  if (code !== null) return ` · HTTP ${code}`;
  return error === null ? '' : ` · ${error.length > 60 ? `${error.slice(0, 60)}…` : error}`;
}
