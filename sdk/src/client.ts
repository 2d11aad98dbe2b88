import { type Api, createApi } from './api.ts';
import { createEmitter, type Emitter, type FlushOptions, type Taken } from './emit/emitter.ts';
import { toEntry } from './emit/entry.ts';
import { post } from './emit/request.ts';
import type { NewEvent } from './events.ts';
import { type ExosphereAlertsOptions, readOptions } from './options.ts';
import { VERSION } from './version.ts';

/** Far less than the 8 MiB that a batch may weigh, for many a proxy lets through 1 MiB (nginx, as it comes). */
const MAX_BATCH_BYTES = 1_000_000;

/**
 * Emits events to Exosphere Alerts and calls its REST API.
 *
 * @example
 * const alerts = new ExosphereAlerts({ url: 'https://alerts.example.com', apiKey: process.env.EXOSPHERE_API_KEY });
 * alerts.emit({ type: 'workflow.failed', data: { graph_name: 'etl', run_id: '5f0e' } });
 * await alerts.flush();
 */
export class ExosphereAlerts implements Emitter {
  /** All of the REST API; see `unwrap`. */
  readonly api: Api;
  readonly #emitter: Emitter;

  /** @throws TypeError, RangeError for a wrong option */
  constructor(options: ExosphereAlertsOptions) {
    const settings = readOptions(options);
    const { url, fetch, authorization, timeoutMs, apiTimeoutMs } = settings;
    const headers = { authorization, 'user-agent': `exosphere-alerts-js/${VERSION}` };
    const request = { url, headers, fetch, timeoutMs, now: Date.now };
    this.#emitter = createEmitter(settings, {
      toEntry,
      eventOf: ({ json }) => JSON.parse(json),
      post: (entries, stop) => post(entries, request, stop),
      maxBatchBytes: MAX_BATCH_BYTES,
    });
    this.api = createApi({ url, headers, fetch, timeoutMs: apiTimeoutMs });
  }

  /** How many events wait for the service, those of the request under way among them. */
  get pending(): number {
    return this.#emitter.pending;
  }

  /**
   * Takes an event and returns at once. It is sent at the end of the current task, together with what else is emitted by
   * then, and again until the service has it. It throws nothing, unless `throwOnError` is set: `onError` and `onDrop` are told.
   *
   * @returns the event's id
   */
  emit<Type extends string>(event: NewEvent<Type>): string {
    return this.#emitter.emit(event);
  }

  /**
   * Takes an event and waits until the service has it, over retries if need be.
   *
   * @returns its id, and `duplicate` if the service had it before
   * @throws ExosphereAlertsError when it is lost; with `timeout` after `timeout` ms, or with the refusal of a wrong key or URL, when it
   * still waits: then it is tried further, and sending it again with the same id does no harm
   */
  send<Type extends string>(event: NewEvent<Type>, options?: FlushOptions): Promise<Taken> {
    return this.#emitter.send(event, options);
  }

  /**
   * Waits until nothing waits any more that was emitted before this call. It keeps the process alive meanwhile: await it before
   * a process, or an invocation of an edge function, ends.
   *
   * @returns false if some of it still waits after `timeout`, or because the service refuses the key or the URL is wrong
   */
  flush(options?: FlushOptions): Promise<boolean> {
    return this.#emitter.flush(options);
  }

  /**
   * Flushes, and takes nothing more. What still waits after `timeout` is told to `onDrop`. A second call gets the first one's
   * answer.
   *
   * @returns whether nothing had to be dropped
   */
  close(options?: FlushOptions): Promise<boolean> {
    return this.#emitter.close(options);
  }
}
