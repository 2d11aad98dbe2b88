import { taskQueue } from '../../workflows/contract.ts';
import type { Ending } from './cause.ts';
import type { Cluster } from './cluster.ts';
import { timeOf } from './look.ts';
import type { Pace } from './pace.ts';
import type { Run, RunStatus } from './run.ts';
import { eventIdOf, type Place, type RunEvent, toEvent } from './to-event.ts';
import type { Told } from './told.ts';
import { cursorAfter, isOld, LOOK_BACK_MS, type Side } from './windows.ts';

/** Tells of runs, in order. */
export interface TellDeps {
  cluster: Pick<Cluster, 'endings'>;
  place: Place;
  told: Told;
  /** Which of these events are recorded already. */
  known: (ids: string[]) => Promise<Set<string>>;
  /** Hands events to Temporal; once it resolves they are accepted. */
  emit: (events: RunEvent[]) => Promise<void>;
  /** Everything up to here is told. @param time epoch ms, by their clock */
  moveCursor: (side: Side, time: number) => Promise<void>;
  onTold?: ((count: number, delayMs: number) => void) | undefined;
  eventPace: Pace;
  signal: AbortSignal;
  now: () => number;
}

/** A list of `eventWorkflow`: as many as a batch of the API has at most. */
const TOGETHER = 500;
/** Ends whose history says more than their status. */
const WITH_CAUSE = new Set<RunStatus>(['failed', 'timed_out', 'terminated']);

/**
 * Has events accepted for those runs that are news, the oldest first. The cursor follows what is accepted, never the other
 * way round: whatever happens in between is told again, and its id makes that one event.
 *
 * @param cursor how far this side has come before; null: it has seen nothing
 * One of their clocks may be far ahead: the cursor does not follow a run that is further ahead of ours than is looked back,
 * or what others close until then would be missed. Where it has to, for all are so, it does.
 *
 * @param isSlice of more that follow: the next begins where this one ends
 * @returns how many were told
 */
export async function tellOf(
  deps: TellDeps,
  side: Side,
  runs: Run[],
  cursor: number | null,
  isSlice = false,
): Promise<number> {
  let count = 0;
  for (let from = 0; from < runs.length; from += TOGETHER) {
    deps.signal.throwIfAborted();
    const chunk = runs.slice(from, from + TOGETHER);
    count += await tellChunk(chunk);
    const latest = isSlice ? Number.POSITIVE_INFINITY : deps.now() + LOOK_BACK_MS;
    const times = chunk.map((run) => timeOf(side, run) as number).filter((time) => time <= latest);
    const next = runs[from + TOGETHER];
    const reached = cursorAfter(times, next === undefined ? undefined : (timeOf(side, next) as number));
    if (reached !== null && (cursor === null || reached > cursor)) await deps.moveCursor(side, reached);
  }
  return count;

  async function tellChunk(chunk: Run[]): Promise<number> {
    const unseen = new Map(chunk.filter(isNews).map((run) => [eventIdOf(run), run]));
    for (const id of [...unseen.keys()]) if (deps.told.has(id)) unseen.delete(id);
    if (unseen.size === 0) return 0;
    const ids = [...unseen.keys()];
    for (const id of await deps.known(ids)) unseen.delete(id);
    const news = [...unseen.values()];
    const newest = news.at(-1);
    if (newest !== undefined) {
      await deps.emit(await eventsOf(news));
      deps.onTold?.(news.length, deps.now() - (timeOf(side, newest) as number));
    }
    for (const id of ids) deps.told.add(id);
    return news.length;
  }

  function isNews(run: Run): boolean {
    // Its own work is never told, or an event of it would make another, for ever. The query says so too, but a person has
    // written part of that.
    return run.taskQueue !== taskQueue && !isOld(timeOf(side, run) as number, cursor, deps.now());
  }

  async function eventsOf(news: Run[]): Promise<RunEvent[]> {
    const unclear = news.filter(({ status }) => WITH_CAUSE.has(status));
    const found = await deps.cluster.endings(unclear);
    const endings = new Map<Run, Ending>(unclear.map((run, index) => [run, found[index] as Ending]));
    await deps.eventPace(news.length, deps.signal);
    return news.map((run) => toEvent(run, endings.get(run) ?? {}, deps.place, deps.now()));
  }
}
