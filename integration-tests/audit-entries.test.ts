import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openDatabase } from '../src/store/database.ts';
import { AuditEntry } from '../src/store/entities/audit-entry.ts';
import { type AuditLog, auditLogOf } from './harness/audit-log.ts';
import { parkOne } from './harness/dead-letters.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, createSilence, deliverOne, deliveryWith, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* What the entries of the audit log say, and how they are read. That there is one for each change is in audit-log.test.ts. */

let service: TestService;
let receiver: Receiver;
let refusing: Receiver;
let log: AuditLog['log'];
let rows: AuditLog['rows'];
beforeAll(async () => {
  service = await startTestService();
  ({ log, rows } = auditLogOf(service));
  receiver = await startReceiver();
  refusing = await startReceiver();
  // A refusal, which opens no circuit.
  refusing.answer(404);
});
afterAll(async () => {
  await service.close();
  await receiver.close();
  await refusing.close();
});

const endpoint = () => createEndpoint(service.api, receiver.url);

describe('an entry', () => {
  test('has what was and what is, as the API shows them', async () => {
    const made = await createEndpoint(service.api, receiver.url, {
      headers: { 'x-team': 'ops-team-value' },
      retry_policy: { maximum_attempts: 2, jitter: 0 },
    });
    const first = (await service.api.get(`/v1/webhooks/${made.id}`)).body;
    const changed = { name: unique('renamed'), retry_policy: { maximum_attempts: 3 }, is_active: false };
    const second = (await service.api.patch(`/v1/webhooks/${made.id}`, changed)).body;
    await service.api.delete(`/v1/webhooks/${made.id}`);
    const about = { type: 'webhook', id: made.id };
    expect(await log(`target_id=${made.id}`)).toEqual([
      expect.objectContaining({
        action: 'webhook.deleted',
        target: { ...about, name: second.name },
        before: second,
        after: null,
      }),
      expect.objectContaining({
        action: 'webhook.updated',
        target: { ...about, name: second.name },
        before: first,
        after: second,
      }),
      {
        id: expect.stringMatching(/^aud_[0-9a-z]{26}$/),
        action: 'webhook.created',
        target: { ...about, name: made.name },
        actor: 'key_bootstrap',
        request_id: expect.stringMatching(/^req_/),
        before: null,
        after: { ...first, secret_shown: true },
        at: expect.stringMatching(/Z$/),
      },
    ]);
  });

  test('is not written where nothing was changed', async () => {
    const [hook, one, quiet] = [
      await endpoint(),
      await createRule(service.api, [(await endpoint()).id]),
      await createSilence(service.api),
    ];
    const calls = [
      [`/v1/webhooks/${hook.id}`, {}],
      [`/v1/webhooks/${hook.id}`, { name: hook.name, description: null, is_active: true }],
      [`/v1/alert-rules/${one.id}`, { name: one.name, severity: one.severity }],
      [`/v1/silences/${quiet.id}`, { comment: null }],
    ] as const;
    const before = (await rows()).length;
    for (const [path, patch] of calls) expect((await service.api.patch(path, patch)).status).toBe(200);
    const none = await service.api.post('/v1/dead-letters/discard', { endpoint_id: hook.id });
    expect([none.status, none.body.matched]).toEqual([202, 0]);
    expect((await rows()).slice(before)).toEqual([]);
  });

  test('says where a switch that was on already has failures forgotten', async () => {
    const hook = await endpoint();
    await query(
      service.databaseUrl,
      `insert into endpoint_states (endpoint_id, namespace, failed_attempts, created_by, created_at, updated_at)
       values ($1, 'default', 3, 'test', now(), now())`,
      [hook.id],
    );
    const entries = () => log(`target_id=${hook.id}&action=webhook.updated`);
    for (const _again of [1, 2]) await service.api.patch(`/v1/webhooks/${hook.id}`, { is_active: true });
    expect((await entries()).map(({ after }: { after: object }) => after)).toEqual([
      expect.objectContaining({ failures_forgotten: true }),
    ]);
  });

  test('names what was replaced behind a mask, and holds no secret', async () => {
    const [token, team, again] = ['token-of-the-receiver', 'value-of-the-team', 'another-token-entirely'];
    const secrets = [1, 2].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`);
    const slackUrl = (path: string) => `${receiver.url}/services/${path}/same`;
    const hook = await createEndpoint(service.api, slackUrl('first-secret-path'), {
      kind: 'slack',
      secret: secrets[0],
      headers: { authorization: token, 'x-team': team },
    });
    const shown = (await service.api.get(`/v1/webhooks/${hook.id}`)).body;
    const headers = { ...shown.headers, authorization: again };
    const patch = { headers, target_url: slackUrl('second-secret-path') };
    expect((await service.api.patch(`/v1/webhooks/${hook.id}`, patch)).status).toBe(200);
    await service.api.post(`/v1/webhooks/${hook.id}/rotate-secret`, { secret: secrets[1] });
    await service.api.post(`/v1/webhooks/${hook.id}/test`);
    const key = '0123456789abcdef0123456789abcdef';
    const pager = await createEndpoint(service.api, receiver.url, { kind: 'pagerduty', routing_key: key });
    const otherKey = 'fedcba9876543210fedcba9876543210';
    await service.api.patch(`/v1/webhooks/${pager.id}`, { routing_key: otherKey });
    const [tested, rotated, updated] = await log(`target_id=${hook.id}`);
    expect(tested).toMatchObject({ action: 'webhook.tested', after: { asked: { delivery_id: expect.any(String) } } });
    expect(rotated).toMatchObject({
      action: 'webhook.secret_rotated',
      before: { secret_hint: shown.secret_hint },
      after: { secret_hint: `whsec_…${secrets[1]!.slice(-4)}`, secret_shown: true },
    });
    expect(updated.after.replaced).toEqual(['headers.authorization', 'target_url']);
    expect((await log(`target_id=${pager.id}`))[0].after.replaced).toEqual(['routing_key']);
    const [{ stored }] = await query(service.databaseUrl, 'select json_agg(a)::text as stored from audit_log a');
    for (const secret of [...secrets, token, team, again, key, otherKey, 'secret-path']) {
      expect([secret, stored.includes(secret)]).toEqual([secret, false]);
    }
  });

  test('of what was asked of a workflow says what was asked', async () => {
    const { delivery, endpoint: failing } = await parkOne(service.api, refusing);
    await service.api.post(`/v1/dead-letters/retry`, { endpoint_id: failing.id });
    const [bulk] = await log('target_type=dead_letters&limit=1');
    expect(bulk).toMatchObject({
      action: 'dead_letters.retried',
      target: { id: expect.stringMatching(/^dead-letter-bulk\//) },
      before: null,
      after: { asked: { filter: { endpoint_id: failing.id }, matched: 1 } },
    });
    await until(
      async () => {
        const letter = (await service.api.get(`/v1/dead-letters/${delivery.id}`)).body;
        return letter.status === 'waiting' && letter.rounds === 2;
      },
      'the retry to fail',
      60_000,
    );
    await service.api.post(`/v1/dead-letters/${delivery.id}/discard`, { reason: 'obsolete' });
    const [discarded] = await log(`target_id=${delivery.id}`);
    expect(discarded).toMatchObject({
      action: 'dead_letter.discarded',
      before: { id: delivery.id, status: 'waiting', rounds: 2 },
      after: { asked: { reason: 'obsolete' } },
    });
  }, 120_000);

  test('tells what the service has done of its own accord', async () => {
    const gone = await startReceiver();
    gone.answer(410);
    const made = await deliverOne(service.api, gone.url);
    const find = async () => (await log(`target_id=${made.endpoint.id}&actor=service`))[0];
    expect(await until(find, 'the endpoint to be disabled', 60_000)).toMatchObject({
      action: 'webhook.disabled',
      target: { type: 'webhook', name: made.endpoint.name },
      request_id: null,
      before: { health: 'healthy', disabled_reason: null },
      after: { health: 'disabled', disabled_reason: expect.stringContaining('410') },
    });
    await gone.close();
    const condition = 'event.data.items[0] > 5';
    const faulty = await createRule(service.api, [made.endpoint.id], { condition });
    await service.api.post('/v1/events', { type: faulty.event_types[0], data: { items: ['text'] } });
    const degraded = async () => (await log(`target_id=${faulty.id}&action=alert_rule.degraded`))[0];
    expect(await until(degraded, 'the rule to be degraded', 60_000)).toMatchObject({
      actor: 'service',
      target: { type: 'alert_rule', name: faulty.name },
      after: { health: 'degraded', health_message: expect.any(String) },
    });
  }, 150_000);

  test('is not written where the change is refused', async () => {
    const [one, other] = [await endpoint(), await endpoint()];
    const before = (await rows()).length;
    const taken = { name: one.name, target_url: receiver.url };
    expect((await service.api.post('/v1/webhooks', taken)).status).toBe(409);
    expect((await service.api.patch(`/v1/webhooks/${other.id}`, { name: one.name })).status).toBe(409);
    const same = { secret: one.secret };
    expect((await service.api.post(`/v1/webhooks/${one.id}/rotate-secret`, same)).status).toBe(422);
    expect((await rows()).slice(before)).toEqual([]);
  });
});

describe('the list', () => {
  test('has pages, newest first, and filters', async () => {
    const since = new Date(Date.now() - 1_000).toISOString();
    const hook = await endpoint();
    for (const name of [unique('a'), unique('b'), unique('c')])
      await service.api.patch(`/v1/webhooks/${hook.id}`, { name });
    const ofHook = `target_id=${hook.id}`;
    const all = await log(ofHook);
    expect(all.map(({ action }: { action: string }) => action)).toEqual([
      'webhook.updated',
      'webhook.updated',
      'webhook.updated',
      'webhook.created',
    ]);
    const first = (await service.api.get(`/v1/audit-log?${ofHook}&limit=3`)).body;
    const second = (await service.api.get(`/v1/audit-log?${ofHook}&limit=3&cursor=${first.next_cursor}`)).body;
    expect([...first.items, ...second.items]).toEqual(all);
    expect(second.next_cursor).toBeNull();
    const counted = async (filter: string) => (await log(`${ofHook}&${filter}`)).length;
    expect(await counted('action=webhook.updated')).toBe(3);
    expect(await counted('target_type=webhook&actor=key_bootstrap')).toBe(4);
    expect(await counted('target_type=silence')).toBe(0);
    expect(await counted('actor=service')).toBe(0);
    expect(await counted(`since=${since}`)).toBe(4);
    expect(await counted(`until=${since}`)).toBe(0);
    for (const bad of ['action=webhook.painted', 'target_type=dog', 'cursor=xyz', 'actor_id=x']) {
      expect([bad, (await service.api.get(`/v1/audit-log?${bad}`)).status]).toEqual([bad, 422]);
    }
  });

  test('is of its own namespace', async () => {
    await query(
      service.databaseUrl,
      `insert into audit_log (id, namespace, action, target_type, target_id, request_id, created_by, created_at)
       values ('aud_00000000000000000000000000', 'theirs', 'webhook.created', 'webhook', 'we_theirs', 'req_1', 'key_1', now())`,
    );
    expect(await log('target_id=we_theirs')).toEqual([]);
    const database = await openDatabase({ url: service.databaseUrl });
    const theirs = await database.inNamespace('theirs').find(AuditEntry, {});
    await database.close();
    expect(theirs.map(({ target_id }) => target_id)).toEqual(['we_theirs']);
  });
});

test('a signal by Temporal is no call of the API: its history and the dead letter tell of it', async () => {
  const { delivery } = await parkOne(service.api, refusing);
  const before = (await rows()).length;
  await service.temporal.workflow.getHandle(`dead-letter/${delivery.id}`).signal('discard', { reason: 'by hand' });
  await deliveryWith(service.api, delivery.id, 'discarded', 60_000);
  expect((await service.api.get(`/v1/dead-letters/${delivery.id}`)).body.closed_reason).toBe('by hand');
  expect((await rows()).slice(before)).toEqual([]);
}, 120_000);
