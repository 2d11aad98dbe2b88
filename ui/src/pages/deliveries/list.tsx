import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { deliveriesQuery } from '../../api/queries.ts';
import { NothingYet } from '../../kit/empty.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { COLUMNS } from './columns.tsx';
import { DeliveryFilterBar } from './filter-bar.tsx';

const route = getRouteApi('/deliveries');

/** Every alert that was made for an endpoint, newest first, and what became of it. */
export default function DeliveriesPage() {
  const { filters, cursor, filter, bar, list } = useListUrl(route.useSearch());
  const live = useLive('deliveries');
  const query = useQuery(
    deliveriesQuery({
      status: filters.status,
      endpoint_id: filters.endpoint,
      rule_id: filters.rule,
      event_id: filters.event,
      event_type: filters.type,
      since: filters.since,
      until: filters.until,
      cursor,
    }),
  );
  return (
    <>
      <PageHeader
        title="Deliveries"
        lead="One row for each alert to each endpoint, newest first."
        actions={<LiveBadge state={live} />}
      />
      <DeliveryFilterBar value={filters} onChange={filter} {...bar} />
      <ListView
        label="Deliveries"
        what="deliveries"
        query={query}
        columns={COLUMNS}
        rowId={({ id }) => id}
        nothingYet={
          <NothingYet title="No delivery yet">
            A delivery is made when an event meets a rule.{' '}
            <Anchor underline="always" renderRoot={(props) => <Link to="/" {...props} />}>
              The overview
            </Anchor>{' '}
            leads to the first one.
          </NothingYet>
        }
        {...list}
      />
    </>
  );
}
