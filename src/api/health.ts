import { z } from 'zod';
import { type Route, route } from './route.ts';

/** How long a probe waits for a part before it counts as away. */
const PROBE_MS = 3_000;

const partSchema = z.enum(['ok', 'away']);
const readySchema = z
  .object({ status: z.enum(['ready', 'not_ready']), postgresql: partSchema, temporal: partSchema })
  .meta({ id: 'Readiness' });

/** What a probe asks; each resolves to whether the part answers. */
export interface HealthDeps {
  postgresql: (timeoutMs: number) => Promise<boolean>;
  temporal: (timeoutMs: number) => Promise<boolean>;
  /** Whether the process has been told to stop: what is under way ends, and nothing new is to come. */
  isStopping: () => boolean;
}

/** `/healthz`: the process lives. `/readyz`: PostgreSQL and Temporal answer, and the process is not stopping. */
export function healthRoutes(deps: HealthDeps): Route[] {
  const tag = 'Operations';
  return [
    route({
      method: 'get',
      path: '/healthz',
      operationId: 'isAlive',
      summary: 'Whether the process lives',
      tag,
      authenticated: false,
      replies: { 200: { description: 'It lives', schema: z.object({ status: z.literal('ok') }) } },
      handle: async () => ({ status: 200, body: { status: 'ok' } }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      operationId: 'isReady',
      summary: 'Whether PostgreSQL and Temporal can be reached',
      tag,
      authenticated: false,
      replies: {
        200: { description: 'Both answer', schema: readySchema },
        503: { description: 'At least one does not, or the process is stopping', schema: readySchema },
      },
      async handle() {
        const [postgresql, temporal] = await Promise.all([deps.postgresql(PROBE_MS), deps.temporal(PROBE_MS)]);
        const word = (up: boolean) => (up ? 'ok' : 'away');
        const ready = postgresql && temporal && !deps.isStopping();
        return {
          status: ready ? 200 : 503,
          body: { status: ready ? 'ready' : 'not_ready', postgresql: word(postgresql), temporal: word(temporal) },
          ...(ready ? {} : { headers: { 'retry-after': '5' } }),
        };
      },
    }),
  ];
}
