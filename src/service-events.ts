import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  againSignal,
  type EventWorkflow,
  eventAttributes,
  eventsWorkflowId,
  eventWorkflowId,
  type RecheckWorkflow,
  recheckWorkflowId,
  searchAttributes,
  taskQueue,
  workflowTaskTimeout,
} from '../workflows/contract.ts';
import { serialisedJson } from '../workflows/payload-converter.ts';
import { summarise } from '../workflows/text.ts';
import { serviceSource } from './domain/event.ts';
import { eventDigest } from './domain/event-digest.ts';
import { RECHECK, type ServiceEventLog, type ServiceEventRow } from './store/service-event-log.ts';

export interface ServiceEventDeps {
  client: Client;
  serviceEventLog: ServiceEventLog;
  newUlid: () => string;
  now: () => number;
}

const TAKEN_TOGETHER = 500;
/** A list is one payload, of which Temporal refuses 2 MiB; a character is at most 3 bytes of it. */
const LIST_CHARACTERS = 512 * 1024;
const START_DEADLINE_MS = 10_000;
/** Calls of Temporal side by side, and for how long more are begun: rows are held no longer than a minute. */
const ERRANDS_TOGETHER = 20;
const HELD_MS = 30_000;
/** One call of Temporal, and the rows that it is for. */
interface Errand {
  rows: ServiceEventRow[];
  run(): Promise<void>;
}

/** Who handed them in, as it is recorded with them. */
const ACCEPTED_BY = 'service';

/**
 * Hands the service's own events to Temporal as `eventWorkflow`, and has the deliveries looked at again that wait on an
 * endpoint or a rule which is off now. Whatever it does twice has its effect once.
 *
 * @returns a round of it, which says whether more may be waiting
 * @throws the first error of PostgreSQL or Temporal; what was handed over all the same is marked so
 */
export function createServiceEvents({ client, serviceEventLog, newUlid, now }: ServiceEventDeps) {
  return async function handOver(): Promise<boolean> {
    let failure: unknown;
    const taken = await serviceEventLog.handOver(TAKEN_TOGETHER, async (rows) => {
      const given = await give(rows);
      failure = given.failure;
      return given.ids;
    });
    if (failure !== undefined) throw failure;
    return taken === TAKEN_TOGETHER;
  };

  /**
   * Hands over what it can in the time that rows may be held: one that cannot be handed over keeps no other from it.
   *
   * @returns the ids of those that are safe, and the first error
   */
  async function give(rows: ServiceEventRow[]): Promise<{ ids: string[]; failure: unknown }> {
    const errands = errandsOf(rows);
    const undone = new Set(errands);
    const until = now() + HELD_MS;
    let failure: unknown;
    for (let from = 0; from < errands.length && now() < until; from += ERRANDS_TOGETHER) {
      await Promise.all(
        errands.slice(from, from + ERRANDS_TOGETHER).map((errand) =>
          errand.run().then(
            () => undone.delete(errand),
            (error: unknown) => {
              failure ??= error;
            },
          ),
        ),
      );
    }
    // A disabled endpoint is an event and has deliveries that wait: its row is safe once both are.
    const unsafe = new Set([...undone].flatMap((errand) => errand.rows));
    return { ids: rows.filter((row) => !unsafe.has(row)).map(({ id }) => id), failure };
  }

  function errandsOf(rows: ServiceEventRow[]): Errand[] {
    const lists = listsOf(rows.filter(({ type }) => type !== RECHECK));
    const subjects = Map.groupBy(rows.filter(isAboutWaiting), (row) => row.about_endpoint_id ?? row.about_rule_id);
    return [
      ...lists.map((list) => ({ rows: list, run: () => startList(list) })),
      ...[...subjects.values()].map((list) => ({ rows: list, run: () => recheck(list[0] as ServiceEventRow) })),
    ];
  }

  async function recheck({ namespace, about_endpoint_id: endpointId, about_rule_id: ruleId }: ServiceEventRow) {
    const subject = {
      ...(endpointId === null ? {} : { endpoint_id: endpointId }),
      ...(ruleId === null ? {} : { rule_id: ruleId }),
    };
    await client.withDeadline(now() + START_DEADLINE_MS, () =>
      client.workflow.signalWithStart<RecheckWorkflow, []>('recheckWorkflow', {
        taskQueue,
        workflowId: recheckWorkflowId((endpointId ?? ruleId) as string),
        args: [{ namespace, ...subject }],
        signal: againSignal,
        priority: { fairnessKey: namespace },
        typedSearchAttributes: [
          { key: searchAttributes.namespace, value: namespace },
          ...(endpointId === null ? [] : [{ key: searchAttributes.endpointId, value: endpointId }]),
          ...(ruleId === null ? [] : [{ key: searchAttributes.ruleId, value: ruleId }]),
        ],
        staticSummary: `Deliveries that wait on ${endpointId ?? ruleId}: may they still be sent?`,
      }),
    );
  }

  async function startList(list: ServiceEventRow[]): Promise<void> {
    const { namespace, id: firstId } = list[0] as ServiceEventRow;
    const isAlone = list.length === 1;
    const types = list.map(({ type }) => type);
    const input = { namespace, accepted_by: ACCEPTED_BY, ...(isAlone ? {} : { together: true }) };
    const events = list.map(cloudEventOf).join(',');
    try {
      await client.withDeadline(now() + START_DEADLINE_MS, () =>
        client.workflow.start<EventWorkflow>('eventWorkflow', {
          taskQueue,
          workflowId: isAlone
            ? eventWorkflowId(namespace, eventDigest(serviceSource, firstId))
            : eventsWorkflowId(newUlid()),
          args: [serialisedJson(`${JSON.stringify(input).slice(0, -1)},"events":[${events}]}`) as never],
          workflowTaskTimeout,
          workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
          priority: { fairnessKey: namespace },
          typedSearchAttributes: eventAttributes(
            namespace,
            types,
            list.map(({ id }) => id),
          ),
          staticSummary: summarise(isAlone ? `${types[0]} ${list[0]?.subject}` : `${list.length} of the service's own`),
        }),
      );
    } catch (error) {
      // It was handed over before, and the process died before it could note that.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}

/** An endpoint that the service has disabled has deliveries waiting as one that a person has switched off. */
const isAboutWaiting = ({ type }: ServiceEventRow) => type === RECHECK || type === 'webhook.disabled';

function cloudEventOf({ id, type, subject, data, created_at }: ServiceEventRow): string {
  const envelope = { specversion: '1.0', id, source: serviceSource, type, ...(subject === null ? {} : { subject }) };
  return `${JSON.stringify({ ...envelope, time: created_at.toISOString() }).slice(0, -1)},"data":${data}}`;
}

/** Lists of one namespace each, none of them over the bound. */
function listsOf(rows: ServiceEventRow[]): ServiceEventRow[][] {
  const lists: ServiceEventRow[][] = [];
  for (const ofNamespace of Map.groupBy(rows, ({ namespace }) => namespace).values()) {
    let room = 0;
    for (const row of ofNamespace) {
      const length = cloudEventOf(row).length + 1;
      if (room < length) {
        lists.push([]);
        room = LIST_CHARACTERS;
      }
      room -= length;
      lists.at(-1)?.push(row);
    }
  }
  return lists;
}
