import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { channelKinds } from '../domain/channel-kind.ts';
import type { AttemptOutcome } from '../domain/outcome.ts';
import { ATTEMPT_S, LATENCY_S, LIST_SIZES, MATCH_S, REQUEST_S } from './buckets.ts';
import { safely } from './safely.ts';

/*
 * Every label has few values, known here: no id, no namespace, no name and no type that a user may choose. Their number
 * times the number of processes is what a Prometheus must keep, whatever the load.
 */

export const eventResults = ['accepted', 'duplicate', 'refused', 'unavailable'] as const;
export type EventResult = (typeof eventResults)[number];

/** Where a part of a scrape is read from. */
export const scrapeSources = ['postgresql', 'temporal_sdk'] as const;
export type ScrapeSource = (typeof scrapeSources)[number];

const attemptOutcomes = [
  'success',
  'http_error',
  'timeout',
  'network',
  'tls',
  'blocked',
  'invalid_url',
  'interrupted',
] as const satisfies AttemptOutcome[];

/** The methods that routes have; whatever else somebody sends is one more. */
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'];

/** The lag that an alert asks for is ten times as long (observability/prometheus-rules.yml). */
const LAG_RESOLUTION_MS = 50;

/** What an answered request is counted by. */
export interface CountedRequest {
  method: string;
  /** The route's pattern; null: none was found. */
  route: string | null;
  status: number;
  aborted: boolean;
  duration_ms: number;
}

/** What an attempt is counted by. */
export interface CountedAttempt {
  kind: string;
  outcome: string;
  duration_ms: number;
  /** From the event's acceptance (of an alert's later messages: from their making) to this success, in ms; null for all else. */
  latency_ms: number | null;
  exhausted: string | null;
}

export type Metrics = ReturnType<typeof createMetrics>;

/**
 * What this process counts of itself, in a registry of its own. Nothing of it throws.
 *
 * @param about `onError` is told where something could not be counted
 */
export function createMetrics(about: {
  version: string;
  role: string;
  ofProcess: boolean;
  onError: (error: unknown) => void;
}) {
  const registry = new Registry();
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <T extends string>(name: string, help: string, buckets: number[], labelNames: T[] = []) =>
    new Histogram({ name, help, buckets, labelNames, registers });

  if (about.ofProcess) collectProcessMetrics(registry);
  const { version, role } = about;
  const build = new Gauge({
    name: 'exosphere_build_info',
    help: 'Version and role of this process; always 1.',
    labelNames: ['version', 'role'],
    registers,
  });
  build.set({ version, role }, 1);

  const requests = counter(
    'exosphere_http_requests_total',
    'Answered HTTP requests by route and class of status; "aborted": the caller went away first.',
    ['method', 'route', 'status'],
  );
  const requestSeconds = histogram(
    'exosphere_http_request_duration_seconds',
    'From the first byte of a request to the last of its answer, by route.',
    REQUEST_S,
    ['method', 'route'],
  );
  const sentEvents = counter(
    'exosphere_events_total',
    'Events sent to the API by what became of them: "refused" is the sender\'s fault, "unavailable" ours.',
    ['result'],
  );
  for (const result of eventResults) sentEvents.inc({ result }, 0);
  const recorded = counter(
    'exosphere_events_recorded_total',
    'Accepted events by what the worker made of them; "rejected" ones entered by Temporal alone and are not valid.',
    ['result'],
  );
  for (const result of ['recorded', 'duplicate', 'rejected']) recorded.inc({ result }, 0);
  const matchSeconds = histogram(
    'exosphere_event_match_duration_seconds',
    'Deciding for one event what every rule says of it.',
    MATCH_S,
  );
  const recordSeconds = histogram(
    'exosphere_event_recording_delay_seconds',
    'From the acceptance of a list of events until it is recorded with its deliveries.',
    LATENCY_S,
  );
  const listSize = histogram(
    'exosphere_coalesced_list_size',
    'Events that were handed to Temporal together, as one workflow.',
    LIST_SIZES,
  );
  const attempts = counter(
    'exosphere_delivery_attempts_total',
    'Requests to receivers by outcome and kind of endpoint.',
    ['outcome', 'kind'],
  );
  const exhausted = counter(
    'exosphere_delivery_rounds_exhausted_total',
    'Deliveries that were given up after their last retry, by kind of endpoint: each waits as a dead letter.',
    ['kind'],
  );
  for (const kind of channelKinds) {
    exhausted.inc({ kind }, 0);
    for (const outcome of attemptOutcomes) attempts.inc({ outcome, kind }, 0);
  }
  const attemptSeconds = histogram(
    'exosphere_delivery_attempt_duration_seconds',
    'From the beginning of a request to a receiver to the end of its answer.',
    ATTEMPT_S,
    ['kind'],
  );
  const latency = histogram(
    'exosphere_delivery_latency_seconds',
    "From the acceptance of an event, or the making of an alert's own message, to success, retries and waiting included.",
    LATENCY_S,
    ['kind'],
  );
  const sourcePolls = counter(
    'exosphere_source_polls_total',
    'Looks at watched Temporal namespaces by whether they succeeded.',
    ['result'],
  );
  for (const result of ['ok', 'failed']) sourcePolls.inc({ result }, 0);
  const sourceEvents = counter('exosphere_source_events_total', 'Events told of watched Temporal namespaces.', []);
  const sourceLag = histogram(
    'exosphere_source_lag_seconds',
    "From the end of a watched workflow to its event's acceptance, of the newest ones of each look.",
    LATENCY_S,
  );
  const scrapeErrors = counter(
    'exosphere_scrape_errors_total',
    'Parts of a scrape that could not be read; what they would have told is absent from that scrape.',
    ['source'],
  );
  for (const source of scrapeSources) scrapeErrors.inc({ source }, 0);

  const counted = <A extends unknown[]>(observe: (...args: A) => void) => safely(observe, about.onError);

  return {
    registry,
    request: counted(({ method, route, status, aborted, duration_ms }: CountedRequest) => {
      const labels = { method: METHODS.includes(method) ? method : 'other', route: route ?? 'none' };
      requests.inc({ ...labels, status: aborted ? 'aborted' : `${Math.floor(status / 100)}xx` });
      // A stream is open for hours, which says nothing of how fast we are.
      if (route !== '/v1/stream') requestSeconds.observe(labels, duration_ms / 1000);
    }),
    /** Events that ended alike. */
    events: counted((result: EventResult, count: number) => sentEvents.inc({ result }, count)),
    list: counted((size: number) => listSize.observe(size)),
    matched: counted((ms: number) => matchSeconds.observe(ms / 1000)),
    /** A list of events, once it is recorded. */
    recorded: counted((counts: { recorded: number; duplicates: number; rejected: number }, delayMs: number) => {
      recorded.inc({ result: 'recorded' }, counts.recorded);
      recorded.inc({ result: 'duplicate' }, counts.duplicates);
      recorded.inc({ result: 'rejected' }, counts.rejected);
      recordSeconds.observe(Math.max(0, delayMs) / 1000);
    }),
    attempt: counted(({ kind, outcome, duration_ms, latency_ms, exhausted: reason }: CountedAttempt) => {
      attempts.inc({ outcome, kind });
      attemptSeconds.observe({ kind }, duration_ms / 1000);
      if (latency_ms !== null) latency.observe({ kind }, Math.max(0, latency_ms) / 1000);
      if (reason !== null) exhausted.inc({ kind });
    }),
    /** Of watched Temporal namespaces. */
    source: {
      polled: counted((isOk: boolean) => sourcePolls.inc({ result: isOk ? 'ok' : 'failed' })),
      told: counted((count: number, lagMs: number) => {
        sourceEvents.inc(count);
        sourceLag.observe(Math.max(0, lagMs) / 1000);
      }),
    },
    scrapeFailed: (source: ScrapeSource): void => scrapeErrors.inc({ source }),
  };
}

/** CPU, memory, event loop and garbage collection by their usual names. */
function collectProcessMetrics(registry: Registry): void {
  // At its usual 10 ms the timer that measures lag is a hundred wake-ups a second.
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_RESOLUTION_MS });
  // Gauges named as if they were counters: Prometheus's own linter refuses them, and each has a twin with a label.
  for (const kind of ['handles', 'requests', 'resources']) {
    registry.removeSingleMetric(`nodejs_active_${kind}_total`);
  }
}
