import { Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { deliveriesQuery } from '../../api/queries.ts';
import { cursorOf } from '../../kit/cursor-pages.ts';
import { NothingYet } from '../../kit/empty.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { COLUMNS } from './columns.tsx';
import { DeliveryFilterBar } from './filter-bar.tsx';

const route = getRouteApi('/deliveries');

/** Every alert that was made for an endpoint, newest first, and what became of it. */
export default function DeliveriesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const live = useLive('deliveries');
  const { after: _, page: __, ...filters } = search;
  const query = useQuery(
    deliveriesQuery({
      status: filters.status,
      endpoint_id: filters.endpoint,
      rule_id: filters.rule,
      event_id: filters.event,
      event_type: filters.type,
      since: filters.since,
      until: filters.until,
      cursor: cursorOf(search),
    }),
  );
  const isFiltered = Object.keys(filters).length > 0;
  const clear = () => void navigate({ search: {} });
  return (
    <>
      <PageHeader
        title="Deliveries"
        lead="One row for each alert to each endpoint, newest first."
        actions={<LiveBadge state={live} />}
      />
      <DeliveryFilterBar
        value={filters}
        isFiltered={isFiltered}
        onClear={clear}
        onChange={(change) =>
          void navigate({ search: ({ after, page, ...before }) => ({ ...before, ...change }), replace: true })
        }
      />
      <ListView
        label="Deliveries"
        what="deliveries"
        query={query}
        columns={COLUMNS}
        rowId={({ id }) => id}
        isFiltered={isFiltered}
        onClear={clear}
        nothingYet={
          <NothingYet title="No delivery yet">
            A delivery is made when an event meets a rule.{' '}
            <Anchor underline="always" renderRoot={(props) => <Link to="/" {...props} />}>
              The overview
            </Anchor>{' '}
            leads to the first one.
          </NothingYet>
        }
        search={search}
        onPage={(page) => void navigate({ search: (before) => ({ ...before, ...page }) })}
      />
    </>
  );
}
