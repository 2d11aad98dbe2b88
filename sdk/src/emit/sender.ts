import { ExosphereAlertsError } from '../error.ts';
import { backOff } from './back-off.ts';
import type { EventBuffer } from './buffer.ts';
import type { Entry, Outcome } from './entry.ts';
import type { Verdict } from './request.ts';

/** The most that a batch may hold, by the API and as a list of one workflow. */
const MAX_BATCH_EVENTS = 500;
/** How often a service that refuses us is asked whether it still does. */
const REFUSED_PAUSE_MS = 60_000;

export interface SenderOptions {
  /** Sends a batch. Never rejects. */
  post: (batch: readonly Entry[], stop: AbortSignal) => Promise<Verdict>;
  /** Beyond its first event. */
  maxBatchBytes: number;
  random: () => number;
  /** Told of every event that left the buffer. */
  onSettled: (entry: Entry, outcome: Outcome) => void;
  /** Told of requests that failed: of each that is tried again, and once of a refusal. */
  onFailure: (error: ExosphereAlertsError, retryInMs: number) => void;
}

export interface Failure {
  error: ExosphereAlertsError;
  /** Waiting does not help: somebody has to mend the key or the URL. */
  isRefusal: boolean;
}

/** Empties the buffer, one request after the other, so that events arrive in their order. */
export function createSender(buffer: EventBuffer, options: SenderOptions) {
  const stopping = new AbortController();
  const waiters = new Set<() => void>();
  let isSending = false;
  let pause: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let failure: Failure | undefined;
  let mostEvents = MAX_BATCH_EVENTS;

  return {
    wake,
    flush,
    stop,
    /** Why the latest request led to nothing; undefined where it did. */
    get failure() {
      return failure;
    },
  };

  /** Something is in the buffer. The request leaves at the end of the current task, with all that is emitted in it. */
  function wake(): void {
    if (isSending || pause !== undefined || stopping.signal.aborted) return;
    isSending = true;
    queueMicrotask(() => void sendAll());
  }

  async function sendAll(): Promise<void> {
    let waitMs = 0;
    while (waitMs === 0 && buffer.size > 0 && !stopping.signal.aborted) {
      const batch = buffer.take(mostEvents, options.maxBatchBytes);
      const verdict = await options.post(batch, stopping.signal);
      // What was under way at a stop has been told as lost already.
      if (!stopping.signal.aborted) waitMs = conclude(batch, verdict);
      lookAround();
    }
    isSending = false;
    if (waitMs > 0) rest(waitMs);
  }

  /** @returns ms to wait before the next request */
  function conclude(batch: Entry[], verdict: Verdict): number {
    if (verdict.kind === 'taken') return settle(batch, verdict.outcomes);
    if (verdict.kind === 'unfit') {
      if (batch.length === 1) return settle(batch, [verdict.error]);
      // One of them is at fault, or there is a lower limit on the way: smaller batches find out.
      buffer.putBack(batch);
      mostEvents = Math.ceil(batch.length / 2);
      return 0;
    }
    buffer.putBack(batch);
    failures++;
    const isNews = !failure?.isRefusal;
    failure = { error: verdict.error, isRefusal: verdict.kind === 'refused' };
    if (verdict.kind === 'later') return retry(verdict.error, verdict.retryAfterMs);
    if (isNews) options.onFailure(verdict.error, REFUSED_PAUSE_MS);
    return REFUSED_PAUSE_MS;
  }

  function settle(batch: Entry[], outcomes: (Outcome | undefined)[]): number {
    failure = undefined;
    const kept = batch.filter((_, at) => outcomes[at] === undefined);
    buffer.putBack(kept);
    batch.forEach((entry, at) => {
      const outcome = outcomes[at];
      if (outcome !== undefined) options.onSettled(entry, outcome);
    });
    mostEvents = Math.min(MAX_BATCH_EVENTS, mostEvents * 2);
    failures = kept.length === 0 ? 0 : kept.length < batch.length ? 1 : failures + 1;
    if (kept.length === 0) return 0;
    return retry(new ExosphereAlertsError('unavailable', 'The service could not take all events just now.'), undefined);
  }

  function retry(error: ExosphereAlertsError, retryAfterMs: number | undefined): number {
    const waitMs = backOff(failures, retryAfterMs, options.random);
    options.onFailure(error, waitMs);
    return waitMs;
  }

  /** The timer does not keep a process alive: whoever wants the rest delivered awaits `flush`, which does. */
  function rest(ms: number): void {
    if (stopping.signal.aborted) return;
    pause = setTimeout(() => {
      pause = undefined;
      if (buffer.size > 0) wake();
    }, ms);
    (pause as { unref?: () => void }).unref?.();
  }

  /** @returns whether nothing waits any more that was emitted up to this place; false also once the service refuses us */
  function flush(place: number, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(false), timeoutMs);
      const look = () => {
        if (buffer.isDoneTo(place)) end(true);
        else if (failure?.isRefusal || stopping.signal.aborted) end(false);
      };
      const end = (isDone: boolean) => {
        clearTimeout(timer);
        waiters.delete(look);
        resolve(isDone);
      };
      waiters.add(look);
      look();
    });
  }

  function lookAround(): void {
    for (const look of [...waiters]) look();
  }

  /** Sends nothing more. */
  function stop(): void {
    stopping.abort();
    clearTimeout(pause);
    lookAround();
  }
}
