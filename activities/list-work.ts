import type { FirstAttempts, FirstAttemptsInput } from './deliver-together.ts';
import type { FairSlots } from './fair-slots.ts';
import type { ReadyList, RecordEventsInput, RecordedEvents } from './record-events.ts';
import type { Asker } from './step.ts';

/** A list's events as recorded, and, where they were made together, what their first attempts came to. */
export interface WorkedList extends RecordedEvents {
  first: FirstAttempts | null;
}

/**
 * Starts on a list as soon as Temporal holds its workflow, without waiting for the workflow's first task to come round
 * to it. Resolves when its first attempts are over, or the pass has failed.
 */
export type Begin = (input: RecordEventsInput, ready: ReadyList) => Promise<void>;

/**
 * The whole of a list's first pass: recording, matching, and the first attempts of those deliveries that are made
 * together. One activity, for each more would be another turn of the workflow.
 */
export function createListWork(
  recordEvents: (input: RecordEventsInput, ready?: ReadyList) => Promise<RecordedEvents>,
  tryTogether: (input: FirstAttemptsInput, asker: Asker, tried?: () => void) => Promise<FirstAttempts>,
  enter: FairSlots,
) {
  /** By run: every pass that is under way, and for a while its result. A workflow that asks again joins it. */
  const passes = new Map<string, Promise<WorkedList>>();

  return {
    begin: (input: RecordEventsInput, ready: ReadyList): Promise<void> =>
      new Promise((tried) => {
        passOf(input, ready, tried).then(
          () => tried(),
          () => tried(),
        );
      }),

    /** The pass that was begun for it, or its own; if that fails, this fails, and is repeated. */
    recordEvents: (input: RecordEventsInput): Promise<WorkedList> => passOf(input),

    /** Resolves once no pass is under way: to be awaited before the process ends. */
    async drain(): Promise<void> {
      await Promise.allSettled(passes.values());
    },
  };

  function passOf(input: RecordEventsInput, ready?: ReadyList, tried?: () => void): Promise<WorkedList> {
    const runId = input.workflow_run_id;
    const underWay = passes.get(runId);
    if (underWay) return underWay;
    const pass = passOver(input, ready, tried);
    passes.set(runId, pass);
    const forget = () => passes.delete(runId);
    // The workflow asks within moments, or has lost its worker and is another's.
    pass.then(() => setTimeout(forget, FORGET_AFTER_MS).unref(), forget);
    return pass;
  }

  async function passOver(input: RecordEventsInput, ready?: ReadyList, tried?: () => void): Promise<WorkedList> {
    // Here, and not before PostgreSQL's connections, is where lists wait that are more than can be worked on.
    const leave = await enter(input.namespace);
    const recorded = await recordEvents(input, ready).finally(leave);
    const { page } = recorded;
    if (!page.together) return { ...recorded, first: null };
    const asker = { workflowId: input.workflow_id, runId: input.workflow_run_id };
    const first = await tryTogether({ namespace: input.namespace, deliveries: page.deliveries }, asker, tried);
    // They need not travel to the workflow and into its history.
    return { ...recorded, page: { ...page, deliveries: [] }, first };
  }
}

const FORGET_AFTER_MS = 10_000;
