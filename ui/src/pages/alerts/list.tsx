import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { ChoiceFilter } from '../../kit/choice-filter.tsx';
import { cursorOf } from '../../kit/cursor-pages.ts';
import { type Column, DataTable } from '../../kit/data-table.tsx';
import { NothingYet } from '../../kit/empty.tsx';
import { FilterBar, SelectFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { PeriodFilter } from '../../kit/period-filter.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { type Alert, alertsQuery } from './queries.ts';

const route = getRouteApi('/alerts');

const COLUMNS: Column<Alert>[] = [
  {
    id: 'alert',
    header: 'Alert',
    cell: ({ id, summary, key }) => (
      <Stack gap={0}>
        <Anchor renderRoot={(props) => <Link to="/alerts/$id" params={{ id }} {...props} />} size="sm" fw={600}>
          {summary || id}
        </Anchor>
        <Text size="xs" c="dimmed" lineClamp={1}>
          {key}
        </Text>
      </Stack>
    ),
  },
  { id: 'status', header: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { id: 'severity', header: 'Severity', cell: ({ severity }) => <Text size="sm">{severity}</Text> },
  { id: 'rule', header: 'Rule', cell: ({ rule_name }) => <Text size="sm">{rule_name}</Text> },
  { id: 'fired', header: 'Fired', cell: ({ fired_at }) => <Time at={fired_at} /> },
  { id: 'resolved', header: 'Resolved', cell: ({ resolved_at }) => <Time at={resolved_at} /> },
];

const STATUSES = [
  { value: 'firing', label: 'Firing' },
  { value: 'resolved', label: 'Resolved' },
];

/** Alerts, those that fire first, for who is on call. */
export default function AlertsPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const live = useLive('alerts');
  const { after: _, page: __, ...filters } = search;
  const { status, rule, since, until } = filters;
  const query = useQuery(alertsQuery({ status, rule_id: rule, since, until, cursor: cursorOf(search) }));
  const isFiltered = Object.keys(filters).length > 0;
  const isPlain = !isFiltered && search.after === undefined;
  const firing = useQuery({ ...alertsQuery({ status: 'firing' }), enabled: isPlain });
  const clear = () => void navigate({ search: {} });
  const filter = (change: Partial<typeof filters>) =>
    void navigate({ search: ({ after, page, ...before }) => ({ ...before, ...change }), replace: true });
  return (
    <>
      <PageHeader
        title="Alerts"
        lead="What rules have found: what fires first, then all, newest first."
        actions={<LiveBadge state={live} />}
      />
      <FilterBar isFiltered={isFiltered} onClear={clear}>
        <SelectFilter
          label="Status"
          value={status}
          options={STATUSES}
          onChange={(next) => filter({ status: next as typeof status })}
        />
        <ChoiceFilter kind="rules" label="Rule" value={rule} onChange={(next) => filter({ rule: next })} />
        <PeriodFilter value={filters} onChange={filter} />
      </FilterBar>
      {isPlain && firing.data && firing.data.items.length > 0 && (
        <Stack component="section" aria-labelledby="firing" gap="xs" mb="lg">
          <Title order={2} id="firing">
            Firing now
          </Title>
          <DataTable label="Firing alerts" columns={COLUMNS} rows={firing.data.items} rowId={({ id }) => id} />
          {firing.data.next_cursor !== null && (
            <Anchor size="sm" renderRoot={(props) => <Link to="/alerts" search={{ status: 'firing' }} {...props} />}>
              All that fire
            </Anchor>
          )}
          <Title order={2}>All</Title>
        </Stack>
      )}
      <ListView
        label="Alerts"
        what="alerts"
        query={query}
        columns={COLUMNS}
        rowId={({ id }) => id}
        isFiltered={isFiltered}
        onClear={clear}
        nothingYet={
          <NothingYet title="No alert yet">
            Rules that count, compare or wait for something raise alerts. What a rule decided of an event is on its
            page.
          </NothingYet>
        }
        search={search}
        onPage={(page) => void navigate({ search: (before) => ({ ...before, ...page }) })}
      />
    </>
  );
}
