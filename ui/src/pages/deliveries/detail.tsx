import { Grid, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useLive } from '../../api/live.ts';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Failure } from '../../kit/failure.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { SkeletonRows } from '../../kit/skeleton-rows.tsx';
import { Actions } from './actions.tsx';
import { Attempts } from './attempts.tsx';
import { Exchange } from './exchange.tsx';
import { Facts } from './facts.tsx';
import { type DeliveryDetail, deliveryQuery } from './queries.ts';
import { Standing } from './standing.tsx';

const route = getRouteApi('/deliveries/$id');

/** While something is under way; the stream tells of the rest. */
const LOOK_EVERY_MS = 1_500;

/** One alert to one endpoint: where it stands and why, every attempt with what was sent and answered, and what to do. */
export default function DeliveryPage() {
  const { id } = route.useParams();
  const { attempt: wanted } = route.useSearch();
  const navigate = route.useNavigate();
  useLive('deliveries', 'dead_letters', 'webhooks');
  /** So many attempts there were when a person asked for a further one. */
  const [asked, setAsked] = useState<number>();
  const query = useQuery({
    ...deliveryQuery(id),
    refetchInterval: ({ state }) => (isUnderWay(state.data, asked) ? LOOK_EVERY_MS : false),
  });
  const delivery = query.data;
  if (delivery === undefined) {
    return (
      <>
        <PageHeader title="Delivery" lead={id} />
        {query.isPending ? (
          <SkeletonRows count={6} />
        ) : (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        )}
      </>
    );
  }
  const { attempts } = delivery;
  const chosen = attempts.find(({ number }) => number === wanted) ?? attempts.at(-1);
  const show = (attempt: number | undefined) =>
    void navigate({ search: { attempt }, replace: true, resetScroll: false });
  return (
    <>
      <PageHeader
        title={`Delivery of ${delivery.event_type}`}
        lead={
          <Group component="span" gap={4}>
            {id}
            <CopyButton value={id} label="Copy the delivery's id" />
          </Group>
        }
      />
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      <Standing delivery={delivery}>
        <Actions
          delivery={delivery}
          onSent={() => {
            setAsked(attempts.length);
            // The attempt that is appended is the one to be seen.
            show(undefined);
          }}
        />
      </Standing>
      <Facts delivery={delivery} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Attempts delivery={delivery} chosen={chosen?.number} onChoose={show} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Exchange delivery={delivery} attempt={chosen} />
        </Grid.Col>
      </Grid>
      <Text size="xs" c="dimmed" mt="md">
        Texts of receivers and events are shown as they came, as text alone.
      </Text>
    </>
  );
}

function isUnderWay(delivery: DeliveryDetail | undefined, asked: number | undefined): boolean {
  if (delivery === undefined) return false;
  if (delivery.attempts.length === asked || delivery.attempts.at(-1)?.outcome === null) return true;
  const isDue = delivery.next_attempt_at === null || Date.parse(delivery.next_attempt_at) <= Date.now();
  return (delivery.status === 'pending' || delivery.status === 'retrying') && isDue;
}
