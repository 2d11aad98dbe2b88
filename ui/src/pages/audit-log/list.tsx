import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { api, dataOf } from '../../api/client.ts';
import { NothingYet } from '../../kit/empty.tsx';
import { FilterBar, SelectFilter, TextFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { PeriodFilter } from '../../kit/period-filter.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { columnsOf } from './columns.tsx';
import { Details } from './details.tsx';
import { ACTIONS, type AuditEntry, actionLabel, TARGETS, targetLabel } from './words.ts';

const route = getRouteApi('/audit-log');

const ACTION_OPTIONS = ACTIONS.map((value) => ({ value, label: actionLabel(value) }));
const TARGET_OPTIONS = TARGETS.map((value) => ({ value, label: targetLabel(value) }));

/** Who did what to what, newest first, for who wants to know what was changed before it went wrong. */
export default function AuditLogPage() {
  const { filters, cursor, filter, bar, list } = useListUrl(route.useSearch());
  // Here, for a row becomes a card when the window narrows, and its dialog would be gone.
  const [shown, setShown] = useState<AuditEntry>();
  const { action, kind, target, actor, since, until } = filters;
  const asked = { action, target_type: kind, target_id: target, actor, since, until, cursor };
  const query = useQuery({
    queryKey: ['audit_log', asked],
    queryFn: ({ signal }) => dataOf(api.GET('/v1/audit-log', { params: { query: asked }, signal })),
    placeholderData: keepPreviousData,
  });
  return (
    <>
      <PageHeader title="Audit log" lead="Who did what, newest first. Entries are never changed or removed." />
      <FilterBar {...bar}>
        <SelectFilter
          label="What was done"
          value={action}
          options={ACTION_OPTIONS}
          onChange={(next) => filter({ action: next as typeof action })}
        />
        <SelectFilter
          label="To what"
          value={kind}
          options={TARGET_OPTIONS}
          onChange={(next) => filter({ kind: next as typeof kind })}
        />
        <TextFilter label="Its id" value={target} onChange={(next) => filter({ target: next })} />
        <TextFilter
          label="By the key"
          placeholder="key_… or service"
          value={actor}
          onChange={(next) => filter({ actor: next })}
        />
        <PeriodFilter value={filters} onChange={filter} />
      </FilterBar>
      <ListView
        label="Audit log"
        what="entries"
        query={query}
        columns={columnsOf(setShown)}
        rowId={({ id }) => id}
        nothingYet={
          <NothingYet title="Nothing was done yet">
            Whatever people make, change, delete, retry or discard is written down here.
          </NothingYet>
        }
        {...list}
      />
      <Details entry={shown} onClose={() => setShown(undefined)} />
    </>
  );
}
