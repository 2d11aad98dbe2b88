import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../api/live.ts';
import type { Selection } from '../../kit/data-table.tsx';
import { NothingYet } from '../../kit/empty.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { filterOf, operationOf, operationText } from './bulk.ts';
import { BulkBar } from './bulk-bar.tsx';
import { BulkProgressPanel } from './bulk-progress.tsx';
import { COLUMNS } from './columns.tsx';
import { DeadLetterFilterBar } from './filter-bar.tsx';
import { deadLettersQuery } from './queries.ts';

const route = getRouteApi('/dead-letters');

/** Deliveries that were given up and wait for a person: what they are, and a decision for one, for many or for all. */
export default function DeadLettersPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { filters, cursor, filter, bar, list } = useListUrl(search, 'bulk');
  const live = useLive('dead_letters');
  const [ticked, setTicked] = useState<{ of: string; rows: Selection }>({ of: '', rows: {} });
  const query = useQuery(deadLettersQuery({ ...filterOf(search), status: filters.status, cursor } as const));
  // What other filters have shown is out of sight, and not to be decided about.
  const shown = JSON.stringify(filters);
  const selected = ticked.of === shown ? ticked.rows : {};
  const setSelected = (rows: Selection) => setTicked({ of: shown, rows });
  const operation = operationOf(search.bulk);
  const showOperation = (next: string | undefined) =>
    void navigate({ search: (before) => ({ ...before, bulk: next }), replace: true });
  return (
    <>
      <PageHeader
        title="Dead letters"
        lead="Deliveries that were given up. Nothing of them is lost: each waits until it is retried or discarded."
        actions={<LiveBadge state={live} />}
      />
      {operation && (
        <BulkProgressPanel key={operation.id} operation={operation} onClose={() => showOperation(undefined)} />
      )}
      <DeadLetterFilterBar
        value={filters}
        seen={query.data?.items.map(({ reason }) => reason) ?? []}
        onChange={filter}
        {...bar}
      />
      {(query.data?.items.length ?? 0) > 0 && (
        <BulkBar
          selected={Object.keys(selected)}
          filter={filterOf(search)}
          isFiltered={bar.isFiltered}
          areWaiting={filters.status === undefined || filters.status === 'waiting'}
          onUnselect={() => setSelected({})}
          onSelectPage={() => setSelected(Object.fromEntries(query.data?.items.map(({ id }) => [id, true]) ?? []))}
          onStarted={(started) => {
            setSelected({});
            showOperation(operationText(started));
          }}
        />
      )}
      <ListView
        label="Dead letters"
        what="dead letters"
        query={query}
        columns={COLUMNS}
        rowId={({ id }) => id}
        selection={{
          selected,
          onChange: setSelected,
          nameOf: ({ event_type, event_id }) => `${event_type} ${event_id}`,
        }}
        nothingYet={
          <NothingYet title="No dead letter waits">
            A delivery becomes one when all its attempts have failed. What has ended is under Status.
          </NothingYet>
        }
        {...list}
      />
    </>
  );
}
