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
/** Prometheus gives a scrape 10 s by default. */
const PATIENCE_MS = 3_000;

/**
 * What stands in PostgreSQL, read when it is asked for. While PostgreSQL is away these gauges are absent, so that no
 * number of before passes for one of now, and `exosphere_postgresql_up` is 0.
 *
 * @returns brings them up to date; never rejects, and takes at most a few seconds
 */
export function createStateGauges({ registry, stateLog, now, onError }: StateGaugeDeps): () => Promise<void> {
  const gauge = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const up = gauge('exosphere_postgresql_up', 'Whether PostgreSQL answered this scrape.');
  const deadLetters = gauge(
    'exosphere_dead_letters_waiting',
    'Dead letters that wait for a person, of all namespaces; counted up to 100,000 in each.',
  );
  const oldest = gauge(
    'exosphere_oldest_pending_delivery_age_seconds',
    'Age of the oldest delivery that no attempt has been made for; 0 where there is none.',
  );
  const endpoints = gauge('exosphere_endpoints', 'Endpoints that nobody has switched off, by health.', ['health']);
  const workers = gauge('exosphere_workers', 'Worker processes that are connected to PostgreSQL.');
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  return () => {
    if (now() - readAt < KEPT_MS) return Promise.resolve();
    // One look at a time, however many ask.
    reading ??= inTime(stateLog.read())
      .then(show, forget)
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };

  function show(state: ServiceState): void {
    readAt = now();
    up.set(1);
    deadLetters.set(state.dead_letters_waiting);
    oldest.set(Math.max(0, state.oldest_pending_s ?? 0));
    workers.set(state.workers);
    for (const health of ['healthy', 'failing', 'disabled']) endpoints.set({ health }, state.endpoints?.[health] ?? 0);
  }

  function forget(error: unknown): void {
    up.set(0);
    for (const each of [deadLetters, oldest, workers]) each.remove();
    endpoints.reset();
    onError(error);
  }
}

async function inTime<T>(look: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`PostgreSQL has not answered within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  return await Promise.race([look, late]).finally(() => clearTimeout(timer));
}
