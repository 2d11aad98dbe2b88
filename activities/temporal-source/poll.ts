import type { Connection } from '@temporalio/client';
import type { SourceRow } from '../../src/store/temporal-source-log.ts';
import { createCluster } from './cluster.ts';
import { createLooks, type Looks } from './look.ts';
import { createPace } from './pace.ts';
import type { RoundDeps, Standing } from './round.ts';
import { type TellDeps, tellOf } from './tell.ts';
import { sourceOf } from './to-event.ts';
import { createTold } from './told.ts';
import { uiUrlOf } from './ui-url.ts';
import { closedSide, openSide, type Side } from './windows.ts';

/** Looks at a source once. @returns whether more is known to follow */
export type Poll = () => Promise<boolean>;

/** The source was deleted in the middle of a poll. */
export class GoneError extends Error {
  override name = 'GoneError';
}

/** What runs for less is told of when it ends, and not that it has begun. */
const OPEN_AFTER_MS = 60_000;
/** Of one source: a watched cluster is somebody's production. */
const LISTS_PER_SECOND = 5;
const HISTORIES_PER_SECOND = 200;
const EVENTS_PER_SECOND = 500;
/** Ids that are remembered; what is older is asked of PostgreSQL. */
const TOLD = 20_000;

/**
 * The polls of one round: what they have seen, and their rates, outlive a connection.
 *
 * @param standing kept up to date
 * @returns what makes the polls by a connection
 */
export function createPolls(deps: RoundDeps, source: SourceRow, signal: AbortSignal, standing: Standing) {
  const { sourceLog, now, steadyNow } = deps;
  const { id, namespace, query, temporal_namespace: temporalNamespace } = source;
  const listPace = createPace(LISTS_PER_SECOND, steadyNow);
  const historyPace = createPace(HISTORIES_PER_SECOND, steadyNow);
  const unread = new Map<string, number>();
  const cursors = { closed: source.closed_through?.getTime() ?? null, open: source.opened_through?.getTime() ?? null };
  const place = { address: source.address, temporalNamespace, uiUrl: uiUrlOf(source, deps.own) };
  const eventSource = sourceOf(place);
  const telling: Omit<TellDeps, 'cluster'> = {
    place,
    told: createTold(TOLD),
    known: (ids) => sourceLog.knownEvents(namespace, eventSource, ids),
    async emit(events) {
      // Deleted since the last look: whoever did that wants to hear no more.
      if ((await sourceLog.read(id)) === undefined) throw new GoneError();
      await deps.emit(source, events, signal);
    },
    async moveCursor(side, time) {
      cursors[side.name] = time;
      const at = new Date(time);
      const through = side === closedSide ? { closedThrough: at } : { openedThrough: at };
      await sourceLog.advance(id, { ...through, polledAt: new Date(now()) });
      if (side === closedSide) standing.closed_through = at.toISOString();
    },
    onTold(count, delayMs) {
      standing.told += count;
      deps.count?.told(count, delayMs);
    },
    eventPace: createPace(EVENTS_PER_SECOND, steadyNow),
    signal,
    now,
  };

  return (connection: Connection): Poll => {
    const cluster = createCluster({ connection, temporalNamespace, signal, now, listPace, historyPace, unread });
    const looksAt = (side: Side, start: number | null) => createLooks({ cluster, side, query, start, steadyNow });
    // What had closed before the source was made is nobody's news; what is open then may run for too long.
    const closed = looksAt(closedSide, source.created_at.getTime());
    const open = looksAt(openSide, null);

    return async () => {
      const openMore = await watch(openSide, open, now() - OPEN_AFTER_MS);
      const closedMore = await watch(closedSide, closed, null);
      return openMore || closedMore;
    };

    async function watch(side: Side, looks: Looks, before: number | null): Promise<boolean> {
      // What is behind comes first: it is older, and what is behind now may be far behind after a look ahead.
      const cursor = cursors[side.name];
      const back = await looks.back(cursor);
      await tellOf({ ...telling, cluster }, side, back.runs, cursor);
      const ahead = await looks.ahead(cursor, before);
      await tellOf({ ...telling, cluster }, side, ahead.runs, cursor, ahead.more);
      return ahead.more;
    }
  };
}
