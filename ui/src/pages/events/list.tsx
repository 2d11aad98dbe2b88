import { Anchor, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import type { Column } from '../../kit/data-table.tsx';
import { NothingYet } from '../../kit/empty.tsx';
import { FilterBar, TextFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { PeriodFilter } from '../../kit/period-filter.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { type Event, eventsQuery } from './queries.ts';
import { SendSample } from './send-sample.tsx';

const route = getRouteApi('/events');

const COLUMNS: Column<Event>[] = [
  {
    id: 'event',
    header: 'Event',
    cell: ({ id, source, type }) => (
      <Stack gap={0}>
        <Anchor
          renderRoot={(props) => <Link to="/events/$id" params={{ id }} search={{ source }} {...props} />}
          size="sm"
          fw={600}
        >
          {type}
        </Anchor>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {id}
        </Text>
      </Stack>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'source', header: 'Source', cell: ({ source }) => <Text size="sm">{source}</Text> },
  { id: 'subject', header: 'Subject', cell: ({ subject }) => <Text size="sm">{subject ?? '–'}</Text> },
  { id: 'received', header: 'Received', cell: ({ received_at }) => <Time at={received_at} /> },
];

/** What came in, newest first, for who asks why they were told, or were not. */
export default function EventsPage() {
  const { filters, cursor, filter, bar, list } = useListUrl(route.useSearch());
  const live = useLive('events');
  const query = useQuery(eventsQuery({ ...filters, cursor }));
  return (
    <>
      <PageHeader
        title="Events"
        lead="What came in, newest first; each says what every rule decided."
        actions={
          <>
            <LiveBadge state={live} />
            <SendSample />
          </>
        }
      />
      <FilterBar {...bar}>
        <TextFilter label="Event type" value={filters.type} onChange={(type) => filter({ type })} />
        <TextFilter label="Event id" value={filters.id} onChange={(id) => filter({ id })} />
        <TextFilter label="Source" value={filters.source} onChange={(source) => filter({ source })} />
        <PeriodFilter value={filters} onChange={filter} />
      </FilterBar>
      <ListView
        label="Events"
        what="events"
        query={query}
        columns={COLUMNS}
        rowId={({ id, source }) => `${source} ${id}`}
        nothingYet={
          <NothingYet title="No event yet">
            An event is what your programs send to POST /v1/events. “Send a sample event” sends one from here.
          </NothingYet>
        }
        {...list}
      />
    </>
  );
}
