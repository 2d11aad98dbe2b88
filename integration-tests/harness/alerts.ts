import type { Api } from './api.ts';
import type { Receiver } from './receiver.ts';
import { createEndpoint, unique } from './scenario.ts';
import { until } from './until.ts';

/** Messages of alerts take some seconds on a busy machine: they wait for others to share a workflow with. */
export const PATIENT = 40_000;
export const LONG = 120_000;

// biome-ignore lint/suspicious/noExplicitAny: bodies are asserted as they came
type Body = any;

/** Creates a rule for a new endpoint at a receiver. @returns the rule as the API shows it. @throws Error unless it says 201 */
export async function alertRule(api: Api, receiver: Receiver, fields: object, endpointFields: object = {}) {
  const endpoint = await createEndpoint(api, receiver.url, endpointFields);
  const body = { name: unique('rule'), webhook_endpoint_ids: [endpoint.id], ...fields };
  const answer = await api.post('/v1/alert-rules', body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

/** The messages of a rule at a receiver, oldest first. */
export const messagesOf = (receiver: Receiver, ruleId: string, status?: string): Body[] =>
  receiver.received
    .map(({ text }): Body => JSON.parse(text))
    .filter(({ data }) => data.rule.id === ruleId && (status === undefined || data.alert.status === status));

/** The messages of a rule, once there are so many. */
export const told = (receiver: Receiver, ruleId: string, status: string, count = 1): Promise<Body[]> =>
  until(
    () => {
      const messages = messagesOf(receiver, ruleId, status);
      return messages.length >= count && messages;
    },
    `${count} ${status} message(s)`,
    PATIENT,
  );

/** Deliveries of a rule that were held back, oldest first, once there are so many. */
export const heldBack = (api: Api, ruleId: string, count: number): Promise<Body[]> =>
  until(
    async () => {
      const { items } = (await api.get(`/v1/deliveries?status=suppressed&rule_id=${ruleId}`)).body;
      return items.length >= count && items.toReversed();
    },
    `${count} suppressed deliveries`,
    PATIENT,
  );

export const alertsOf = async (api: Api, ruleId: string, status = 'firing'): Promise<Body[]> =>
  (await api.get(`/v1/alerts?rule_id=${ruleId}&status=${status}`)).body.items;

/** The alerts of a rule that fire, once there are exactly so many. */
export const firing = (api: Api, ruleId: string, count = 1): Promise<Body[]> =>
  until(
    async () => {
      const alerts = await alertsOf(api, ruleId);
      return alerts.length === count && alerts;
    },
    `${count} alert(s) to fire`,
    PATIENT,
  );
