import type { Client } from '@temporalio/client';
import { createBatcher } from '../src/batcher.ts';
import {
  type DeliveryGroupWorkflow,
  deliveryGroupWorkflowId,
  searchAttributes,
  taskQueue,
  workflowTaskTimeout,
} from '../workflows/contract.ts';

/** Gives deliveries of a namespace to a `deliveryGroupWorkflow`. @returns its id, once Temporal holds it */
export type Handover = (namespace: string, deliveryIds: string[]) => Promise<string>;

export interface HandoverDeps {
  client: Client;
  newUlid: () => string;
  now: () => number;
  /** Told how long each start took, in ms. */
  tellStart: (ms: number) => void;
}

/** Between two groups of a namespace: under load many lists share one, at rest nothing waits. */
const PAUSE_MS = 1_500;
/** One that waited longer than a start takes has waited for others. */
const SHARED_AFTER_MS = 50;
const LISTS_TOGETHER = 200;
/** Ids of one group: far below what a payload may hold, and few enough to be looked up in one statement. */
const LARGEST_GROUP = 1_000;
const START_DEADLINE_MS = 3_000;

/** Makes a hand-over that lets lists which come at the same time share a group. */
export function createHandover({ client, newUlid, now, tellStart }: HandoverDeps): Handover {
  const ofNamespace = new Map<string, (ids: string[]) => Promise<string>>();
  return async (namespace, ids) => {
    let give = ofNamespace.get(namespace);
    if (give === undefined) {
      give = createBatcher<string[], string>({
        run: (lists) => startGroups(namespace, lists),
        maxItems: LISTS_TOGETHER,
        pauseMs: PAUSE_MS,
      });
      ofNamespace.set(namespace, give);
    }
    const came = performance.now();
    const group = await give(ids);
    // Lists that shared a group would all go on at this moment, each with a workflow to end: their ends are spread as
    // their beginnings were.
    const waited = performance.now() - came;
    if (waited > SHARED_AFTER_MS) await new Promise((resolve) => setTimeout(resolve, Math.max(0, PAUSE_MS - waited)));
    return group;
  };

  async function startGroups(namespace: string, lists: string[][]): Promise<string[]> {
    const groups: { id: string; ids: string[] }[] = [];
    const groupOf = lists.map((ids) => {
      let group = groups.at(-1);
      if (group === undefined || group.ids.length + ids.length > LARGEST_GROUP) {
        group = { id: deliveryGroupWorkflowId(newUlid()), ids: [] };
        groups.push(group);
      }
      group.ids.push(...ids);
      return group.id;
    });
    // A list that is worked on again, after a time-out, may come twice.
    await Promise.all(groups.map(({ id, ids }) => start(namespace, id, [...new Set(ids)])));
    return groupOf;
  }

  async function start(namespace: string, workflowId: string, deliveryIds: string[]): Promise<void> {
    const began = performance.now();
    await client.withDeadline(now() + START_DEADLINE_MS, () =>
      client.workflow.start<DeliveryGroupWorkflow>('deliveryGroupWorkflow', {
        taskQueue,
        workflowId,
        args: [{ namespace, delivery_ids: deliveryIds }],
        workflowTaskTimeout,
        priority: { fairnessKey: namespace },
        typedSearchAttributes: [{ key: searchAttributes.namespace, value: namespace }],
        staticSummary: `${deliveryIds.length} deliveries that did not succeed at once`,
      }),
    );
    tellStart(performance.now() - began);
  }
}
