import type { components } from '@exosphere/alerts/openapi';
import { Anchor, Group, List, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Webhook } from '../../api/queries.ts';
import { actorLabel } from '../../kit/actor.ts';
import { Chart } from '../../kit/chart.tsx';
import { Failure } from '../../kit/failure.tsx';
import { durationText, percentText } from '../../kit/relative-time.ts';
import { Time } from '../../kit/time.tsx';
import { countText } from './count-text.ts';
import { dayOfOneQuery, rulesOfQuery } from './queries.ts';

/** How a webhook does: its last day, the rules that tell it, and the ways to all it got. */
export function Activity({ webhook: { id, created_at, updated_at, created_by, description } }: { webhook: Webhook }) {
  const rules = useQuery(rulesOfQuery(id));
  return (
    <Stack gap="md">
      {description !== null && <Text size="sm">{description}</Text>}
      <Title order={2}>Last 24 hours</Title>
      <LastDay id={id} />
      <Group gap="md">
        <Anchor size="sm" renderRoot={(props) => <Link to="/deliveries" search={{ endpoint: id }} {...props} />}>
          Its deliveries
        </Anchor>
        <Anchor size="sm" renderRoot={(props) => <Link to="/dead-letters" search={{ endpoint: id }} {...props} />}>
          Its dead letters
        </Anchor>
      </Group>
      <Title order={2}>Rules that tell it</Title>
      {rules.isPending && <Skeleton height={24} role="status" aria-label="Loading" />}
      {rules.error && <Failure error={rules.error} onRetry={() => void rules.refetch()} />}
      {rules.data?.items.length === 0 && (
        <Text size="sm">
          None yet: nothing is sent but tests.{' '}
          <Anchor
            inherit
            underline="always"
            renderRoot={(props) => <Link to="/rules/new" search={{ endpoint: id }} {...props} />}
          >
            Make a rule for it
          </Anchor>
        </Text>
      )}
      <List size="sm" hidden={!rules.data?.items.length}>
        {rules.data?.items.map((rule) => (
          <List.Item key={rule.id}>
            <Anchor size="sm" renderRoot={(props) => <Link to="/rules/$id" params={{ id: rule.id }} {...props} />}>
              {rule.name}
            </Anchor>
          </List.Item>
        ))}
        {rules.data?.next_cursor && <List.Item>and more</List.Item>}
      </List>
      <Text size="sm" c="dimmed">
        Made <Time at={created_at} /> by {actorLabel(created_by)}, changed <Time at={updated_at} />. Id: {id}
      </Text>
    </Stack>
  );
}

function LastDay({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(dayOfOneQuery(id));
  const drawn = useMemo(() => data && chartOf(data.buckets), [data]);
  if (error && data === undefined) return <Failure error={error} onRetry={() => void refetch()} />;
  if (data === undefined || drawn === undefined) return <Skeleton height={180} role="status" aria-label="Loading" />;
  const { counts, total, success_rate, latency_ms } = data.totals;
  if (total === 0) return <Text size="sm">No deliveries.</Text>;
  const summary = [
    countText(total, false, 'delivery', 'deliveries'),
    `${counts.succeeded} delivered`,
    `${counts.dead_lettered + counts.discarded} given up`,
    ...(counts.suppressed + counts.skipped > 0 ? [`${counts.suppressed + counts.skipped} held back or skipped`] : []),
    ...(success_rate === null ? [] : [`success rate ${percentText(success_rate)}`]),
    ...(latency_ms === null ? [] : [`p95 ${durationText(latency_ms.p95)}`]),
  ].join(', ');
  return (
    <>
      <Text size="sm">{summary}.</Text>
      <Chart {...drawn} height={180} summary={`Deliveries by the hour: ${summary}`} isStacked />
    </>
  );
}

type Counts = components['schemas']['Stats']['totals']['counts'];

function chartOf(buckets: { start: string; counts: Counts }[]) {
  const values = (pick: (counts: Counts) => number) => buckets.map(({ counts }) => pick(counts));
  return {
    times: buckets.map(({ start }) => Date.parse(start) / 1_000),
    series: [
      { label: 'Delivered', colour: 'teal', values: values(({ succeeded }) => succeeded) },
      { label: 'Given up', colour: 'red', values: values((each) => each.dead_lettered + each.discarded) },
      { label: 'Held back or skipped', colour: 'gray', values: values((each) => each.suppressed + each.skipped) },
      { label: 'Under way', colour: 'yellow', values: values(({ pending, retrying }) => pending + retrying) },
    ],
  };
}
