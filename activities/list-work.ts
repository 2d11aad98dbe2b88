import type { FirstAttempts, FirstAttemptsInput } from './deliver-together.ts';
import type { ReadyEvent } from './read-event.ts';
import type { RecordEventsInput, RecordedEvents } from './record-events.ts';
import type { Asker } from './step.ts';

/** A list's events as recorded, and, where they were made together, what their first attempts came to. */
export interface WorkedList extends RecordedEvents {
  first: FirstAttempts | null;
}

/**
 * Starts on a list as soon as Temporal holds its workflow, without waiting for the workflow's first task to come round
 * to it. Resolves when its first attempts are over, or the pass has failed.
 */
export type Begin = (input: RecordEventsInput, ready: ReadyEvent[]) => Promise<void>;

/**
 * The whole of a list's first pass: recording, matching, and the first attempts of those deliveries that are made
 * together. One activity, for each more would be another turn of the workflow.
 */
export function createListWork(
  recordEvents: (input: RecordEventsInput, ready?: ReadyEvent[]) => Promise<RecordedEvents>,
  tryTogether: (input: FirstAttemptsInput, asker: Asker, tried?: () => void) => Promise<FirstAttempts>,
) {
  /** By run: what was begun at the acceptance and has not been fetched by its workflow. */
  const begun = new Map<string, Promise<WorkedList>>();

  return {
    begin(input: RecordEventsInput, ready: ReadyEvent[]): Promise<void> {
      return new Promise((tried) => {
        const work = passOver(input, ready, tried);
        begun.set(input.workflow_run_id, work);
        const end = () => {
          tried();
          // The workflow asks within moments, or has lost its worker and is another's.
          setTimeout(() => begun.delete(input.workflow_run_id), FORGET_AFTER_MS).unref();
        };
        work.then(end, end);
      });
    },

    /** Of its own, or the pass that was begun for it; if that failed, this fails, and is repeated. */
    async recordEvents(input: RecordEventsInput): Promise<WorkedList> {
      const work = begun.get(input.workflow_run_id);
      begun.delete(input.workflow_run_id);
      return await (work ?? passOver(input));
    },
  };

  async function passOver(input: RecordEventsInput, ready?: ReadyEvent[], tried?: () => void): Promise<WorkedList> {
    const recorded = await recordEvents(input, ready);
    const { page } = recorded;
    if (!page.together) return { ...recorded, first: null };
    const asker = { workflowId: input.workflow_id, runId: input.workflow_run_id };
    const first = await tryTogether({ namespace: input.namespace, deliveries: page.deliveries }, asker, tried);
    // They need not travel to the workflow and into its history.
    return { ...recorded, page: { ...page, deliveries: [] }, first };
  }
}

const FORGET_AFTER_MS = 10_000;
