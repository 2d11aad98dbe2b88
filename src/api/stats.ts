import { z } from 'zod';
import { parseDuration } from '../domain/duration.ts';
import type { StatsSelection } from '../store/stats-log.ts';
import { periodQuery } from './page.ts';
import { invalid } from './problem.ts';
import { type Route, route } from './route.ts';
import { commonReplies } from './schemas.ts';
import type { Stats } from './stats-cache.ts';
import { presentStats, statsSchema } from './stats-view.ts';

export interface StatsDeps {
  stats: Stats;
}

const DAY_MS = 86_400_000;
/** More than a chart has room for. */
const MOST_BUCKETS = 400;

const statsQuery = z.strictObject({
  since: periodQuery.since.describe('Made at or after; 24 hours before `until` if absent'),
  until: periodQuery.until.describe('Made before; now if absent'),
  bucket: z
    .string()
    .regex(/^[1-9]\d{0,4}[mhd]$/, 'must be a whole number of m, h or d, such as 5m')
    .default('1h')
    .describe('`1m`, `5m`, `1h`, `1d`, …: 400 of them at most'),
  endpoint_id: z.string().max(200).optional(),
  rule_id: z.string().max(200).optional(),
  group_by: z.enum(['endpoint']).optional().describe('Each endpoint apart, too'),
});

/** `GET /v1/stats`: how many deliveries there were, what became of them, and how long they took. */
export function statsRoutes({ stats }: StatsDeps): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/stats',
      scope: 'deliveries:read',
      operationId: 'getStats',
      summary: 'Deliveries over time, by what became of them, and how the namespace stands now',
      description:
        'A delivery counts in the bucket in which it was made, with the status that it has now. Answers may be 3 seconds old, where counting takes long up to 30.',
      tag: 'Deliveries',
      query: statsQuery,
      replies: { 200: { description: 'The figures', schema: statsSchema }, ...commonReplies() },
      async handle({ caller, query }) {
        const { namespace } = caller;
        const key = JSON.stringify([namespace, ...Object.entries(query)]);
        const counted = await stats(key, (now) => ({ namespace, ...selectionOf(query, now) }));
        return { status: 200, body: presentStats(counted, query.bucket) };
      },
    }),
  ];
}

/** @throws ApiError 422 */
function selectionOf(query: z.infer<typeof statsQuery>, now: number): Omit<StatsSelection, 'namespace'> {
  const { endpoint_id, rule_id, group_by } = query;
  const until = query.until === undefined ? now : Date.parse(query.until);
  const since = query.since === undefined ? until - DAY_MS : Date.parse(query.since);
  if (since >= until) throw invalid([{ path: 'since', message: 'must be before `until`' }]);
  const bucketMs = parseDuration(query.bucket);
  const start = Math.floor(since / bucketMs) * bucketMs;
  const size = Math.ceil((until - start) / bucketMs);
  if (size > MOST_BUCKETS) {
    const message = `makes ${size} buckets of that period, ${MOST_BUCKETS} at most: ask for a longer bucket or a shorter period`;
    throw invalid([{ path: 'bucket', message }]);
  }
  return { since, until, start, bucketMs, endpoint_id, rule_id, byEndpoint: group_by === 'endpoint' };
}
