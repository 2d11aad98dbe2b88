import { allows, type RequiredScope } from '../domain/scope.ts';
import { type ChangeKind, type ChangeLog, changeKinds, type Marks } from '../store/change-log.ts';
import { ApiError } from './problem.ts';
import type { Caller } from './route.ts';

/** One who is told of changes. */
export interface Listener {
  caller: Caller;
  /** Sends a piece of the stream. @returns false where the other side has stopped reading */
  send(text: string): boolean;
  end(): void;
  /** Rejects with an ApiError once its key or session is not good any more. */
  recheck(): Promise<unknown>;
}

export interface Streams {
  /** Throws where no more are taken. @throws ApiError 429 or 503 */
  admit(caller: Caller): void;
  /** Resolves once every later change is told. @returns what takes the listener away @throws ApiError as `admit` */
  open(listener: Listener): Promise<() => void>;
  /** Ends all of them, and takes no more. */
  close(): void;
}

export interface StreamsDeps {
  changeLog: ChangeLog;
  /** A steady clock in ms. */
  steadyNow: () => number;
  mostOfProcess?: number;
  mostOfNamespace?: number;
}

/** So often PostgreSQL is asked, and only while somebody listens: a kind is told once a second at most. */
const LOOK_EVERY_MS = 1_000;
/** A look of half a second is followed by two of rest, up to so many. */
const PAUSE_TIMES = 4;
const LONGEST_PAUSE_MS = 10_000;
/** Below what proxies and browsers take for silence. */
const HEARTBEAT_MS = 15_000;

/** What a caller must be allowed to read to be told of it. */
const SCOPES: Record<ChangeKind, RequiredScope> = {
  deliveries: 'deliveries:read',
  dead_letters: 'deliveries:read',
  events: 'deliveries:read',
  alerts: 'rules:read',
  rules: 'rules:read',
  silences: 'rules:read',
  webhooks: 'webhooks:read',
  api_keys: 'admin',
};

/** Who listens in this process, and the one look at what has changed that is made for all of them. */
export function createStreams(deps: StreamsDeps): Streams {
  const { changeLog, steadyNow, mostOfProcess = 1_000, mostOfNamespace = 100 } = deps;
  const listeners = new Map<Listener, { heardAt: number }>();
  /** As of the last look, of each namespace that somebody listens to. */
  const known = new Map<string, Marks>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  return {
    admit,

    async open(listener) {
      const { namespace } = listener.caller;
      // Many whose key was looked up together were all admitted before the first of them was here.
      admit(listener.caller);
      listeners.set(listener, { heardAt: steadyNow() });
      try {
        if (!known.has(namespace)) learn(await changeLog.marks([namespace]));
      } catch (error) {
        remove(listener);
        throw error;
      }
      timer ??= lookSoon();
      return () => remove(listener);
    },

    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const listener of [...listeners.keys()]) drop(listener);
    },
  };

  function admit(caller: Caller): void {
    if (isClosed) throw refused(503, 'stopping', 'This process is stopping; connect again.');
    if (listeners.size >= mostOfProcess) {
      throw refused(503, 'too_many_streams', 'This process has no room for a further stream; try again later.');
    }
    const own = [...listeners.keys()].filter((other) => other.caller.namespace === caller.namespace);
    if (own.length < mostOfNamespace) return;
    throw refused(
      429,
      'too_many_streams',
      `Your namespace has ${own.length} open streams here; close some, or ask for the lists now and then.`,
    );
  }

  /** @param tookMs what takes long, for there are many namespaces or PostgreSQL is loaded, is done less often */
  function lookSoon(tookMs = 0): NodeJS.Timeout {
    const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(LOOK_EVERY_MS, PAUSE_TIMES * tookMs));
    return setTimeout(() => void look(), pauseMs).unref();
  }

  async function look(): Promise<void> {
    const begunAt = steadyNow();
    await Promise.all([...listeners.keys()].map(dropIfRefused));
    const namespaces = [...new Set([...listeners.keys()].map(({ caller }) => caller.namespace))];
    try {
      if (namespaces.length > 0) learn(await changeLog.marks(namespaces));
    } catch {
      // PostgreSQL is away, as all else will say; what changes meanwhile is told at the next look.
    }
    keepAlive();
    timer = isClosed || listeners.size === 0 ? undefined : lookSoon(steadyNow() - begunAt);
  }

  function learn(seen: Map<string, Marks>): void {
    const heard = new Set([...listeners.keys()].map(({ caller }) => caller.namespace));
    for (const [namespace, marks] of seen) {
      // The last one has gone meanwhile: the next begins anew.
      if (!heard.has(namespace)) continue;
      const before = known.get(namespace);
      known.set(namespace, marks);
      if (before === undefined) continue;
      const changes = changeKinds.filter((kind) => before[kind] !== marks[kind]);
      for (const listener of listeners.keys()) {
        if (listener.caller.namespace === namespace) tell(listener, changes);
      }
    }
  }

  function tell(listener: Listener, changes: ChangeKind[]): void {
    const own = changes.filter((kind) => allows(listener.caller.scopes, SCOPES[kind]));
    if (own.length > 0) send(listener, own.map((kind) => `event: change\ndata: {"kind":"${kind}"}\n\n`).join(''));
  }

  function keepAlive(): void {
    const at = steadyNow();
    for (const [listener, { heardAt }] of listeners)
      if (at - heardAt >= HEARTBEAT_MS) send(listener, ': still here\n\n');
  }

  function send(listener: Listener, text: string): void {
    const state = listeners.get(listener);
    if (state === undefined) return;
    state.heardAt = steadyNow();
    // Whoever does not read would only fill our memory; it connects again and reads all anew.
    if (!listener.send(text)) drop(listener);
  }

  async function dropIfRefused(listener: Listener): Promise<void> {
    try {
      await listener.recheck();
    } catch (error) {
      if (error instanceof ApiError) drop(listener);
    }
  }

  function drop(listener: Listener): void {
    remove(listener);
    listener.end();
  }

  function remove(listener: Listener): void {
    listeners.delete(listener);
    const { namespace } = listener.caller;
    // What changes while nobody listens is not looked for: the next one begins anew.
    if (![...listeners.keys()].some((other) => other.caller.namespace === namespace)) known.delete(namespace);
  }
}

const refused = (status: number, code: string, detail: string) =>
  new ApiError(status, code, detail, { headers: { 'retry-after': '5' } });
