import { Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { ChoiceFilter } from '../../kit/choice-filter.tsx';
import { type Column, DataTable } from '../../kit/data-table.tsx';
import { NothingYet } from '../../kit/empty.tsx';
import { Failure } from '../../kit/failure.tsx';
import { FilterBar, SelectFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { PeriodFilter } from '../../kit/period-filter.tsx';
import { StatusBadge, statusLabel } from '../../kit/status-badge.tsx';
import { Time } from '../../kit/time.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { type Alert, alertsQuery } from './queries.ts';
import { SEVERITIES } from './search.ts';

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
  { id: 'severity', header: 'Severity', cell: ({ severity }) => <StatusBadge status={severity} /> },
  { id: 'rule', header: 'Rule', cell: ({ rule_name }) => <Text size="sm">{rule_name}</Text> },
  { id: 'fired', header: 'Fired', cell: ({ fired_at }) => <Time at={fired_at} /> },
  { id: 'resolved', header: 'Resolved', cell: ({ resolved_at }) => <Time at={resolved_at} /> },
];

const SEVERITY_OPTIONS = SEVERITIES.map((value) => ({ value, label: statusLabel(value) }));
const STATUSES = [
  { value: 'firing', label: 'Firing' },
  { value: 'resolved', label: 'Resolved' },
];

/** Alerts, those that fire first, for who is on call. */
export default function AlertsPage() {
  const { filters, cursor, filter, bar, list } = useListUrl(route.useSearch());
  const live = useLive('alerts');
  const { status, severity, rule, since, until } = filters;
  // Without a status the API lists what fires alone. Unfiltered, that stands on top, and the list has the others.
  const listed = status ?? (bar.isFiltered ? 'all' : 'resolved');
  const query = useQuery(alertsQuery({ status: listed, severity, rule_id: rule, since, until, cursor }));
  const isPlain = !bar.isFiltered && cursor === undefined;
  const firing = useQuery({ ...alertsQuery({ status: 'firing' }), enabled: isPlain });
  const doFire = isPlain && firing.data !== undefined && firing.data.items.length > 0;
  return (
    <>
      <PageHeader
        title="Alerts"
        lead="What rules have found: what fires first, then what is over, newest first."
        actions={<LiveBadge state={live} />}
      />
      <FilterBar {...bar}>
        <SelectFilter
          label="Status"
          value={status}
          options={STATUSES}
          onChange={(next) => filter({ status: next as typeof status })}
        />
        <SelectFilter
          label="Severity"
          value={severity}
          options={SEVERITY_OPTIONS}
          onChange={(next) => filter({ severity: next as typeof severity })}
        />
        <ChoiceFilter kind="rules" label="Rule" value={rule} onChange={(next) => filter({ rule: next })} />
        <PeriodFilter value={filters} onChange={filter} />
      </FilterBar>
      {isPlain && firing.error && <Failure error={firing.error} onRetry={() => void firing.refetch()} />}
      {doFire && (
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
          <Title order={2}>Over</Title>
        </Stack>
      )}
      <ListView
        label="Alerts"
        what="alerts"
        query={query}
        columns={COLUMNS}
        rowId={({ id }) => id}
        nothingYet={
          doFire ? (
            <Text size="sm">No alert is over yet.</Text>
          ) : (
            <NothingYet title="No alert yet">
              Rules that count, compare or wait for something raise alerts. What a rule decided of an event is on its
              page.
            </NothingYet>
          )
        }
        {...list}
      />
    </>
  );
}
