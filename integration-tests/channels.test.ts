import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { type Answer, type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import { createEndpoint, createRule, deliveryOf, deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

const KEY = 'R0ut1ngK3yR0ut1ngK3yR0ut1ngK3y42';
const TOKEN = 'T0ken0fTheWebhookItself24';
const LONG = 60_000;
const kinds = ['slack', 'pagerduty', 'discord', 'teams'] as const;
type Kind = (typeof kinds)[number];

const schemaFiles: Record<Kind, string> = {
  slack: 'slack-incoming-webhook.schema.json',
  pagerduty: 'pagerduty-v2-enqueue.schema.json',
  discord: 'discord-execute-webhook.schema.json',
  teams: 'teams-workflow-message.schema.json',
};
const ajv = new Ajv2020({ strict: false });
const validators = Object.fromEntries(
  Object.entries(schemaFiles).map(([kind, file]) => [
    kind,
    ajv.compile(JSON.parse(readFileSync(join(ROOT, 'integration-tests', 'data', 'schemas', file), 'utf8'))),
  ]),
);

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());
afterAll(() => service.close());

const secretUrl = () => receiver.url.replace('/hook', `/services/T000/B000/${TOKEN}`);
const masked = () => `${new URL(receiver.url).origin}/…${TOKEN.slice(-4)}`;
const fieldsOf = (kind: Kind) => ({ kind, ...(kind === 'pagerduty' ? { routing_key: KEY } : {}) });
const quickly = { retry_policy: { initial_interval: '1s', maximum_interval: '1s', jitter: 0, maximum_attempts: 3 } };

/** An endpoint of this kind at the receiver, a rule for it, and one event. */
async function notify(kind: Kind, { data = {}, ...fields }: { data?: object; retry_policy?: object } = {}) {
  const endpoint = await createEndpoint(service.api, secretUrl(), { ...fieldsOf(kind), ...fields });
  const rule = await createRule(service.api, [endpoint.id], { severity: 'critical' });
  const eventId = await sendEvent(service.api, rule.event_types[0], data);
  return { endpoint, rule, eventId, delivery: await deliveryOf(service.api, eventId) };
}

const endpointNow = async (id: string) => (await service.api.get(`/v1/webhooks/${id}`)).body;
/** A service's answer with a body, as it gives it. */
const says =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

describe.each(kinds)('%s, from the event to the bytes at the receiver', (kind) => {
  test('is the message of its schema, signed and named like any delivery', async () => {
    const data = {
      graph_name: 'etl-daily',
      run_id: '5f0e',
      error: { type: 'TimeoutError', message: `<!channel> @everyone <@U123> **b** \u202E${'😀'.repeat(5_000)}` },
      links: { run: 'https://platform.example/runs/5f0e', script: 'javascript:alert(1)' },
    };
    const { endpoint, rule, delivery } = await notify(kind, { data });
    const [request] = await receiver.arrived(1, LONG);
    const message = JSON.parse(request?.text ?? '');
    expect(validators[kind]?.(message) || validators[kind]?.errors).toBe(true);
    expect(request?.path).toBe(new URL(secretUrl()).pathname);
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': delivery.id });
    expect(() => new Webhook(endpoint.secret).verify(request!.text, request!.headers as never)).not.toThrow();
    for (const part of [
      rule.name,
      'etl-daily',
      '5f0e',
      'https://platform.example/runs/5f0e',
      'TimeoutError',
      delivery.id,
    ])
      expect(request?.text).toContain(part);

    const settled = await deliveryWith(service.api, delivery.id, 'succeeded', LONG);
    const { routing_key, ...body } = settled.body;
    const { routing_key: sentKey, ...sentBody } = message;
    expect(body).toEqual(sentBody);
    expect([routing_key, sentKey]).toEqual(kind === 'pagerduty' ? ['••••••••', KEY] : [undefined, undefined]);
  });

  test('keeps its URL and key out of answers, errors, logs, histories and plain columns', async () => {
    // A service that shows all it was sent, and then a redirect to where it was sent.
    receiver.answer(
      (response, request) => response.writeHead(500).end(`${secretUrl()} ${request.path} ${TOKEN} ${request.text}`),
      (response, request) =>
        response.writeHead(302, { location: `${new URL(receiver.url).origin}${request.path}` }).end(),
      200,
    );
    const { endpoint, delivery } = await notify(kind, quickly);
    const settled = await deliveryWith(service.api, delivery.id, 'succeeded', LONG);
    expect(settled.attempts).toMatchObject([{ status_code: 500 }, { status_code: 302 }, { status_code: 200 }]);
    expect(settled.attempts[0].response_excerpt).toContain('••••••••');
    expect(endpoint).toMatchObject({ kind, target_url: masked() });

    const answers = await Promise.all(
      [
        `/v1/webhooks/${endpoint.id}`,
        '/v1/webhooks?limit=200',
        `/v1/deliveries/${delivery.id}`,
        '/v1/deliveries?limit=200',
      ].map(async (path) => JSON.stringify((await service.api.get(path)).body)),
    );
    const histories = await Promise.all(
      [delivery.id].map(async (id) =>
        JSON.stringify(await service.temporal.workflow.getHandle(`delivery/${id}`).fetchHistory()),
      ),
    );
    const everything = [...answers, ...histories, JSON.stringify(service.log), JSON.stringify(await allRows())].join(
      '\n',
    );
    for (const secret of [TOKEN, KEY, 'services/T000']) expect(everything).not.toContain(secret);
    expect(everything).not.toContain(Buffer.from(KEY).toString('base64').slice(0, 20));
  });
});

/** Every row that the service has written about endpoints and deliveries. */
async function allRows(): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  try {
    const tables = ['webhook_endpoints', 'deliveries', 'delivery_attempts', 'dead_letters', 'events'];
    const results = [];
    for (const table of tables) results.push((await client.query(`select * from ${table}`)).rows);
    return results;
  } finally {
    await client.end();
  }
}

describe('the answers of the services', () => {
  test.each<[Kind, number, unknown, string, boolean]>([
    ['slack', 400, 'invalid_payload', 'http_400', false],
    ['slack', 403, 'invalid_token', 'http_403', false],
    ['slack', 404, 'no_service', 'http_404', true],
    ['slack', 410, 'channel_is_archived', 'http_410', true],
    [
      'pagerduty',
      400,
      { status: 'invalid event', errors: ["Length of 'routing_key' is incorrect"] },
      'http_400',
      false,
    ],
    ['discord', 400, { message: 'Invalid Form Body', code: 50_035 }, 'http_400', false],
    ['discord', 401, { message: 'Invalid Webhook Token', code: 50_027 }, 'http_401', true],
    ['discord', 404, { message: 'Unknown Webhook', code: 10_015 }, 'http_404', true],
    ['teams', 410, '', 'http_410', true],
  ])('%s %i %j is final', async (kind, status, body, reason, disables) => {
    receiver.answer(says(status, body));
    const { delivery, endpoint } = await notify(kind, quickly);
    const parked = await deliveryWith(service.api, delivery.id, 'dead_lettered', LONG);
    expect(parked).toMatchObject({ reason, attempts: [{ number: 1, status_code: status, outcome: 'http_error' }] });
    expect(receiver.received).toHaveLength(1);
    const { health, disabled_reason } = await until(
      async () => {
        const now = await endpointNow(endpoint.id);
        return (now.health === 'disabled') === disables && now;
      },
      `${kind} to be ${disables ? 'disabled' : 'left alone'}`,
    );
    expect([health === 'disabled', disabled_reason !== null]).toEqual([disables, disables]);
  });

  test.each<[Kind, number, unknown, number]>([
    ['slack', 500, 'rollup_error', 200],
    ['pagerduty', 500, '', 202],
    ['discord', 502, '', 204],
    ['teams', 404, 'not there yet', 202],
  ])('%s %i %j is retried, and %i is success', async (kind, status, body, success) => {
    receiver.answer(says(status, body), success);
    const { delivery } = await notify(kind, quickly);
    const { attempts } = await deliveryWith(service.api, delivery.id, 'succeeded', LONG);
    expect(attempts).toMatchObject([{ status_code: status }, { status_code: success }]);
  });

  test('discord is left alone for as long as its 429 says in the body', async () => {
    receiver.answer(says(429, { message: 'You are being rate limited.', retry_after: 3.25, global: false }), 204);
    const { delivery } = await notify('discord', quickly);
    const { attempts } = await deliveryWith(service.api, delivery.id, 'succeeded', LONG);
    const [first, second] = receiver.received;
    expect(attempts).toMatchObject([{ status_code: 429 }, { status_code: 204 }]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(3_200);
  });

  test('slack is left alone for as long as Retry-After says', async () => {
    receiver.answer(says(429, 'rate_limited', { 'retry-after': '3' }), says(200, 'ok'));
    const { delivery } = await notify('slack', quickly);
    await deliveryWith(service.api, delivery.id, 'succeeded', LONG);
    const [first, second] = receiver.received;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(2_950);
  });
});

describe('an endpoint of a kind', () => {
  const create = (fields: object) => service.api.post('/v1/webhooks', { name: unique('channel'), ...fields });
  const pathsOf = ({ body }: { body: { errors: { path: string }[] } }) => body.errors.map(({ path }) => path).sort();

  test('pagerduty needs a routing key of 32 characters, and no URL', async () => {
    const made = await create({ kind: 'pagerduty', routing_key: KEY });
    expect(made).toMatchObject({ status: 201, body: { target_url: 'https://events.pagerduty.com/…ueue' } });
    expect(JSON.stringify(made.body)).not.toContain(KEY);
    for (const routing_key of [undefined, null, '', KEY.slice(1), `${KEY}x`, 5, '••••••••']) {
      const refused = await create({ kind: 'pagerduty', routing_key });
      expect([refused.status, pathsOf(refused)]).toEqual([422, ['routing_key']]);
    }
  });

  test.each(['http', 'slack', 'discord', 'teams'])('%s needs a URL, and has no routing key', async (kind) => {
    const refused = await create({ kind, routing_key: KEY, headers: { host: 'x' } });
    expect([refused.status, pathsOf(refused)]).toEqual([422, ['headers.host', 'routing_key', 'target_url']]);
    expect(JSON.stringify(refused.body)).not.toContain(KEY);
  });

  test('of another kind is refused, with its other faults', async () => {
    const refused = await create({ kind: 'email', target_url: 'nowhere' });
    expect([refused.status, pathsOf(refused)]).toEqual([422, ['kind', 'target_url']]);
  });

  test.each(kinds)('%s leads only to where a URL may, and its URL is not quoted', async (kind) => {
    const target_url = 'https://10.1.2.3/services/SECRET';
    const refused = await create({ ...fieldsOf(kind), target_url });
    expect([refused.status, pathsOf(refused)]).toEqual([422, ['target_url']]);
    expect(JSON.stringify(refused.body)).not.toContain('SECRET');
    const copied = await create({ ...fieldsOf(kind), target_url: 'https://hooks.slack.com/…abcd' });
    expect([copied.status, pathsOf(copied)]).toEqual([422, ['target_url']]);
  });

  test('is sent to where it was after its mask came back, and to the new URL after that', async () => {
    const { endpoint, rule } = await notify('slack');
    await receiver.arrived(1, LONG);
    const path = `/v1/webhooks/${endpoint.id}`;
    const same = await service.api.patch(path, { target_url: masked(), description: 'as before' });
    expect(same).toMatchObject({ status: 200, body: { target_url: masked(), description: 'as before' } });
    await sendEvent(service.api, rule.event_types[0]);
    const [, second] = await receiver.arrived(2, LONG);
    expect(second?.path).toContain(TOKEN);

    const moved = await service.api.patch(path, { target_url: `${receiver.url}/an0therT0ken` });
    expect(moved.body.target_url).toBe(`${new URL(receiver.url).origin}/…0ken`);
    await sendEvent(service.api, rule.event_types[0]);
    const [, , third] = await receiver.arrived(3, LONG);
    expect(third?.path).toBe('/hook/an0therT0ken');
  });

  test('pagerduty takes a new key, keeps the old one unless told, and is never without', async () => {
    const { endpoint, rule } = await notify('pagerduty');
    await receiver.arrived(1, LONG);
    const path = `/v1/webhooks/${endpoint.id}`;
    const next = KEY.toLowerCase();
    expect(await service.api.patch(path, { routing_key: null })).toMatchObject({ status: 422 });
    expect(await service.api.patch(path, { routing_key: '••••••••' })).toMatchObject({ status: 200 });
    expect(await service.api.patch(path, { routing_key: next })).toMatchObject({ status: 200 });
    expect(await service.api.patch(path, { description: 'else' })).toMatchObject({ status: 200 });
    await sendEvent(service.api, rule.event_types[0]);
    const [first, second] = await receiver.arrived(2, LONG);
    expect([first, second].map((request) => JSON.parse(request?.text ?? '').routing_key)).toEqual([KEY, next]);
    const back = await service.api.patch(path, { target_url: null });
    expect(back.body.target_url).toBe('https://events.pagerduty.com/…ueue');
  });

  test('stays of that kind', async () => {
    const endpoint = await createEndpoint(service.api, secretUrl(), fieldsOf('discord'));
    for (const kind of ['slack', 'discord']) {
      const refused = await service.api.patch(`/v1/webhooks/${endpoint.id}`, { kind });
      expect([refused.status, pathsOf(refused)]).toEqual([422, ['kind']]);
    }
    const key = await service.api.patch(`/v1/webhooks/${endpoint.id}`, { routing_key: KEY });
    expect([key.status, pathsOf(key)]).toEqual([422, ['routing_key']]);
  });
});
