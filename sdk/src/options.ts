import type { ExosphereAlertsError } from './error.ts';
import type { NewEvent } from './events.ts';

/** What emitting has in common, whatever the way to the service. */
export interface EmitOptions {
  /** Bounds of what waits in memory while the service is away. */
  buffer?: {
    /** Default 10,000. */
    maxEvents?: number;
    /** Of the events as JSON. Default 16 MiB. */
    maxBytes?: number;
    /** Which event gives way when there is no room. Default `oldest`: what happens now matters more to who is alerted. */
    drop?: 'oldest' | 'newest';
  };
  /** How long a request may take, in ms. Default 10,000 for events; the REST API has 30,000. */
  requestTimeout?: number;
  /** `emit` throws for an event that it cannot take (not JSON, too large, no room, closed). Default false. */
  throwOnError?: boolean;
  /**
   * Told of whatever goes wrong: of each request that will be tried again, once of a refusal (a wrong key or URL), and of each
   * lost event; of a full buffer once until there is room again. Default: a line by `console.warn`.
   */
  onError?: ((error: ExosphereAlertsError, context: ErrorContext) => void) | undefined;
  /** Told of each event that is lost, with the reason: the place for keeping it elsewhere. */
  onDrop?: ((event: NewEvent, error: ExosphereAlertsError) => void) | undefined;
}

export interface ExosphereAlertsOptions extends EmitOptions {
  /** Where the service is: `https://alerts.example.com`. */
  url: string;
  /** A key with the scope `events:write`, and those that your calls of the REST API need. */
  apiKey: string;
  /** Another `fetch`, such as one that goes through a proxy. Default: the global one. */
  fetch?: typeof fetch | undefined;
}

export interface ErrorContext {
  /** The lost event; absent where nothing is lost (yet). */
  event?: NewEvent;
  /** When the request is made again, in ms from now. */
  retryIn?: number;
}

export type EmitSettings = ReturnType<typeof readEmitOptions>;

/** The longest that a timer can be set to: beyond that it would go off at once. */
const MOST_MS = 2 ** 31 - 1;

/**
 * Checks the options and puts in what was left out.
 *
 * @throws TypeError, RangeError that says which option is wrong; it never quotes the key
 */
export function readOptions(options: ExosphereAlertsOptions) {
  return {
    ...readEmitOptions(options),
    url: checkedUrl(options.url),
    authorization: authorization(options.apiKey),
    // Called as a plain function: some runtimes do not let it be called as anybody's method.
    fetch: options.fetch ?? ((...request: Parameters<typeof fetch>) => globalThis.fetch(...request)),
    apiTimeoutMs: milliseconds('requestTimeout', options.requestTimeout ?? 30_000),
  };
}

/** The same for what emitting has in common. @throws TypeError, RangeError */
export function readEmitOptions(options: EmitOptions) {
  const { buffer = {}, throwOnError = false } = options;
  const { drop = 'oldest' } = buffer;
  if (drop !== 'oldest' && drop !== 'newest') throw new TypeError("buffer.drop must be 'oldest' or 'newest'");
  return {
    maxEvents: positive('buffer.maxEvents', buffer.maxEvents ?? 10_000),
    maxBytes: positive('buffer.maxBytes', buffer.maxBytes ?? 16 * 1024 * 1024),
    drop,
    timeoutMs: milliseconds('requestTimeout', options.requestTimeout ?? 10_000),
    throwOnError,
    onError: options.onError,
    onDrop: options.onDrop,
  };
}

/** @throws RangeError unless it is a number of ms; more than a timer can count is as long as it can */
export const milliseconds = (name: string, value: number): number => Math.min(positive(name, value), MOST_MS);

function positive(name: string, value: number): number {
  if (typeof value === 'number' && value > 0) return value;
  throw new RangeError(`${name} must be a number over 0`);
}

function checkedUrl(text: string): string {
  const url = URL.canParse(String(text)) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new TypeError('url must be where the service is, such as https://alerts.example.com');
  }
  if (url.username || url.password) throw new TypeError('url must have no user name or password: give an apiKey');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

function authorization(apiKey: string): string {
  if (typeof apiKey === 'string' && /^[\x21-\x7e]+$/.test(apiKey)) return `Bearer ${apiKey}`;
  throw new TypeError(
    'apiKey must be a key of the service: printable characters, with no space or line break around it',
  );
}
