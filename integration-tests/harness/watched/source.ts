import type { Api } from '../api.ts';
import { query } from '../query.ts';
import { unique } from '../scenario.ts';
import { until } from '../until.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies are asserted as they came
type Body = any;

/** Has a Temporal namespace watched. @throws Error unless the API says 201 */
export async function watch(api: Api, fields: { address: string; namespace: string; query?: string }): Promise<Body> {
  const answer = await api.post('/v1/sources/temporal', { name: unique('source'), ...fields });
  if (answer.status !== 201) throw new Error(`Expected 201, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Resolves once it has been looked at since now, and is well. */
export async function looked(api: Api, sourceId: string, timeoutMs?: number): Promise<Body> {
  const since = new Date().toISOString();
  return await until(
    async () => {
      const { body } = await api.get(`/v1/sources/temporal/${sourceId}`);
      return body.health === 'ok' && body.last_polled_at > since && body;
    },
    `the source ${sourceId} to be looked at`,
    timeoutMs,
  );
}

/** How often each event about a Temporal namespace is recorded, by its id; `times` is how many rows have it. */
export async function eventsAbout(databaseUrl: string, namespace: string): Promise<Map<string, Body>> {
  const text = `select event_id, count(*)::int as times, min(type) as type, min(data)::jsonb as data
    from events where source like 'temporal/%' and source like $1 group by event_id`;
  const rows = await query(databaseUrl, text, [`%/${namespace}`]);
  return new Map(rows.map((row) => [row.event_id, row]));
}
