import { heartbeat } from '@temporalio/activity';
import type { BulkLetter, BulkSelection, DeadLetterBulkLog, LetterState } from '../src/store/dead-letter-bulk-log.ts';
import type { BulkLane, DeadLetterBulkInput } from '../workflows/contract.ts';

/** Tells a dead letter's workflow what was decided, and starts it again should somebody have terminated it. */
export type DecideDeadLetter = (
  decision: 'retry' | 'discard',
  letter: Omit<BulkLetter, 'state'>,
  reason?: string,
) => Promise<void>;

export interface DeadLetterBulkDeps {
  deadLetterBulkLog: DeadLetterBulkLog;
  decide: DecideDeadLetter;
  now: () => number;
}

type Operation = Pick<DeadLetterBulkInput, 'namespace' | 'decision' | 'filter' | 'requested_at' | 'reason'>;
export type LaneInput = { operation: Operation; lane: BulkLane; window: number };

/** One call works for so long: its result is what the workflow shows, and a worker that stops waits for it. */
const WORK_MS = 4_000;
const LOOK_EVERY_MS = 200;
/** Signals on the way at once: more only queue in Temporal, in front of what is new. */
const SIGNALS_TOGETHER = 10;
/** One that was told and shows nothing of it by then is told again: its workflow may have been terminated just then. */
const TELL_AGAIN_MS = 60_000;

/** The activities of `deadLetterBulkWorkflow`; each is safe to repeat. */
export function createDeadLetterBulkActivities({ deadLetterBulkLog: log, decide, now }: DeadLetterBulkDeps) {
  return {
    /** The lanes of an operation: a retry has one for each endpoint, so that a broken one holds up its own alone. */
    async openBulkLanes(operation: Operation): Promise<BulkLane[]> {
      if (operation.decision === 'discard') return [openLane()];
      return (await log.endpoints(selectionOf(operation))).map((id) => openLane(id));
    },

    /**
     * Works on a lane for a few seconds: tells as many dead letters as the window has room for, and sees what became
     * of those that were told before. Ends early once the lane is through.
     *
     * @returns the lane as it stands then
     */
    async workBulkLane({ operation, lane, window }: LaneInput): Promise<BulkLane> {
      const work = { ...lane, under_way: [...lane.under_way], counts: { ...lane.counts } };
      const selection = selectionOf(operation, lane.endpoint_id);
      const until = now() + WORK_MS;
      for (;;) {
        await look(operation, work);
        const free = window - work.under_way.length;
        let isFresh = false;
        if (!work.walked && free > 0) {
          const page = await log.page(selection, work.after, free);
          await take(operation, work, page);
          work.after = page.at(-1)?.delivery_id ?? work.after;
          work.walked = page.length < free;
          isFresh = page.length > 0;
        }
        heartbeat();
        if ((work.walked && work.under_way.length === 0) || now() >= until) return work;
        if (!isFresh) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
  };

  /** Strikes off those under way that have ended. */
  async function look(operation: Operation, work: BulkLane): Promise<void> {
    if (work.under_way.length === 0) return;
    const ids = work.under_way.map(([id]) => id);
    const found = await log.look(operation.namespace, operation.requested_at, ids);
    const letters = new Map(found.map((letter) => [letter.delivery_id, letter]));
    const forgotten: BulkLetter[] = [];
    const at = now();
    work.under_way = work.under_way.flatMap((entry): BulkLane['under_way'] => {
      const [id, toldAt, rounds] = entry;
      const letter = letters.get(id);
      // A revived workflow parks its letter once more before it acts: only a further round is a failure.
      const end = letter === undefined ? 'skipped' : endOf(operation, letter.state, letter.rounds > rounds);
      if (end !== undefined) {
        work.counts[end] += 1;
        return [];
      }
      if (letter === undefined || letter.state === 'in_round' || at - toldAt < TELL_AGAIN_MS) return [entry];
      forgotten.push(letter);
      return [[id, at, rounds]];
    });
    await tell(operation, forgotten);
  }

  /** Takes a page's dead letters on: those that wait are told; those that a call before a crash had told are known by their state. */
  async function take(operation: Operation, work: BulkLane, page: BulkLetter[]): Promise<void> {
    const toTell: BulkLetter[] = [];
    for (const letter of page) {
      const { delivery_id: id, state, rounds } = letter;
      const end = endOf(operation, state, true);
      if (end !== undefined) {
        work.counts[end] += 1;
      } else if (state === 'waiting' || state === 'endpoint_off') {
        work.under_way.push([id, now(), rounds]);
        toTell.push(letter);
      } else if (state === 'in_round' && operation.decision === 'retry') {
        // The round that it is in has been counted already.
        work.under_way.push([id, now(), rounds - 1]);
      }
    }
    await tell(operation, toTell);
  }

  async function tell({ decision, reason }: Operation, letters: BulkLetter[]): Promise<void> {
    const queue = [...letters];
    const teller = async () => {
      for (let letter = queue.shift(); letter !== undefined; letter = queue.shift()) {
        const { state: _, ...ref } = letter;
        await decide(decision, ref, reason);
        heartbeat();
      }
    };
    await Promise.all(Array.from({ length: Math.min(SIGNALS_TOGETHER, queue.length) }, teller));
  }
}

const openLane = (endpointId?: string): BulkLane => ({
  ...(endpointId === undefined ? {} : { endpoint_id: endpointId }),
  after: '',
  walked: false,
  under_way: [],
  counts: { succeeded: 0, skipped: 0, discarded: 0, failed: 0, refused: 0 },
});

function selectionOf(operation: Operation, endpointId = operation.filter.endpoint_id): BulkSelection {
  const { namespace, filter, requested_at: requestedAt } = operation;
  return { ...filter, namespace, requestedAt, endpoint_id: endpointId };
}

/** As what a dead letter in this state counts, or undefined while the operation has yet to do or wait for something. */
function endOf(
  { decision }: Operation,
  state: LetterState,
  hasHadRound: boolean,
): keyof BulkLane['counts'] | undefined {
  if (state === 'succeeded' || state === 'skipped' || state === 'discarded') return state;
  if (decision === 'discard') return undefined;
  if (state === 'endpoint_off') return 'refused';
  return state === 'parked_again' && hasHadRound ? 'failed' : undefined;
}
