import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { cursorOf } from '../../kit/cursor-pages.ts';
import { NothingYet } from '../../kit/empty.tsx';
import { FilterBar, SelectFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { columnsOf } from './columns.tsx';
import { KIND_OPTIONS } from './kinds.ts';
import { dayQuery, webhookPageQuery } from './queries.ts';

const route = getRouteApi('/webhooks');

const HEALTH_OPTIONS = [
  { value: 'healthy', label: 'Healthy' },
  { value: 'failing', label: 'Failing' },
  { value: 'disabled', label: 'Disabled by the service' },
  { value: 'off', label: 'Switched off' },
];

/** Where alerts are sent to, with the health and the last day of each, for who sets them up and who is on call. */
export default function WebhooksPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const live = useLive('webhooks');
  const { after: _, page: __, ...filters } = search;
  const { kind, health } = filters;
  const query = useQuery(
    webhookPageQuery({
      kind,
      ...(health === 'off' ? { is_active: 'false' as const } : { health }),
      cursor: cursorOf(search),
    }),
  );
  const day = useQuery(dayQuery);
  const filter = (change: Partial<typeof filters>) =>
    void navigate({ search: ({ after, page, ...before }) => ({ ...before, ...change }), replace: true });
  const isFiltered = Object.keys(filters).length > 0;
  const clear = () => void navigate({ search: {} });
  return (
    <>
      <PageHeader
        title="Webhooks"
        lead="Where alerts are sent to, newest first."
        actions={
          <>
            <LiveBadge state={live} />
            <NewButton />
          </>
        }
      />
      <FilterBar isFiltered={isFiltered} onClear={clear}>
        <SelectFilter
          label="Kind"
          value={kind}
          options={KIND_OPTIONS}
          onChange={(next) => filter({ kind: next as typeof kind })}
        />
        <SelectFilter
          label="Health"
          value={health}
          options={HEALTH_OPTIONS}
          onChange={(next) => filter({ health: next as typeof health })}
        />
      </FilterBar>
      <ListView
        label="Webhooks"
        what="webhooks"
        query={query}
        columns={columnsOf(day.data)}
        rowId={({ id }) => id}
        isFiltered={isFiltered}
        onClear={clear}
        nothingYet={
          <NothingYet title="No webhook yet">
            A webhook says where alerts go: to your own receiver, Slack, PagerDuty, Discord or Teams.
            <NewButton />
          </NothingYet>
        }
        search={search}
        onPage={(page) => void navigate({ search: (before) => ({ ...before, ...page }) })}
      />
    </>
  );
}

function NewButton() {
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/webhooks/new" {...props} />}
    >
      New webhook
    </Button>
  );
}
