import type { AlertWatch } from '../../src/alert-watch.ts';
import type { IdFactory } from '../../src/domain/ids.ts';
import type { AlertSweepLog } from '../../src/store/alert-sweep-log.ts';
import type { EntryRow, EventLog } from '../../src/store/event-log.ts';
import { isDataError, type Sql } from '../../src/store/sql.ts';
import type { AlertWorkflowInput, RunWatchInput } from '../../workflows/contract.ts';
import type { Handover } from '../handover.ts';
import { createFollowUp } from './follow-up.ts';
import { createGatherer } from './gather.ts';
import { createLooker, type Look } from './look.ts';
import type { LookNotes } from './notes.ts';
import type { LookedKey } from './outcome.ts';
import { createPages } from './pages.ts';
import { createPreparer } from './prepared-rule.ts';
import { createTeller } from './tell.ts';

export interface AlertingDeps {
  sql: Sql;
  sweepLog: AlertSweepLog;
  eventLog: Pick<EventLog, 'degradeRules'>;
  watch: AlertWatch;
  handover: Handover;
  newId: IdFactory;
  now: () => number;
  publicUrl: string | undefined;
  worker: string;
  onError: (error: unknown) => void;
  /** Told what a look did not count, and why. */
  onNotes: (notes: LookNotes) => void;
}

/** What a workflow is told of a look. */
export interface SeenAlert {
  /** Idle and normal: nothing is left to watch. */
  is_over: boolean;
  look_in_ms: number | null;
  details: string;
}

export interface SeenRuns {
  look_in_ms: number | null;
  details: string;
}

/** What is put down is looked at within moments; what is not was forgotten. */
const FORGOTTEN_AFTER_MS = 5_000;
const UNBEGUN_AFTER_MS = 60_000;
/** Rounds of the sweep are short; what only an earlier process can have left behind need not be sought in each. */
const SEEK_EVERY_MS = 10_000;
/** Every state is read to find those to be forgotten, and there is no hurry about it. */
const FORGET_EVERY_MS = 60_000;
/** A workflow that finds much to do comes back soon. */
const SOON_MS = 50;
/** What fires until an event ends it is looked at this often, in case the word of its end was lost with a process. */
const ASK_AGAIN_MS = 3_600_000;

/** Rules that keep state: what is put down for their keys is looked at, told, and watched. */
export function createAlerting(deps: AlertingDeps) {
  const { sweepLog, handover, now, onError, onNotes } = deps;
  const lookAt = createLooker({ ...deps, prepare: createPreparer(), teller: createTeller(deps) });
  const followUp = createFollowUp(deps);
  const gatherer = createGatherer({
    look: async (keys) => {
      const seen = await look(keys);
      if (seen.again.length > 0) gatherer.add(seen.again);
      await followUp.begin(seen);
    },
    now: () => performance.now(),
    onError,
    isKeysFault: (error) => isDataError(error) || error instanceof TypeError || error instanceof RangeError,
  });
  const forgottenEntries = createPages(sweepLog.forgottenEntries);
  const overdue = createPages(sweepLog.overdue);
  let soughtAt = Number.NEGATIVE_INFINITY;
  let forgetFrom = 0;

  return {
    /** Takes note of keys that something was put down for. */
    onEntries(namespace: string, entries: readonly EntryRow[]): void {
      gatherer.add(
        entries.map(({ rule_id, key_digest, key_text }) => ({ namespace, rule_id, key_digest, key_text })),
        // A run that begins cannot be too long yet; one that ends soon is then looked at once.
        (index) => entries[index]?.sides.every((side) => side === 'started') === true,
      );
    },

    /** A look at one key, for the workflow that watches it. */
    async lookAtAlert({ rule_id, key_digest }: AlertWorkflowInput): Promise<SeenAlert> {
      const key = await sweepLog.key(rule_id, key_digest);
      if (key === undefined) return { is_over: true, look_in_ms: null, details: 'Nothing is remembered of this key.' };
      const seen = await look([key], true);
      if (seen.again.length > 0) gatherer.add(seen.again);
      // It is the key's own workflow that looks: nobody has to wake it.
      await followUp.begin({ ...seen, keys: [] });
      const [looked] = seen.keys;
      if (looked === undefined) return { is_over: false, look_in_ms: SOON_MS, details: 'The key is being looked at.' };
      const { next_look_at, is_firing } = looked;
      // The time for a run is kept by the run watch, which has them all.
      const isWatched = looked.shard === null && next_look_at !== null;
      return {
        is_over: !is_firing && !isWatched,
        look_in_ms: Math.max(SOON_MS, Math.min(ASK_AGAIN_MS, (next_look_at ?? Number.POSITIVE_INFINITY) - now())),
        details: describe(looked),
      };
    },

    /** A look at those open runs whose time has come. */
    async lookAtRuns({ namespace, shard }: RunWatchInput): Promise<SeenRuns> {
      const { due, open, next } = await sweepLog.runs(namespace, shard, new Date(now()));
      if (due.length > 0) {
        const seen = await look(due, true);
        if (seen.again.length > 0) gatherer.add(seen.again);
        await followUp.begin(seen);
      }
      const look_in_ms = due.length > 0 ? SOON_MS : next === null ? null : Math.max(SOON_MS, next.getTime() - now());
      return {
        look_in_ms,
        details: `${open} run(s) watched; the earliest is looked at again at ${next?.toISOString() ?? '–'}.`,
      };
    },

    /** One round over what nobody looks at. @returns false: the next round may wait its time */
    async sweep(): Promise<boolean> {
      const at = now();
      const forgotten = new Date(at - FORGOTTEN_AFTER_MS);
      gatherer.add([...(await forgottenEntries(forgotten)), ...(await overdue(forgotten))]);
      if (performance.now() < soughtAt + SEEK_EVERY_MS) return false;
      soughtAt = performance.now();
      if (at >= forgetFrom) forgetFrom = (await sweepLog.forget(new Date(at))) ? at : at + FORGET_EVERY_MS;
      for (const [namespace, ids] of await sweepLog.unbegun(new Date(at - UNBEGUN_AFTER_MS))) {
        await handover(namespace, ids);
        await sweepLog.handedOn(ids, new Date(now()));
      }
      return false;
    },

    /** Takes no more keys, and resolves once nothing is under way. */
    async drain(): Promise<void> {
      await gatherer.drain();
      await followUp.drain();
    },
  };

  async function look(...asked: Parameters<typeof lookAt>): Promise<Look> {
    const seen = await lookAt(...asked);
    if (seen.notes !== undefined) onNotes(seen.notes);
    return seen;
  }

  function describe({ rule_name = 'A deleted rule', key_text, is_firing, next_look_at }: LookedKey): string {
    const state = is_firing ? 'firing' : 'normal';
    const next = next_look_at === null ? 'with the next event' : `at ${new Date(next_look_at).toISOString()}`;
    return `${rule_name}${key_text && ` (${key_text})`}: ${state}. Looked at again ${next}.`;
  }
}
