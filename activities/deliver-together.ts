import { heartbeat } from '@temporalio/activity';
import type { DeliveryRef } from '../src/store/delivery-rows.ts';
import type { EventLog } from '../src/store/event-log.ts';
import { SealError } from '../src/store/seal.ts';
import type { Handover } from './handover.ts';
import type { Lanes } from './lanes.ts';
import type { Pacer } from './pacer.ts';
import type { Asker, Stepper } from './step.ts';

export interface FirstAttemptsInput {
  namespace: string;
  deliveries: Pick<DeliveryRef, 'id' | 'endpoint_id'>[];
}

/** What first attempts came to: `left` went on in the workflow `group`. */
export interface FirstAttempts {
  made: number;
  succeeded: number;
  skipped: number;
  left: number;
  group: string | null;
}

export interface AdvanceInput {
  namespace: string;
  delivery_ids: string[];
  /** When the next look will be: turns are given out until then. */
  next_look_ms: number;
}

/** A delivery that goes on by itself, and when its workflow's turn is. */
export interface ApartDelivery extends DeliveryRef {
  start_in_ms: number;
}

/** Where a group stands: `apart` have their turn to go on by themselves, `open` wait for an answer or for theirs. */
export interface AdvancedGroup {
  apart: ApartDelivery[];
  open: string[];
  /** Of the open ones, those whose first attempt has no outcome. */
  untried: number;
}

/** How long a workflow task waits for receivers; what takes longer goes on without it. */
const PATIENCE_MS = 1_500;
/** Of one endpoint, in line for its slots: more would only wait here, and can wait in Temporal at no cost. */
const LONGEST_LINE = 256;
const SOON_MS = 10_000;

export interface TogetherDeps {
  eventLog: EventLog;
  step: Stepper['step'];
  lanes: Lanes;
  pacer: Pacer;
  handover: Handover;
  now: () => number;
}

type Outcome = 'succeeded' | 'skipped' | 'left' | 'sealed';

/** The first attempts of many deliveries, side by side: no endpoint waits for another. */
export function createDeliverTogether({ eventLog, step, lanes, pacer, handover, now }: TogetherDeps) {
  return { tryTogether, advanceGroup };

  /**
   * Makes the first attempts of a list. Whatever did not succeed at once (it failed, its receiver is slow or has no
   * free slot, PostgreSQL hung) is handed to a `deliveryGroupWorkflow`: when this returns, Temporal holds that.
   *
   * @param tried called when the attempts are over, and only the hand-over may remain
   * @throws when PostgreSQL or Temporal is away; it is safe to repeat
   */
  async function tryTogether(
    { namespace, deliveries }: FirstAttemptsInput,
    asker: Asker,
    tried?: () => void,
  ): Promise<FirstAttempts> {
    const outcomes = await attempt(namespace, deliveries, asker, 'leave');
    tried?.();
    const left = deliveries
      .filter(({ id }) => ['left', 'sealed'].includes(outcomes.get(id) as Outcome))
      .map(({ id }) => id);
    const group = left.length === 0 ? null : await handover(namespace, left);
    return { made: deliveries.length, ...count(outcomes), left: left.length, group };
  }

  /**
   * Brings a group on: first attempts that have not been made are made, those on their way are awaited for a while, and
   * those that failed are told apart, each with the time at which its own workflow is to start.
   */
  async function advanceGroup(input: AdvanceInput, asker: Asker): Promise<AdvancedGroup> {
    const beat = setInterval(heartbeat, 1_000);
    try {
      return await advance(input, asker);
    } finally {
      clearInterval(beat);
    }
  }

  async function advance(input: AdvanceInput, asker: Asker): Promise<AdvancedGroup> {
    const { namespace, delivery_ids: ids } = input;
    let standing = await eventLog.openDeliveries(namespace, ids);
    // One that is put off beyond the next look is not stepped to before that.
    const isNear = (at: Date | null) => at === null || at.getTime() - now() <= input.next_look_ms;
    const inLine = standing.filter(
      ({ untried, endpoint_id, next_attempt_at: at }) =>
        untried && isNear(at) && lanes.waiting(endpoint_id) < LONGEST_LINE,
    );
    let outcomes = new Map<string, Outcome>();
    if (inLine.length > 0) {
      outcomes = await attempt(namespace, inLine, asker, 'stay in line', input.next_look_ms);
      standing = await eventLog.openDeliveries(namespace, ids);
    }
    const advanced: AdvancedGroup = { apart: [], open: [], untried: 0 };
    for (const { untried: isUntried, next_attempt_at: nextAt, ...ref } of standing) {
      // One whose secret cannot be opened fails for ever here; its own workflow shows why.
      const untried = isUntried && outcomes.get(ref.id) !== 'sealed';
      const of = { namespace, endpointId: ref.endpoint_id };
      const turn = untried ? undefined : pacer.reserve(of, untilDue(nextAt), input.next_look_ms);
      if (untried) advanced.untried += 1;
      if (turn === undefined) advanced.open.push(ref.id);
      else advanced.apart.push({ ...ref, start_in_ms: turn });
    }
    return advanced;
  }

  /** One that is due soon starts then, and makes its attempt at once; one that is not starts now, to be seen. */
  function untilDue(nextAt: Date | null): number {
    const dueInMs = nextAt === null ? 0 : nextAt.getTime() - now();
    return dueInMs > SOON_MS ? 0 : Math.max(0, dueInMs);
  }

  /**
   * Takes a step with each, and awaits them for a while.
   *
   * @param then what those do that wait for a slot: `leave` where somebody else is to have them, and then slow endpoints
   *   are not awaited at all; or `stay in line` for whoever looks again
   * @param stayMs for how long those stay that are put off and due by then
   */
  async function attempt(
    namespace: string,
    deliveries: FirstAttemptsInput['deliveries'],
    asker: Asker,
    then: 'leave' | 'stay in line',
    stayMs = 0,
  ): Promise<Map<string, Outcome>> {
    const patience = new AbortController();
    const outcomes = new Map<string, Outcome>(deliveries.map(({ id }) => [id, 'left']));
    const awaited: Promise<void>[] = [];
    for (const { id, endpoint_id } of deliveries) {
      const enter = () => lanes.enter(namespace, endpoint_id, then === 'leave' ? patience.signal : undefined);
      // A slow endpoint's requests leave as all others do; the list does not wait for them.
      const isPassed = then === 'leave' && lanes.isSlow(endpoint_id);
      const made = step({ namespace, deliveryId: id, ...asker, enter, stayMs }).then(
        ({ status }) => {
          if (status === 'succeeded' || status === 'skipped') outcomes.set(id, status);
        },
        // PostgreSQL away is no outcome: it is looked at again.
        (error) => {
          if (error instanceof SealError) outcomes.set(id, 'sealed');
        },
      );
      if (!isPassed) awaited.push(made);
    }
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    const impatient = new Promise<void>((resolve) => {
      patience.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([Promise.all(awaited), impatient]);
    clearTimeout(timer);
    patience.abort();
    return new Map(outcomes);
  }
}

function count(outcomes: Map<string, Outcome>) {
  const all = [...outcomes.values()];
  const of = (outcome: Outcome) => all.filter((one) => one === outcome).length;
  return { succeeded: of('succeeded'), skipped: of('skipped') };
}
