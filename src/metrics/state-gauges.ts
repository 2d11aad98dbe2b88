import { Gauge, type Registry } from 'prom-client';
import type { ServiceState, StateLog } from '../store/state-log.ts';

export interface StateGaugeDeps {
  registry: Registry;
  stateLog: StateLog;
  /** A clock that never goes back, in ms. */
  now: () => number;
  onError: (error: unknown) => void;
}

/** Scrapes that follow each other closer than this share one look. */
const KEPT_MS = 5_000;
/** Counting endpoints costs more than the rest, and what it tells changes slowly. */
const ENDPOINTS_KEPT_MS = 30_000;
/** Prometheus gives a scrape 10 s by default. */
const PATIENCE_MS = 3_000;

/**
 * What stands in PostgreSQL, read when it is asked for. Where it cannot be read these gauges stay as they were last read,
 * `exosphere_state_age_seconds` says how long ago that was, and `exosphere_postgresql_up` is 0.
 *
 * @returns brings them up to date; never rejects, and takes at most a few seconds
 */
export function createStateGauges({ registry, stateLog, now, onError }: StateGaugeDeps): () => Promise<void> {
  const gauge = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const up = gauge('exosphere_postgresql_up', 'Whether PostgreSQL answered this scrape.');
  const age = gauge(
    'exosphere_state_age_seconds',
    'How long ago the gauges of what stands in PostgreSQL were read; those of endpoints may be half a minute older.',
  );
  const deadLetters = gauge(
    'exosphere_dead_letters_waiting',
    'Dead letters that wait for a person, of all namespaces; counted up to 100,000 in each.',
  );
  const oldest = gauge(
    'exosphere_oldest_pending_delivery_age_seconds',
    'Age of the oldest delivery that no attempt has been made for and nothing holds back; 0 where there is none.',
  );
  const endpoints = gauge('exosphere_endpoints', 'Endpoints that nobody has switched off, by health.', ['health']);
  const workers = gauge('exosphere_workers', 'Worker processes that are connected to PostgreSQL.');
  // Until something was read there is nothing to show, and no 0 that could be taken for an answer.
  for (const each of [up, age, deadLetters, oldest, workers]) each.remove();
  let readAt = Number.NEGATIVE_INFINITY;
  let endpointsReadAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  return async () => {
    if (now() - readAt >= KEPT_MS) {
      // One look at a time, however many ask.
      reading ??= look().finally(() => {
        reading = undefined;
      });
      await reading;
    }
    if (readAt !== Number.NEGATIVE_INFINITY) age.set((now() - readAt) / 1000);
  };

  async function look(): Promise<void> {
    try {
      const at = now();
      show(await inTime(stateLog.read()));
      readAt = at;
      up.set(1);
    } catch (error) {
      up.set(0);
      onError(error);
      return;
    }
    if (now() - endpointsReadAt < ENDPOINTS_KEPT_MS) return;
    try {
      const at = now();
      const counts = await inTime(stateLog.endpoints());
      for (const health of ['healthy', 'failing', 'disabled']) endpoints.set({ health }, counts[health] ?? 0);
      endpointsReadAt = at;
    } catch (error) {
      onError(error);
    }
  }

  function show(state: ServiceState): void {
    deadLetters.set(state.dead_letters_waiting);
    oldest.set(Math.max(0, state.oldest_pending_s ?? 0));
    workers.set(state.workers);
  }
}

async function inTime<T>(look: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`PostgreSQL has not answered within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return await Promise.race([look, late]).finally(() => clearTimeout(timer));
}
