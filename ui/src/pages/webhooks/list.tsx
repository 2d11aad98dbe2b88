import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { NothingYet } from '../../kit/empty.tsx';
import { FilterBar, SelectFilter } from '../../kit/filters.tsx';
import { ListView } from '../../kit/list-view.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { useListUrl } from '../../kit/use-list-url.ts';
import { useMay } from '../../kit/use-session.ts';
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
  const { filters, cursor, filter, bar, list } = useListUrl(route.useSearch());
  const live = useLive('webhooks');
  const { kind, health } = filters;
  const query = useQuery(
    webhookPageQuery({
      kind,
      ...(health === 'off' ? { is_active: 'false' as const } : { health }),
      cursor,
    }),
  );
  const day = useQuery({ ...dayQuery, enabled: useMay()('deliveries:read') });
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
      <FilterBar {...bar}>
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
        nothingYet={
          <NothingYet title="No webhook yet">
            A webhook says where alerts go: to your own receiver, Slack, PagerDuty, Discord or Teams.
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
  if (!may('webhooks:write')) return null;
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      renderRoot={(props) => <Link to="/webhooks/new" {...props} />}
    >
      New webhook
    </Button>
  );
}
