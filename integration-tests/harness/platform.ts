import type { Api } from './api.ts';
import { type DeliveryRow, insertDeliveries } from './many-rows.ts';
import type { Receiver } from './receiver.ts';
import { createEndpoint, createRule, deliveryOf, deliveryWith, recordedEvent, sendEvent } from './scenario.ts';
import { until } from './until.ts';

/** Ids of what a platform team has, for the pages that show one of them. */
export interface Platform {
  webhookId: string;
  ruleId: string;
  eventId: string;
  alertId: string;
  /** One that was delivered, and one that was given up. */
  deliveryId: string;
  deadLetterId: string;
}

const DAY_MS = 86_400_000;
const ONE_ATTEMPT = { maximum_attempts: 1 };

/**
 * Fills a service as a platform team's would be after a day: webhooks, rules, a silence, a key, deliveries of which some
 * failed, and one alert that fires. It is what pages are looked at with, in tests and in the pictures of the documents.
 *
 * @param receiver answers by the path that it is asked at from now on
 */
export async function fillPlatform(api: Api, databaseUrl: string, receiver: Receiver): Promise<Platform> {
  receiver.answer((response, { path }) => {
    if (path.startsWith('/billing')) response.writeHead(503, { 'content-type': 'text/plain' }).end('upstream is down');
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"queued"}');
  });
  const at = (path: string) => receiver.url.replace('/hook', path);
  const onCall = await createEndpoint(api, at('/on-call/alerts'), {
    name: 'Data platform on-call',
    description: 'Opens a ticket in the queue of the data platform team',
    headers: { authorization: 'Bearer a-token-of-theirs' },
  });
  const warehouse = await createEndpoint(api, at('/warehouse/hooks'), { name: 'Warehouse loader' });
  const billing = await createEndpoint(api, at('/billing/events'), {
    name: 'Billing service',
    description: 'Books a run once it has succeeded',
    retry_policy: ONE_ATTEMPT,
  });
  await createEndpoint(api, 'https://hooks.slack.com/services/T0EXAMPLE/B0EXAMPLE/not-a-real-one', {
    name: '#incidents',
    kind: 'slack',
    is_active: false,
  });

  const failed = await createRule(api, [onCall.id], {
    name: 'A nightly load failed',
    event_type: 'workflow.failed',
    condition: 'event.data.graph_name == "nightly-load" && event.data.error.type != "Cancelled"',
    severity: 'critical',
    description: 'The reports of the morning are made from it',
  });
  const counted = await createRule(api, [onCall.id], {
    name: 'Payments fail again and again',
    event_type: 'workflow.failed',
    condition: 'event.data.graph_name.startsWith("payments")',
    trigger: { kind: 'count', threshold: 3, window: '1h', per: ['data.graph_name'] },
    severity: 'error',
  });
  const succeeded = await createRule(api, [billing.id, warehouse.id], {
    name: 'An invoice run is done',
    event_type: 'workflow.succeeded',
    severity: 'info',
  });
  await createRule(api, [onCall.id], {
    name: 'Export takes over 90 minutes',
    event_type: undefined,
    trigger: { kind: 'duration', longer_than: '90m' },
    severity: 'warning',
  });
  await accept(api, '/v1/silences', {
    matchers: { rule_name: 'Export takes over 90 minutes' },
    ends_at: new Date(Date.now() + DAY_MS / 4).toISOString(),
    comment: 'The exports are being moved to new machines',
  });
  await accept(api, '/v1/api-keys', { name: 'scheduler of the platform', scopes: ['events:write'] });
  await insertDeliveries(
    databaseUrl,
    'default',
    yesterday([onCall, warehouse, billing], [failed, succeeded, succeeded]),
  );

  const eventId = await fail(api, 'nightly-load', '8f31', 'TimeoutError', 'the warehouse did not answer within 30 s');
  await fail(api, 'customer-sync', '77c0', 'ValueError', 'column "email" has no values');
  for (const run of ['a1', 'a2', 'a3']) await fail(api, 'payments-eu', run, 'HTTPError', 'the bank answered 502');
  const data = { graph_name: 'invoice-run', run_id: 'c204', duration_ms: 184_000 };
  const booked = await sendEvent(api, 'workflow.succeeded', data, {
    id: 'c204-succeeded',
    subject: 'graphs/invoice-run/runs/c204',
  });
  const alert = await until(
    async () => (await api.get(`/v1/alerts?rule_id=${counted.id}`)).body.items[0],
    'the alert to fire',
    90_000,
  );
  const delivery = await deliveryOf(api, eventId);
  await deliveryWith(api, delivery.id, 'succeeded', 90_000);
  await recordedEvent(api, booked);
  const letter = await until(
    async () => (await api.get(`/v1/dead-letters?endpoint_id=${billing.id}`)).body.items[0],
    'the dead letter to wait',
    90_000,
  );
  return {
    webhookId: onCall.id,
    ruleId: failed.id,
    eventId,
    alertId: alert.id,
    deliveryId: delivery.id,
    deadLetterId: letter.id,
  };
}

async function fail(api: Api, graph: string, run: string, type: string, message: string): Promise<string> {
  const data = { graph_name: graph, run_id: run, node_name: 'load', status: 'failed', error: { type, message } };
  return await sendEvent(api, 'workflow.failed', data, { id: `${run}-failed`, subject: `graphs/${graph}/runs/${run}` });
}

async function accept(api: Api, path: string, body: object): Promise<void> {
  const answer = await api.post(path, body);
  if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

interface Named {
  id: string;
  name: string;
}

const ROWS = 480;

/** Deliveries of the day before, more by day than by night, a few of them given up. The same each time. */
function yesterday(endpoints: Named[], rules: Named[]): DeliveryRow[] {
  const now = Date.now();
  const types = ['workflow.failed', 'workflow.succeeded', 'workflow.succeeded'];
  return Array.from({ length: ROWS }, (_, index): DeliveryRow => {
    const share = index / ROWS;
    const bent = share + 0.1 * Math.sin(share * 2 * Math.PI);
    const which = (index * 7) % 3;
    const endpoint = endpoints[which] as Named;
    const rule = rules[which] as Named;
    return {
      at: new Date(now - DAY_MS + Math.floor(bent * (DAY_MS - 600_000)) + 1_000),
      status: which === 2 && index % 29 < 3 ? 'discarded' : index % 41 === 7 ? 'suppressed' : 'succeeded',
      endpoint_id: endpoint.id,
      endpoint_name: endpoint.name,
      rule_id: rule.id,
      rule_name: rule.name,
      event_id: `${(0x4a10 + index * 37).toString(16)}-${which === 0 ? 'failed' : 'succeeded'}`,
      event_type: types[which] as string,
      reason: which === 2 ? 'booked by hand' : 'cooldown',
      latencyMs: 40 + ((index * 53) % 160) + (index % 37 === 0 ? 2_400 : 0),
    };
  });
}
