import { Anchor, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Column } from './data-table.tsx';
import { StatusBadge } from './status-badge.tsx';

/** What a delivery and its dead letter have both. */
interface Shown {
  id: string;
  event_type: string;
  event_id: string;
  status: string;
  endpoint_name: string;
  rule_name: string;
}

/** The event, with the way to the delivery, for a dead letter's page is that one too. */
export const EVENT_COLUMN: Column<Shown> = {
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
};

export const STATUS_COLUMN: Column<Shown> = {
  id: 'status',
  header: 'Status',
  cell: ({ status }) => <StatusBadge status={status} />,
};

/** To which endpoint, by which rule. */
export const WAY_COLUMNS: Column<Shown>[] = [
  { id: 'endpoint', header: 'Endpoint', cell: ({ endpoint_name }) => <Text size="sm">{endpoint_name}</Text> },
  { id: 'rule', header: 'Rule', cell: ({ rule_name }) => <Text size="sm">{rule_name}</Text> },
];
