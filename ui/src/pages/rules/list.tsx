import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { ChoiceFilter } from '../../kit/choice-filter.tsx';
import { NothingYet } from '../../kit/empty.tsx';
import { FilterBar, SelectFilter, TextFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { useMay } from '../../kit/use-session.ts';
import { COLUMNS } from './columns.tsx';
import { rulePageQuery } from './queries.ts';

const route = getRouteApi('/rules');

const HEALTH_OPTIONS = [
  { value: 'ok', label: 'OK' },
  { value: 'degraded', label: 'Degraded' },
];

/** Which events are told whom about, for who writes rules and for who asks why something was told. */
export default function RulesPage() {
  const { filters, cursor, filter, bar, list } = useListUrl(route.useSearch());
  const live = useLive('rules');
  const { name, type, endpoint, health } = filters;
  const query = useQuery(rulePageQuery({ name, event_type: type, endpoint_id: endpoint, health, cursor }));
  return (
    <>
      <PageHeader
        title="Rules"
        lead="Which events are told to whom, newest first."
        actions={
          <>
            <LiveBadge state={live} />
            <NewButton />
          </>
        }
      />
      <FilterBar {...bar}>
        <TextFilter label="Name" placeholder="A part of it" value={name} onChange={(next) => filter({ name: next })} />
        <TextFilter label="Event type" value={type} onChange={(next) => filter({ type: next })} />
        <ChoiceFilter kind="webhooks" label="Tells" value={endpoint} onChange={(next) => filter({ endpoint: next })} />
        <SelectFilter
          label="Health"
          value={health}
          options={HEALTH_OPTIONS}
          onChange={(next) => filter({ health: next as typeof health })}
        />
      </FilterBar>
      <ListView
        label="Rules"
        what="rules"
        query={query}
        columns={COLUMNS}
        rowId={({ id }) => id}
        nothingYet={
          <NothingYet title="No rule yet">
            A rule says which events are told to which webhooks. There are ready ones to begin with.
            <NewButton />
          </NothingYet>
        }
        {...list}
      />
    </>
  );
}

function NewButton() {
  const may = useMay();
  if (!may('rules:write')) return null;
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/rules/new" {...props} />}
    >
      New rule
    </Button>
  );
}
