import type { Client } from '@temporalio/client';
import {
  againSignal,
  type RecheckWorkflow,
  recheckWorkflowId,
  searchAttributes,
  taskQueue,
} from '../workflows/contract.ts';
import { serviceSource } from './domain/event.ts';
import { cutIntoLists, type EventLists } from './event-lists.ts';
import { RECHECK, type ServiceEventLog, type ServiceEventRow } from './store/service-event-log.ts';

export interface ServiceEventDeps {
  client: Client;
  serviceEventLog: ServiceEventLog;
  lists: EventLists;
  now: () => number;
}

const TAKEN_TOGETHER = 500;
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
export function createServiceEvents({ client, serviceEventLog, lists, now }: ServiceEventDeps) {
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
    const ofEvents = listsOf(rows.filter(({ type }) => type !== RECHECK));
    const subjects = Map.groupBy(rows.filter(isAboutWaiting), (row) => row.about_endpoint_id ?? row.about_rule_id);
    return [
      ...ofEvents.map((list) => ({ rows: list, run: () => startList(list) })),
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
    const { namespace, type, subject } = list[0] as ServiceEventRow;
    const listed = list.map((row) => ({
      id: row.id,
      source: serviceSource,
      type: row.type,
      json: cloudEventOf(row),
    }));
    const summary = list.length === 1 ? `${type} ${subject}` : `${list.length} of the service's own`;
    await lists.start(namespace, ACCEPTED_BY, listed, summary);
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
  const byNamespace = Map.groupBy(rows, ({ namespace }) => namespace);
  return [...byNamespace.values()].flatMap((ofNamespace) => cutIntoLists(ofNamespace, cloudEventOf));
}
