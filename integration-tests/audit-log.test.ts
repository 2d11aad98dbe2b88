import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routesAlone } from '../src/api/index.ts';
import type { Route } from '../src/api/route.ts';
import { type AuditLog, auditLogOf } from './harness/audit-log.ts';
import { parkOne } from './harness/dead-letters.ts';
import { makeKey } from './harness/keys.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, createSilence, deliverOne, deliveryWith, unique } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* Each call that changes something leaves its entry in the audit log, or changes nothing. */

let service: TestService;
let receiver: Receiver;
let refusing: Receiver;
let rows: AuditLog['rows'];
let silent: Receiver;
beforeAll(async () => {
  service = await startTestService();
  ({ rows } = auditLogOf(service));
  receiver = await startReceiver();
  refusing = await startReceiver();
  silent = await startReceiver();
  silent.answer(() => {});
  // A refusal, which opens no circuit.
  refusing.answer(404);
});
afterAll(async () => {
  await silent.close();
  await service.close();
  await receiver.close();
  await refusing.close();
});

const LONG = 180_000;
const UNKNOWN = '00000000000000000000000000';
const SOON = new Date(Date.now() + 86_400_000).toISOString();

/** A silence, rule and endpoint that are there. */
const endpoint = () => createEndpoint(service.api, receiver.url);
const rule = async () => createRule(service.api, [(await endpoint()).id]);
const silence = () => createSilence(service.api);
/** Its server is away. */
const source = () => ({ name: unique('source'), address: '127.0.0.1:1025', namespace: 'default' });
const parked = () => parkOne(service.api, refusing);
async function succeeded() {
  const { delivery } = await deliverOne(service.api, receiver.url);
  await deliveryWith(service.api, delivery.id, 'succeeded', 60_000);
  return delivery;
}

interface Asked {
  id?: string;
  body?: unknown;
}

/** A request that each call which is no GET answers with success: whoever adds one adds how it is made. */
const requests: Record<string, () => Promise<Asked>> = {
  createWebhook: async () => ({ body: { name: unique('made'), target_url: receiver.url } }),
  updateWebhook: async () => ({ id: (await endpoint()).id, body: { name: unique('changed') } }),
  deleteWebhook: async () => ({ id: (await endpoint()).id }),
  testWebhook: async () => ({ id: (await endpoint()).id }),
  rotateWebhookSecret: async () => ({ id: (await endpoint()).id, body: {} }),
  createAlertRule: async () => ({
    body: { name: unique('made'), event_type: 'custom.x', webhook_endpoint_id: (await endpoint()).id },
  }),
  updateAlertRule: async () => ({ id: (await rule()).id, body: { severity: 'info' } }),
  deleteAlertRule: async () => ({ id: (await rule()).id }),
  validateAlertRule: async () => ({ body: { name: 'x' } }),
  testUnsavedAlertRule: async () => ({
    body: { rule: { event_type: 'custom.x' }, event: { type: 'custom.x', data: {} } },
  }),
  testAlertRule: async () => ({ id: (await rule()).id, body: { event: { type: 'custom.x', data: {} } } }),
  createSilence: async () => ({ body: { matchers: { rule_name: unique('quiet') }, ends_at: SOON } }),
  updateSilence: async () => ({ id: (await silence()).id, body: { comment: 'maintenance' } }),
  deleteSilence: async () => ({ id: (await silence()).id }),
  sendEvent: async () => ({ body: { type: unique('custom.sent'), data: {} } }),
  sendEvents: async () => ({ body: { events: [{ type: unique('custom.sent'), data: {} }] } }),
  redeliver: async () => ({ id: (await succeeded()).id }),
  retryDeadLetter: async () => ({ id: (await parked()).delivery.id, body: { reason: 'mended' } }),
  discardDeadLetter: async () => ({ id: (await parked()).delivery.id, body: { reason: 'obsolete' } }),
  retryDeadLetters: async () => ({ body: { endpoint_id: (await parked()).endpoint.id } }),
  cancelDeadLetterBulk: async () => {
    const { endpoint: failing } = await parked();
    // Whoever does not answer keeps it under way.
    await service.api.patch(`/v1/webhooks/${failing.id}`, { target_url: silent.url });
    return { id: (await service.api.post('/v1/dead-letters/retry', { endpoint_id: failing.id })).body.id };
  },
  createApiKey: async () => ({ body: { name: unique('key'), scopes: ['rules:read'] } }),
  createSession: async () => ({ body: { api_key: API_KEY } }),
  deleteSession: async () => ({}),
  revokeApiKey: async () => ({ id: (await makeKey(service.api, ['rules:read'])).id }),
  createTemporalSource: async () => ({ body: source() }),
  deleteTemporalSource: async () => ({ id: (await service.api.post('/v1/sources/temporal', source())).body.id }),
  discardDeadLetters: async () => ({ body: { endpoint_id: (await parked()).endpoint.id } }),
};

const urlOf = ({ path }: Route, { id }: Asked) => path.replace('{id}', id ?? UNKNOWN);
const initOf = ({ method }: Route, { body }: Asked): RequestInit => ({
  method: method.toUpperCase(),
  headers: { 'x-api-key': API_KEY, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
});
const send = (route: Route, asked: Asked) => service.api.raw(urlOf(route, asked), initOf(route, asked));
/** Its description has no word for a 500, which `service.api` would not stand. */
const sendUnchecked = (route: Route, asked: Asked) => fetch(service.url + urlOf(route, asked), initOf(route, asked));

/** All that the call could have changed: what there is of each kind, and its target as it stands. */
async function stateFor({ id, body }: Asked): Promise<unknown> {
  const targets = [id, (body as { endpoint_id?: string } | undefined)?.endpoint_id];
  const [state] = await query(service.databaseUrl, STATE, [targets.filter((each) => each !== undefined)]);
  // Of an operation over many only its workflow knows.
  const isBulk = /^[0-9a-z]{26}$/.test(id ?? '');
  return isBulk ? (await service.api.get(`/v1/dead-letters/bulk/${id}`)).body.phase : state;
}

const KINDS = ['webhook_endpoints', 'alert_rules', 'silences', 'api_keys', 'temporal_sources'];
const STATE = `select ${KINDS.flatMap((table) => [
  `(select json_agg(id order by id) from ${table}) as ${table}`,
  `(select json_agg(to_jsonb(t) - array['last_used_at', 'last_error', 'failing_since']) from ${table} t where id = any($1)) as of_${table}`,
]).join(', ')},
  (select json_agg(t order by delivery_id) from dead_letters t where delivery_id = any($1) or endpoint_id = any($1)) as dead_letters,
  (select json_agg(array[d.id, d.status, a.number::text] order by d.id, a.number)
   from deliveries d left join delivery_attempts a on a.delivery_id = d.id
   where d.id = any($1) or d.endpoint_id = any($1)) as deliveries`;

const changing = routesAlone()
  .filter(({ method }) => method !== 'get')
  .map((route) => [route.operationId, route] as const);

/** @throws Error for a call that this file does not know how to make */
function asked(operationId: string): Promise<Asked> {
  const make = requests[operationId];
  if (make === undefined) throw new Error(`Say in this file's \`requests\` how ${operationId} is called.`);
  return make();
}

describe('every call that changes something', () => {
  test.each(changing)(
    '%s leaves the one entry that its route declares, and none where it is refused',
    async (operationId, route) => {
      const request = await asked(operationId);
      const expected = typeof route.audit === 'string' ? [route.audit] : [];
      const before = (await rows()).length;
      const refused = [
        ...(request.id === undefined ? [] : [{ ...request, id: `we_${UNKNOWN}` }]),
        ...(request.body === undefined ? [] : [{ ...request, body: { ...request.body, surprise: 1 } }]),
      ];
      for (const bad of refused) {
        const { status } = await send(route, bad);
        if (expected.length > 0) expect([404, 422]).toContain(status);
      }
      expect((await rows()).slice(before)).toEqual([]);
      const answer = await send(route, request);
      expect(answer.status).toBeLessThan(300);
      const entries = (await rows()).slice(before);
      expect(entries.map(({ action }) => action)).toEqual(expected);
      for (const entry of entries) {
        const request_id = answer.headers.get('x-exosphere-request-id');
        expect(entry).toMatchObject({ namespace: 'default', created_by: 'key_bootstrap', request_id });
        // An operation's entry has its workflow's id, which ends with it.
        if (request.id !== undefined) expect(entry.target_id.split('/').at(-1)).toBe(request.id);
      }
    },
    LONG,
  );

  test.each(changing.filter(([, { audit }]) => typeof audit === 'string'))(
    '%s: what cannot be written down is not done',
    async (operationId, route) => {
      const request = await asked(operationId);
      const before = await stateFor(request);
      const roles = 'exosphere_service, exosphere_worker';
      await query(service.databaseUrl, `revoke insert on audit_log from ${roles}`);
      try {
        expect((await sendUnchecked(route, request)).status).toBe(500);
        expect(await stateFor(request)).toEqual(before);
      } finally {
        await query(service.databaseUrl, `grant insert on audit_log to ${roles}`);
      }
      // Nor was it begun: it can be done now, which changes what was looked at.
      expect((await send(route, request)).status).toBeLessThan(300);
      await until(async () => !isDeepStrictEqual(await stateFor(request), before), `${operationId} to have an effect`);
    },
    LONG,
  );
});
