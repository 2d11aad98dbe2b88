import { Grid, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { ApiProblem } from '../../api/problem.ts';
import { actorLabel } from '../../kit/actor.ts';
import { CopyButton } from '../../kit/copy-button.tsx';
import { Failure } from '../../kit/failure.tsx';
import { PageHeader } from '../../kit/page-header.tsx';
import { SkeletonRows } from '../../kit/skeleton-rows.tsx';
import { StatusBadge } from '../../kit/status-badge.tsx';
import { TextBox } from '../../kit/text-box.tsx';
import { Time } from '../../kit/time.tsx';
import { WorkflowLink } from '../../kit/workflow-link.tsx';
import { Decisions } from './decisions.tsx';
import { type EventDetail, eventQuery } from './queries.ts';

const route = getRouteApi('/events/$id');

/** Until it is recorded, and while something of it is under way. */
const LOOK_EVERY_MS = 2_000;
/** Then there is no such event. */
const LOOK_TIMES = 30;

/** One event: what came in, and what each rule decided and why. */
export default function EventPage() {
  const { id } = route.useParams();
  const { source } = route.useSearch();
  useLive('events', 'deliveries');
  const query = useQuery({
    ...eventQuery(id, source),
    refetchInterval: ({ state }) =>
      isUnderWay(state.data, state.error) && state.errorUpdateCount < LOOK_TIMES ? LOOK_EVERY_MS : false,
  });
  const isLookedFor = isMissing(query.error) && query.errorUpdateCount < LOOK_TIMES;
  const event = query.data;
  if (event === undefined) {
    return (
      <>
        <PageHeader title="Event" lead={id} />
        {isLookedFor ? (
          <Group gap="xs" role="status">
            <Loader size="xs" aria-hidden />
            <Text size="sm">
              It is not recorded yet, or there is no such event. This page looks for it for a minute.
            </Text>
          </Group>
        ) : query.isPending ? (
          <SkeletonRows count={6} />
        ) : (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        )}
      </>
    );
  }
  return (
    <>
      <PageHeader
        title={`Event ${event.type}`}
        lead={
          <Group component="span" gap={4}>
            {id}
            <CopyButton value={id} label="Copy the event's id" />
          </Group>
        }
      />
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Decisions event={event} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <WhatCameIn event={event} />
        </Grid.Col>
      </Grid>
    </>
  );
}

function WhatCameIn({ event }: { event: EventDetail }) {
  const { source, subject, time, received_at, accepted_by, status, reason, data, extensions } = event;
  return (
    <Stack gap="sm" component="section" aria-labelledby="came-in" miw={0}>
      <Title order={2} id="came-in">
        What came in
      </Title>
      <Paper withBorder p="sm">
        <Text size="sm" component="div">
          <StatusBadge status={status} /> {reason}
        </Text>
        <Text size="sm">Source: {source}</Text>
        {subject !== null && <Text size="sm">Subject: {subject}</Text>}
        <Text size="sm" component="div">
          Workflow: <WorkflowLink workflow={event.workflow} />
        </Text>
        <Text size="sm" component="div">
          Happened: <Time at={time} isExact />
        </Text>
        <Text size="sm" component="div">
          Received: <Time at={received_at} isExact />
        </Text>
        <Text size="sm">Accepted by: {actorLabel(accepted_by)}</Text>
      </Paper>
      <TextBox label="Data" value={typeof data === 'string' ? data : JSON.stringify(data, null, 2)} />
      {Object.keys(extensions).length > 0 && <TextBox label="Extensions" value={extensions} />}
    </Stack>
  );
}

const isMissing = (error: unknown): boolean => error instanceof ApiProblem && error.status === 404;

function isUnderWay(event: EventDetail | undefined, error: unknown): boolean {
  if (event === undefined) return isMissing(error);
  return event.deliveries.some(({ status }) => status === 'pending' || status === 'retrying');
}
