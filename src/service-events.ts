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
/** Who handed them in, as it is recorded with them. */
const ACCEPTED_BY = 'service';

/**
 * Hands the service's own events to Temporal as `eventWorkflow`, and has the deliveries looked at again that wait on an
 * endpoint or a rule which is off now. Whatever it does twice has its effect once.
 *
 * @returns a round of it, which says whether more may be waiting
 * @throws the first error of PostgreSQL or Temporal; what was handed over until then is marked so
 */
export function createServiceEvents({ client, serviceEventLog, newUlid, now }: ServiceEventDeps) {
  return async function handOver(): Promise<boolean> {
    let failure: unknown;
    const taken = await serviceEventLog.handOver(TAKEN_TOGETHER, async (rows) => {
      const given: string[] = [];
      try {
        await give(rows, given);
      } catch (error) {
        failure = error;
      }
      return given;
    });
    if (failure !== undefined) throw failure;
    return taken === TAKEN_TOGETHER;
  };

  /** @param given is filled with the ids of those that are safe */
  async function give(rows: ServiceEventRow[], given: string[]): Promise<void> {
    const subjects = new Map(
      rows.filter(isAboutWaiting).map((row) => [row.about_endpoint_id ?? row.about_rule_id, row]),
    );
    for (const row of subjects.values()) await recheck(row);
    given.push(...rows.filter(({ type }) => type === RECHECK).map(({ id }) => id));
    for (const list of listsOf(rows.filter(({ type }) => type !== RECHECK))) {
      await startList(list);
      given.push(...list.map(({ id }) => id));
    }
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
