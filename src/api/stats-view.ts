import { z } from 'zod';
import type { Latency, StatsRow } from '../store/stats-log.ts';
import { deliveryStatuses } from './delivery-view.ts';
import { timeSchema } from './schemas.ts';
import type { Counted } from './stats-cache.ts';

const countsSchema = z.object(
  Object.fromEntries(deliveryStatuses.map((status) => [status, z.int()])) as Record<
    (typeof deliveryStatuses)[number],
    z.ZodInt
  >,
);
const latencySchema = z
  .object({ p50: z.number(), p95: z.number(), p99: z.number() })
  .nullable()
  .describe('Milliseconds from acceptance to success, of those that succeeded; null: none did');

const figures = { counts: countsSchema, total: z.int(), attempts: z.int() };

export const statsSchema = z
  .object({
    since: timeSchema,
    until: timeSchema,
    bucket: z.string(),
    buckets: z
      .array(z.object({ start: timeSchema, ...figures, latency_ms: latencySchema }))
      .describe('All of the period, empty ones too; they begin at whole multiples of `bucket` in UTC'),
    totals: z.object({
      ...figures,
      success_rate: z
        .number()
        .nullable()
        .describe('Of those that succeeded or were given up (`dead_lettered`, `discarded`), the share that succeeded'),
      latency_ms: latencySchema,
    }),
    endpoints: z
      .array(
        z.object({
          endpoint_id: z.string(),
          ...figures,
          buckets: z.array(z.object({ start: timeSchema, ...figures })),
        }),
      )
      .optional()
      .describe('With `group_by=endpoint`: those with the most deliveries, 200 at most, without empty buckets'),
    now: z.object({
      dead_letters_waiting: z.int().describe('Counted up to 100,000'),
      failing_endpoints: z.int(),
      disabled_endpoints: z.int().describe('By the service'),
      firing_alerts: z.int(),
      oldest_pending_s: z.number().nullable().describe('Seconds that the oldest `pending` delivery has waited'),
    }),
  })
  .meta({ id: 'Stats' });

type View = z.infer<typeof statsSchema>;

/** @param bucket as it was asked for */
export function presentStats({ selection, rows, byEndpoint, now, at }: Counted, bucket: string): View {
  const { since, until, start, bucketMs } = selection;
  const startOf = (index: number) => new Date(start + index * bucketMs);
  const size = Math.ceil((until - start) / bucketMs);
  const inBuckets = Map.groupBy(
    rows.filter((row) => row.bucket !== null),
    (row) => Math.min(row.bucket as number, size - 1),
  );
  const totals = rows.filter((row) => row.bucket === null);
  const { oldest_pending_at, ...counted } = now;
  return {
    since: new Date(since),
    until: new Date(until),
    bucket,
    buckets: Array.from({ length: size }, (_, index) => {
      const own = inBuckets.get(index) ?? [];
      return { start: startOf(index), ...sum(own), latency_ms: latencyOf(own) };
    }),
    totals: { ...sum(totals), success_rate: rateOf(sum(totals).counts), latency_ms: latencyOf(totals) },
    ...(selection.byEndpoint ? { endpoints: endpointsOf(byEndpoint, size, startOf) } : {}),
    now: { ...counted, oldest_pending_s: oldest_pending_at && Math.max(0, at - oldest_pending_at.getTime()) / 1_000 },
  };
}

function endpointsOf(rows: StatsRow[], size: number, startOf: (index: number) => Date) {
  const byEndpoint = Map.groupBy(rows, (row) => row.endpoint_id as string);
  return [...byEndpoint]
    .map(([endpoint_id, own]) => {
      const inBuckets = Map.groupBy(own, (row) => Math.min(row.bucket as number, size - 1));
      const buckets = [...inBuckets]
        .sort(([a], [b]) => a - b)
        .map(([index, each]) => ({ start: startOf(index), ...sum(each) }));
      return { endpoint_id, ...sum(own), buckets };
    })
    .sort((a, b) => b.total - a.total || (a.endpoint_id < b.endpoint_id ? -1 : 1));
}

function sum(rows: StatsRow[]) {
  const counts = Object.fromEntries(deliveryStatuses.map((status) => [status, 0])) as View['totals']['counts'];
  for (const { status, deliveries } of rows) if (status !== null) counts[status] += deliveries;
  const total = rows.reduce((all, { deliveries }) => all + deliveries, 0);
  return { counts, total, attempts: rows.reduce((all, { attempts }) => all + attempts, 0) };
}

function rateOf({ succeeded, dead_lettered, discarded }: View['totals']['counts']): number | null {
  const ended = succeeded + dead_lettered + discarded;
  return ended === 0 ? null : succeeded / ended;
}

function latencyOf(rows: StatsRow[]) {
  const latency = rows.find(({ status }) => status === 'succeeded')?.latency;
  return latency ? named(latency) : null;
}

const named = ([p50, p95, p99]: Latency) => ({ p50: whole(p50), p95: whole(p95), p99: whole(p99) });
const whole = (ms: number) => Math.round(ms);
