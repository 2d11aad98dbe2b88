import type { Api, ApiAnswer } from './api.ts';
import { until } from './until.ts';

let serial = 0;
/** A text that no other call of this test file gets: names and ids must not collide. */
export const unique = (prefix: string): string => `${prefix}-${++serial}`;

/** Creates an endpoint at a URL; `fields` go on top of what every endpoint needs. @throws Error unless the API says 201 */
export async function createEndpoint(api: Api, targetUrl: string, fields: object = {}) {
  return created(await api.post('/v1/webhooks', { name: unique('endpoint'), target_url: targetUrl, ...fields }));
}

/** Creates a rule for these endpoints, by default on an event type of its own. @throws Error unless the API says 201 */
export async function createRule(api: Api, endpointIds: string[], fields: object = {}) {
  const named = { name: unique('rule'), event_type: unique('custom.type'), webhook_endpoint_ids: endpointIds };
  return created(await api.post('/v1/alert-rules', { ...named, ...fields }));
}

/** Creates a silence of a day, by default on a rule that there is not. @throws Error unless the API says 201 */
export async function createSilence(api: Api, fields: object = {}) {
  const matchers = { rule_name: unique('quiet') };
  const ends_at = new Date(Date.now() + 86_400_000).toISOString();
  return created(await api.post('/v1/silences', { matchers, ends_at, ...fields }));
}

/** An endpoint, a rule for it, and one event that the rule matches. @returns all three with the event's delivery */
export async function deliverOne(api: Api, targetUrl: string, fields: { endpoint?: object; rule?: object } = {}) {
  const endpoint = await createEndpoint(api, targetUrl, fields.endpoint);
  const rule = await createRule(api, [endpoint.id], fields.rule);
  const eventId = await sendEvent(api, rule.event_types[0]);
  const delivery = await deliveryOf(api, eventId);
  return { endpoint, rule, eventId, delivery };
}

/** Sends an event. @returns its id. @throws Error unless the API says 202 */
export async function sendEvent(api: Api, type: string, data: object = {}, fields: object = {}): Promise<string> {
  const answer = await api.post('/v1/events', { id: unique('event'), type, data, ...fields });
  if (answer.status !== 202)
    throw new Error(`POST /v1/events answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}

/**
 * Sends events of a type as one batch: so many, or those with these ids.
 *
 * @returns their ids. @throws Error unless each is accepted
 */
export async function sendBatch(api: Api, type: string, events: number | string[], data: object = {}) {
  const ids = typeof events === 'number' ? Array.from({ length: events }, () => unique('event')) : events;
  const answer = await api.post('/v1/events/batch', { events: ids.map((id) => ({ id, type, data })) });
  const areAccepted = answer.body.items?.every(({ status }: { status: string }) => status === 'accepted');
  if (answer.status !== 202 || !areAccepted)
    throw new Error(`POST /v1/events/batch answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return ids;
}

/** An endpoint at a URL and a rule for it. @returns the event type that the rule watches, which nobody else sends */
export async function watchedType(api: Api, targetUrl: string): Promise<string> {
  const endpoint = await createEndpoint(api, targetUrl);
  return (await createRule(api, [endpoint.id])).event_types[0];
}

/** An event with its decisions and deliveries, as soon as it is recorded. */
export function recordedEvent(api: Api, id: string, query = '') {
  return until(async () => {
    const answer = await api.get(`/v1/events/${encodeURIComponent(id)}${query}`);
    return answer.status === 200 && answer.body;
  }, `event ${id} to be recorded`);
}

/** The one delivery of an event, as soon as it is recorded. */
export function deliveryOf(api: Api, eventId: string) {
  return until(
    async () => (await api.get(`/v1/deliveries?event_id=${eventId}`)).body.items[0],
    `delivery of ${eventId}`,
  );
}

/** A delivery's detail, once it has this status. */
export async function deliveryWith(api: Api, deliveryId: string, status: string, timeoutMs?: number) {
  let last: unknown;
  const find = async () => {
    const { body } = await api.get(`/v1/deliveries/${deliveryId}`);
    last = body.status;
    return body.status === status ? body : undefined;
  };
  try {
    return await until(find, `delivery ${deliveryId} to be ${status}`, timeoutMs);
  } catch (error) {
    throw new Error(`${(error as Error).message} It is ${last}.`);
  }
}

function created(answer: ApiAnswer) {
  if (answer.status !== 201) throw new Error(`Expected 201, got ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
