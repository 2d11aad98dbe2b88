import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  type EventWorkflow,
  eventAttributes,
  eventsWorkflowId,
  eventWorkflowId,
  taskQueue,
  workflowTaskTimeout,
} from '../workflows/contract.ts';
import { serialisedJson } from '../workflows/payload-converter.ts';
import { summarise } from '../workflows/text.ts';
import { eventDigest } from './domain/event-digest.ts';

/** An event that the service hands in by itself. */
export interface ListedEvent {
  id: string;
  source: string;
  type: string;
  /** As CloudEvents JSON. */
  json: string;
}

/** Lists of events for Temporal, past the door: for what this process itself has to tell. */
export interface EventLists {
  /**
   * Has a list accepted, by the start of the workflow that holds it. Safe to repeat.
   *
   * @param list of one namespace @param acceptedBy what is recorded as who handed them in
   * @param summary what a person reads of it in Temporal
   */
  start(namespace: string, acceptedBy: string, list: ListedEvent[], summary: string): Promise<void>;
}

/** A list is one payload, of which Temporal refuses 2 MiB; a character is at most 3 bytes of it. */
const LIST_CHARACTERS = 512 * 1024;
const START_DEADLINE_MS = 10_000;

/** @param now the clock, in ms */
export function createEventLists(deps: { client: Client; newUlid: () => string; now: () => number }): EventLists {
  const { client, newUlid, now } = deps;
  return {
    async start(namespace, acceptedBy, list, summary) {
      const { source, id: firstId } = list[0] as ListedEvent;
      const isAlone = list.length === 1;
      const input = { namespace, accepted_by: acceptedBy, ...(isAlone ? {} : { together: true }) };
      const events = list.map(({ json }) => json).join(',');
      try {
        await client.withDeadline(now() + START_DEADLINE_MS, () =>
          client.workflow.start<EventWorkflow>('eventWorkflow', {
            taskQueue,
            workflowId: isAlone
              ? eventWorkflowId(namespace, eventDigest(source, firstId))
              : eventsWorkflowId(newUlid()),
            args: [serialisedJson(`${JSON.stringify(input).slice(0, -1)},"events":[${events}]}`) as never],
            workflowTaskTimeout,
            workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            priority: { fairnessKey: namespace },
            typedSearchAttributes: eventAttributes(
              namespace,
              list.map(({ type }) => type),
              list.map(({ id }) => id),
            ),
            staticSummary: summarise(summary),
          }),
        );
      } catch (error) {
        // It was handed over before, and the process died before it could note that.
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}

/** Cuts events into lists, none of them over the bound. @param json the text of each as CloudEvents JSON */
export function cutIntoLists<T>(events: T[], json: (event: T) => string): T[][] {
  const lists: T[][] = [];
  let room = 0;
  for (const event of events) {
    const length = json(event).length + 1;
    if (room < length) {
      lists.push([]);
      room = LIST_CHARACTERS;
    }
    room -= length;
    lists.at(-1)?.push(event);
  }
  return lists;
}
