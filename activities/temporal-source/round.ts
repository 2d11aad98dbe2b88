import type { Connection } from '@temporalio/client';
import type { SourceRow, TemporalSourceLog } from '../../src/store/temporal-source-log.ts';
import type { WatchedRound } from '../../workflows/contract.ts';
import { ClusterError, isOverload } from './cluster-error.ts';
import { rest, unlessAborted } from './pace.ts';
import { createPolls, GoneError, type Poll } from './poll.ts';
import type { RunEvent } from './to-event.ts';
import type { OwnServer } from './ui-url.ts';

/** What a source's watching depends on. */
export interface RoundDeps {
  sourceLog: Pick<TemporalSourceLog, 'read' | 'advance' | 'fail' | 'knownEvents'>;
  /** Connects to a source, where its address is allowed. @throws Error that says what is wrong */
  connect: (source: SourceRow) => Promise<Connection>;
  /** What an error of a source, or of a call on its connection, means: for a person, with nothing secret. */
  explain: (error: unknown, source: SourceRow) => string;
  /** Hands events to Temporal; once it resolves they are accepted. */
  emit: (source: SourceRow, events: RunEvent[], signal: AbortSignal) => Promise<void>;
  own: OwnServer;
  now: () => number;
  steadyNow: () => number;
  random: () => number;
  count?: SourceCounts | undefined;
}

/** Told how watching goes. */
export interface SourceCounts {
  polled(isOk: boolean): void;
  /** @param delayMs from the end (or start) of the newest of these runs to the acceptance of their events */
  told(count: number, delayMs: number): void;
}

/** A round is one activity: long, for each costs workflow tasks; and not too long, for what it shows is from its end. */
const ROUND_MS = 5 * 60_000;
/** When a source begins to fail, or is well again, that is shown sooner. */
const SHORTEST_ROUND_MS = 10_000;
/** Between two polls, and half as much again at random. */
const POLL_MS = 2_000;
const FIRST_BACK_OFF_MS = 5_000;
const LONGEST_BACK_OFF_MS = 60_000;
const OVERLOAD_BACK_OFF_MS = 20_000;

const OURS =
  'watching cannot go on by a fault of this service or its Temporal, which its log tells of; it is tried again, and nothing is lost';

/** How a round stands: what its heartbeats tell, and in the end the workflow. */
export type Standing = WatchedRound;

/**
 * Watches a source for some minutes.
 *
 * @param stand told whenever something has changed
 * @returns how it stands at the end: of the time, of the source, or by the signal
 * @throws whatever PostgreSQL or our own Temporal throw when they are away: the activity is then tried again
 */
export async function watchRound(
  deps: RoundDeps,
  sourceId: string,
  signal: AbortSignal,
  stand: (standing: Standing) => void,
): Promise<Standing> {
  const { sourceLog, now, steadyNow, random } = deps;
  const source = await sourceLog.read(sourceId);
  if (source === undefined) return GONE;
  const began = steadyNow();
  const wasFailing = source.last_error !== null;
  const standing = standingOf(source);
  const pollsBy = createPolls(deps, source, signal, standing);
  let connection: Connection | undefined;
  let poll: Poll | undefined;
  let failures = 0;

  try {
    for (;;) {
      let restMs = POLL_MS * (1 + random() / 2);
      try {
        connection ??= await connectOrExplain();
        poll ??= pollsBy(connection);
        if (await poll()) restMs = 0;
        failures = 0;
        if (!(await sourceLog.advance(sourceId, { polledAt: new Date(now()) }))) return GONE;
        Object.assign(standing, { polled_at: new Date(now()).toISOString(), error: null });
        deps.count?.polled(true);
      } catch (error) {
        if (signal.aborted || !(error instanceof ClusterError)) throw error;
        const why = deps.explain(error.cause, source);
        if (!(await sourceLog.fail(sourceId, why, new Date(now())))) return GONE;
        standing.error = why;
        deps.count?.polled(false);
        restMs = backOff(failures, isOverload(error));
        failures += 1;
        // By a new one: its name may lead elsewhere by now.
        await connection?.close().catch(() => {});
        connection = undefined;
        poll = undefined;
      }
      stand(standing);
      const elapsed = steadyNow() - began;
      const hasChanged = (standing.error !== null) !== wasFailing;
      if (elapsed >= (hasChanged ? SHORTEST_ROUND_MS : ROUND_MS)) return standing;
      await rest(restMs, signal);
    }
  } catch (error) {
    if (signal.aborted) return standing;
    if (error instanceof GoneError) return GONE;
    // Tried again for ever, and the person who looks at the source would see nothing of it. Its words are for the log.
    await sourceLog.fail(sourceId, OURS, new Date(now())).catch(() => {});
    throw error;
  } finally {
    await connection?.close().catch(() => {});
  }

  function backOff(before: number, isOverloaded: boolean): number {
    const least = isOverloaded ? OVERLOAD_BACK_OFF_MS : FIRST_BACK_OFF_MS;
    return Math.min(LONGEST_BACK_OFF_MS, least * 2 ** before) * (0.75 + random() / 4);
  }

  async function connectOrExplain(): Promise<Connection> {
    const connecting = deps.connect(source as SourceRow);
    try {
      return await unlessAborted(connecting, signal);
    } catch (error) {
      // It takes seconds to give up: whoever stops does not wait for that.
      connecting.then((late) => late.close()).catch(() => {});
      signal.throwIfAborted();
      throw new ClusterError(error);
    }
  }
}

/** What the workflow is told of a source that was deleted. */
const GONE: Standing = {
  is_gone: true,
  told: 0,
  name: '',
  address: '',
  temporal_namespace: '',
  query: null,
  polled_at: null,
  closed_through: null,
  error: null,
};

function standingOf(source: SourceRow): Standing {
  const { name, address, temporal_namespace, query, last_polled_at, closed_through, last_error } = source;
  return {
    is_gone: false,
    told: 0,
    name,
    address,
    temporal_namespace,
    query,
    polled_at: last_polled_at?.toISOString() ?? null,
    closed_through: closed_through?.toISOString() ?? null,
    error: last_error,
  };
}
