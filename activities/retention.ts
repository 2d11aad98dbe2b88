import { heartbeat } from '@temporalio/activity';
import type { RemoveBatch, RetentionLog } from '../src/store/retention-log.ts';
import {
  type RetentionCutoffs,
  type RetentionProgress,
  type RetentionStep,
  retentionSteps,
} from '../workflows/contract.ts';
import type { DecideDeadLetter } from './dead-letter-bulk.ts';

export interface RetentionDeps {
  retentionLog: RetentionLog;
  decide: DecideDeadLetter;
  /** Days that each is kept; 0: for ever. */
  retention: { days: number; dedupDays: number; deadLetterDays: number };
  now: () => number;
}

const DAY_MS = 86_400_000;
/** One call works for so long: its result is what the workflow shows, and a worker that stops waits for it. */
const WORK_MS = 4_000;
/** Rows of one statement: it takes some milliseconds, and nobody waits longer for what it locks. */
const BATCH = 500;
/** Signals in a row between two looks at the clock. */
const LETTERS = 50;

/** The activities of `retentionWorkflow`; each is safe to repeat. */
export function createRetentionActivities({ retentionLog: log, decide, retention, now }: RetentionDeps) {
  /** By which of the bounds a step goes, and what it does with a batch. */
  const steps: Record<RetentionStep, { bound: keyof RetentionCutoffs; run: RemoveBatch }> = {
    expired_dead_letters: { bound: 'dead_letters', run: (before, after) => discardExpired(before, after) },
    deliveries: { bound: 'history', run: log.removeDeliveries },
    events: { bound: 'history', run: log.removeEvents },
    closed_dead_letters: { bound: 'history', run: log.removeClosedDeadLetters },
    event_keys: { bound: 'dedup', run: log.removeEventKeys },
    service_events: { bound: 'history', run: log.removeServiceEvents },
    alerts: { bound: 'history', run: log.removeAlerts },
    silences: { bound: 'history', run: log.removeSilences },
    alert_states: { bound: 'history', run: log.removeAlertStates },
  };

  return {
    /** What is old enough now, by the settings of this worker. */
    async beginRetention(): Promise<RetentionProgress> {
      const ago = (days: number) => (days === 0 ? null : new Date(now() - days * DAY_MS).toISOString());
      return {
        cutoffs: {
          history: ago(retention.days),
          dedup: ago(retention.dedupDays),
          dead_letters: ago(retention.deadLetterDays),
        },
        step: retentionSteps[0],
        after: '',
        removed: Object.fromEntries(retentionSteps.map((step) => [step, 0])) as Record<RetentionStep, number>,
      };
    },

    /**
     * Removes batch after batch for a few seconds. Between two it rests for as long as the last one took, so that it
     * never takes more than half of what PostgreSQL can do.
     *
     * @returns how far it came; `step` is null once nothing is left
     */
    async retain({
      progress,
      batch = BATCH,
    }: {
      progress: RetentionProgress;
      batch?: number;
    }): Promise<RetentionProgress> {
      const work = { ...progress, removed: { ...progress.removed } };
      const until = now() + WORK_MS;
      while (work.step !== null && now() < until) {
        const { bound, run } = steps[work.step];
        const cutoff = work.cutoffs[bound];
        const began = performance.now();
        const { removed, next } =
          cutoff === null ? { removed: 0, next: null } : await run(new Date(cutoff), work.after, batch);
        // A run that an earlier version has begun knows nothing of later kinds.
        work.removed[work.step] = (work.removed[work.step] ?? 0) + removed;
        work.after = next ?? '';
        if (next === null) work.step = retentionSteps[retentionSteps.indexOf(work.step) + 1] ?? null;
        heartbeat();
        if (cutoff !== null) await new Promise((resolve) => setTimeout(resolve, performance.now() - began));
      }
      return work;
    },
  };

  /** Never deleted behind the back of its workflow: it is told, closes with the reason, and goes as a closed one later. */
  async function discardExpired(before: Date, after: string): ReturnType<RemoveBatch> {
    const letters = await log.waitingSince(before, after, LETTERS);
    for (const letter of letters) {
      await decide('discard', letter, 'expired');
      heartbeat();
    }
    return { removed: letters.length, next: letters.length < LETTERS ? null : (letters.at(-1)?.delivery_id ?? null) };
  }
}
