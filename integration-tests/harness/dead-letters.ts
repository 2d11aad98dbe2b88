import type { Api } from './api.ts';
import type { Receiver } from './receiver.ts';
import { createEndpoint, createRule, deliverOne, deliveryWith, sendBatch } from './scenario.ts';
import { until } from './until.ts';

/** One attempt a round, and time enough for a receiver that a test holds. */
const ONE_ATTEMPT = { maximum_attempts: 1, timeout: { connect: '10s', request: '30s' } };

/** An endpoint, a rule and an event whose only attempt fails. @param receiver refuses already @returns them, the delivery parked */
export async function parkOne(api: Api, { url }: Receiver) {
  const made = await deliverOne(api, url, { endpoint: { retry_policy: ONE_ATTEMPT } });
  return { ...made, delivery: await deliveryWith(api, made.delivery.id, 'dead_lettered', 60_000) };
}

/** Contract §4: 40 exhausted in a row disable an endpoint. */
const IN_A_ROW = 30;

/** An endpoint with so many dead letters of one rule, all waiting; the receiver refuses meanwhile. */
export async function parkMany(api: Api, receiver: Receiver, count: number) {
  const endpoint = await createEndpoint(api, receiver.url, { retry_policy: ONE_ATTEMPT });
  const rule = await parkMore(api, receiver, endpoint.id, count);
  return { endpoint, rule };
}

/** Dead letters of a further rule of an endpoint. @returns the rule */
export async function parkMore(api: Api, receiver: Receiver, endpointId: string, count: number) {
  const rule = await createRule(api, [endpointId]);
  // A refusal, which opens no circuit; and never so many in a row that the endpoint would be disabled.
  receiver.answer(404);
  for (let parked = 0; parked < count; ) {
    const length = Math.min(count - parked, IN_A_ROW);
    await sendBatch(api, rule.event_types[0], length);
    parked += length;
    await lettersWith(api, rule.id, 'waiting', parked);
    await api.patch(`/v1/webhooks/${endpointId}`, { is_active: true });
  }
  return rule;
}

/** The dead letters of a rule with a status, at most 200. */
export async function listLetters(api: Api, ruleId: string, status: string): Promise<{ id: string; rounds: number }[]> {
  return (await api.get(`/v1/dead-letters?rule_id=${ruleId}&status=${status}&limit=200`)).body.items;
}

/** Those dead letters, once there are so many. */
export function lettersWith(api: Api, ruleId: string, status: string, count: number) {
  return until(
    async () => {
      const letters = await listLetters(api, ruleId, status);
      return letters.length === count && letters;
    },
    `${count} dead letters of ${ruleId} to be ${status}`,
    120_000,
  );
}

/** A receiver that answers when told to. */
export interface Held {
  /** Answers the oldest so many that wait for an answer, and from then on waits again. */
  release(count: number, status: number): void;
  /** Answers all that wait, and from now on at once. */
  releaseAll(status: number): void;
  /** How many wait for an answer, and the most that ever did. */
  open(): number;
  mostOpen(): number;
}

/** Lets a receiver hold every request that comes from now on. */
export function hold(receiver: Receiver): Held {
  const waiting: ((status: number) => void)[] = [];
  let most = 0;
  receiver.answer((response) => {
    waiting.push((status) => response.writeHead(status).end());
    most = Math.max(most, waiting.length);
  });
  const release = (count: number, status: number) => {
    for (const answer of waiting.splice(0, count)) answer(status);
  };
  return {
    release,
    releaseAll(status) {
      receiver.answer(status);
      release(waiting.length, status);
    },
    open: () => waiting.length,
    mostOpen: () => most,
  };
}
