import { ApplicationFailure } from '@temporalio/common';
import type { Emitter, Taken } from '../src/emit/emitter.ts';
import { ExosphereAlertsError } from '../src/error.ts';
import type { NewEvent } from '../src/events.ts';

/** What `emitFromWorkflow` calls, as the worker has it. */
export interface EmitActivities {
  emitExosphereEvent(event: NewEvent): Promise<Taken>;
}

/** Well within the activity's own time: then it is Temporal that tries again. */
const SEND_TIMEOUT_MS = 20_000;

/** Reasons that may be gone at another try. */
const PASSING = ['timeout', 'unavailable', 'unreachable', 'buffer_full', 'closed'];

/**
 * The activity behind `emitFromWorkflow`, for workers without the plugin: `Worker.create({ activities: { ...yours,
 * ...createEmitActivities(emitter) } })`.
 *
 * @param emitter `createTemporalEmitter(…)`, or `new ExosphereAlerts(…)` for REST
 */
export function createEmitActivities(emitter: Pick<Emitter, 'send'>): EmitActivities {
  return {
    async emitExosphereEvent(event) {
      try {
        return await emitter.send(event, { timeout: SEND_TIMEOUT_MS });
      } catch (error) {
        if (!(error instanceof ExosphereAlertsError)) throw error;
        const { message, code } = error;
        throw ApplicationFailure.create({ message, type: code, nonRetryable: !PASSING.includes(code), cause: error });
      }
    },
  };
}
