import { Box, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useLive } from '../../api/live.ts';
import { Failure } from '../../kit/failure.tsx';
import { LiveBadge } from '../../kit/live-badge.tsx';
import { NotAllowed } from '../../kit/not-allowed.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { useMay } from '../../kit/use-session.ts';
import { Figures } from './figures.tsx';
import { Firing } from './firing.tsx';
import { firingQuery, statsQuery } from './queries.ts';
import { Standing } from './standing.tsx';
import { useGuide } from './use-guide.ts';

const route = getRouteApi('/');

/** Seen once; those who are on call need not load it. */
const Guide = lazy(() => import('./guide.tsx').then((module) => ({ default: module.Guide })));

/** For whoever is on call: what fires, what is stuck, what was sent. Before anything was: the first steps. */
export default function OverviewPage() {
  const { last = '24h', guide: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  const live = useLive('deliveries', 'dead_letters', 'alerts', 'webhooks', 'rules', 'events');
  const may = useMay();
  const stats = useQuery({ ...statsQuery(last), enabled: may('deliveries:read') });
  const firing = useQuery({ ...firingQuery, enabled: may('rules:read') });
  const guide = useGuide(wanted === 'on');
  // What fires does not wait for what is counted, which stands below it: nothing that is read is pushed down.
  const isReady = guide.state !== 'unknown' && !firing.isLoading;
  const want = (on: 'on' | undefined) =>
    void navigate({ search: (before) => ({ ...before, guide: on }), replace: true });
  return (
    <>
      <PageHeader
        title="Overview"
        lead="What fires, what is stuck, and what was sent."
        actions={
          <>
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => want('on')}
              style={{ visibility: guide.state === 'hidden' ? 'visible' : 'hidden' }}
            >
              First steps
            </Button>
            <LiveBadge state={live} />
          </>
        }
      />
      {isReady ? body() : <Skeleton height={720} />}
    </>
  );

  function body() {
    return (
      <>
        {guide.state === 'shown' && (
          <Suspense fallback={<Skeleton height={320} mb="lg" />}>
            <Guide
              onClose={() => {
                guide.dismiss();
                want(undefined);
              }}
            />
          </Suspense>
        )}
        {may('rules:read') ? (
          <Firing count={stats.data?.now.firing_alerts} />
        ) : (
          <NotAllowed what="Alerts are" scope="rules:read" />
        )}
        {may('deliveries:read') || <NotAllowed what="Deliveries are" scope="deliveries:read" />}
        {stats.error !== null && <Failure error={stats.error} onRetry={() => void stats.refetch()} />}
        {stats.isLoading && <Skeleton height={560} role="status" aria-label="Loading the figures" />}
        {stats.data && (
          // Until those of another period are counted, the former ones stand there.
          <Box aria-busy={stats.isPlaceholderData} opacity={stats.isPlaceholderData ? 0.5 : 1}>
            <Standing now={stats.data.now} />
            <Figures
              stats={stats.data}
              last={last}
              onLast={(next) => void navigate({ search: (before) => ({ ...before, last: next }), replace: true })}
            />
          </Box>
        )}
      </>
    );
  }
}
