import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Column } from '../../kit/data-table.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import type { Backtest } from './queries.ts';
import { reasonText } from './reasons.ts';

type Decision = Backtest['decisions'][number];
type Firing = Backtest['firings'][number];

export const DECISION_COLUMNS: Column<Decision>[] = [
  {
    id: 'event',
    header: 'Event',
    cell: ({ event_id, source }) => (
      <Anchor
        size="sm"
        renderRoot={(props) => <Link to="/events/$id" params={{ id: event_id }} search={{ source }} {...props} />}
      >
        {event_id}
      </Anchor>
    ),
  },
  { id: 'type', header: 'Type', cell: ({ type }) => <Text size="sm">{type}</Text> },
  { id: 'received', header: 'Received', cell: ({ received_at }) => <Time at={received_at} /> },
  {
    id: 'verdict',
    header: 'What the rule makes of it',
    cell: ({ outcome, fires, reason, detail }) => (
      <Text size="sm">
        <strong>{fires ? 'Fires' : outcome === 'matched' ? 'Counts' : 'No'}</strong> · {reasonText(reason, detail)}
      </Text>
    ),
  },
];

export const FIRING_COLUMNS: Column<Firing>[] = [
  { id: 'at', header: 'At', cell: ({ at }) => <Time at={at} /> },
  {
    id: 'status',
    header: 'Status',
    cell: ({ status }) => (status === 'notify' ? <Text size="sm">Told once</Text> : <StatusBadge status={status} />),
  },
  { id: 'key', header: 'Key', cell: ({ key }) => <Text size="sm">{key || '–'}</Text> },
  { id: 'event', header: 'Event', cell: ({ event_id }) => <Text size="sm">{event_id ?? 'none: it was missing'}</Text> },
  {
    id: 'value',
    header: 'Value',
    cell: ({ value, threshold }) => <Text size="sm">{value === null ? '–' : `${value} of ${threshold}`}</Text>,
  },
  {
    id: 'over',
    header: 'Over',
    cell: ({ resolved_at, resolve_reason }) => (
      <Text size="sm" component="span">
        <Time at={resolved_at} /> {resolve_reason?.replaceAll('_', ' ')}
      </Text>
    ),
  },
];
