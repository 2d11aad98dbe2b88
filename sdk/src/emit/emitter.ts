import { ExosphereAlertsError } from '../error.ts';
import { newEventId } from '../event-id.ts';
import type { NewEvent } from '../events.ts';
import { type EmitSettings, milliseconds } from '../options.ts';
import { createTeller } from '../teller.ts';
import { createBuffer } from './buffer.ts';
import type { Entry, Outcome } from './entry.ts';
import type { Verdict } from './request.ts';
import { createSender } from './sender.ts';

export interface FlushOptions {
  /** In ms. Default 30,000. */
  timeout?: number;
}

/** That the service has an event; `duplicate`: it had it before. */
export interface Taken {
  id: string;
  status: 'accepted' | 'duplicate';
}

/** Hands events over, whatever the way to the service is. */
export interface Emitter {
  /** How many events wait for the service, those of the request under way among them. */
  readonly pending: number;

  /**
   * Takes an event and returns at once. It is sent at the end of the current task, together with what else is emitted by
   * then, and again until the service has it. It throws nothing, unless `throwOnError` is set: `onError` and `onDrop` are told.
   *
   * @returns the event's id
   */
  emit<Type extends string>(event: NewEvent<Type>): string;

  /**
   * Takes an event and waits until the service has it, over retries if need be.
   *
   * @throws ExosphereAlertsError when it is lost; with `timeout` after `timeout` ms, or with the reason for which the service
   * refuses us, when it still waits: then it is tried further, and sending it again with the same id does no harm
   */
  send<Type extends string>(event: NewEvent<Type>, options?: FlushOptions): Promise<Taken>;

  /**
   * Waits until nothing waits any more that was emitted before this call. It keeps the process alive meanwhile: await it before
   * a process, or an invocation of an edge function, ends.
   *
   * @returns false if some of it still waits after `timeout`, or because the service refuses us
   */
  flush(options?: FlushOptions): Promise<boolean>;

  /**
   * Flushes, and takes nothing more. What still waits after `timeout` is told to `onDrop`. A second call gets the first one's
   * answer.
   *
   * @returns whether nothing had to be dropped
   */
  close(options?: FlushOptions): Promise<boolean>;
}

/** One way to the service. */
export interface Transport<E extends Entry> {
  /** Makes an event ready to be sent. @throws ExosphereAlertsError for one that could never be taken */
  toEntry(event: NewEvent, now: number): Omit<E, 'place' | 'onSettled'>;
  /** The event of an entry, for who is told that it is lost. */
  eventOf(entry: E): NewEvent;
  /** Sends a list. Never rejects. */
  post(entries: readonly E[], stop: AbortSignal): Promise<Verdict>;
  maxBatchBytes: number;
}

/** What the ways to the service have in common: the buffer, the retries, and who is told of what. */
export function createEmitter<E extends Entry>(settings: EmitSettings, transport: Transport<E>): Emitter {
  const teller = createTeller(settings);
  const buffer = createBuffer(settings);
  const sender = createSender(buffer, {
    post: (entries, stop) => transport.post(entries as readonly E[], stop),
    maxBatchBytes: transport.maxBatchBytes,
    random: Math.random,
    onSettled: settled,
    onFailure: teller.failed,
  });
  let place = 0;
  let closing: Promise<boolean> | undefined;

  const flush = async ({ timeout = 30_000 }: FlushOptions = {}) =>
    sender.flush(place, milliseconds('timeout', timeout));

  return {
    get pending() {
      return buffer.size;
    },

    emit(event) {
      const [id, error] = take(event as NewEvent);
      if (error !== undefined && settings.throwOnError) throw error;
      return id;
    },

    send(event, { timeout = 30_000 } = {}) {
      return new Promise((resolve, reject) => {
        const timeoutMs = milliseconds('timeout', timeout);
        const [id] = take(event as NewEvent, (outcome) => {
          if (typeof outcome === 'string') resolve({ id, status: outcome });
          else reject(outcome);
        });
        // Without effect where it is settled by then.
        void sender.flush(place, timeoutMs).then(() => reject(stillWaiting(timeoutMs)));
      });
    },

    flush,

    // A wrong timeout is refused before anything is closed: else the client would be closed, and never stop.
    async close({ timeout = 30_000 } = {}) {
      const timeoutMs = milliseconds('timeout', timeout);
      closing ??= sender.flush(place, timeoutMs).then((isDone) => {
        sender.stop();
        for (const entry of buffer.clear()) settled(entry, closed());
        return isDone;
      });
      return closing;
    },
  };

  /** @returns the event's id, and why it is lost already, if it is */
  function take(event: NewEvent, onSettled?: (outcome: Outcome) => void): [id: string, error?: ExosphereAlertsError] {
    let entry: Entry;
    try {
      if (closing !== undefined) throw closed();
      entry = { ...transport.toEntry(event, Date.now()), place: ++place, ...(onSettled && { onSettled }) };
    } catch (thrown) {
      const error = thrown as ExosphereAlertsError;
      teller.lost(event, error);
      onSettled?.(error);
      return [idOf(event) ?? newEventId(), error];
    }
    let ownError: ExosphereAlertsError | undefined;
    for (const dropped of buffer.add(entry)) {
      const error = full();
      if (dropped === entry) ownError = error;
      settled(dropped, error);
    }
    sender.wake();
    return ownError === undefined ? [entry.id] : [entry.id, ownError];
  }

  function stillWaiting(timeoutMs: number): ExosphereAlertsError {
    const { error, isRefusal } = sender.failure ?? {};
    if (error !== undefined && isRefusal) return error;
    const message = `Not taken by the service within ${timeoutMs} ms; it is tried further.`;
    return new ExosphereAlertsError('timeout', message, { cause: error });
  }

  function settled(entry: Entry, outcome: Outcome): void {
    if (typeof outcome === 'string') teller.delivered();
    else teller.lost(transport.eventOf(entry as E), outcome);
    entry.onSettled?.(outcome);
  }
}

/** Of an event that may be anything: reading it may throw. */
function idOf(event: unknown): string | undefined {
  try {
    const { id } = event as { id?: unknown };
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}

const closed = () => new ExosphereAlertsError('closed', 'The client is closed.');
const full = () =>
  new ExosphereAlertsError('buffer_full', 'The buffer is full: the service is away, or slower than what is emitted.');
