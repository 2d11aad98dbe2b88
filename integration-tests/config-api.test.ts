import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEndpoint, createRule, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';

const UNKNOWN = '00000000000000000000000000';
const URL_OUTSIDE = 'https://receiver.example.com/hook';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ allowHttp: false, allowedSubnets: [] });
});
afterAll(() => service.close());

const post = (path: string, body: unknown) => service.api.post(path, body);
const pathsOf = (answer: { body: { errors: { path: string }[] } }) => answer.body.errors.map(({ path }) => path);

describe('webhooks', () => {
  test('creation shows the secret once; later answers only hint at it and mask headers', async () => {
    const name = unique('hook');
    const headers = { Authorization: 'Bearer very-secret', 'X-Team': 'ops' };
    const created = await post('/v1/webhooks', { name, target_url: URL_OUTSIDE, headers, description: 'for ops' });
    expect(created.status).toBe(201);
    expect(created.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(created.body.id).toMatch(/^we_[0-9a-z]{26}$/);
    const read = await service.api.get(`/v1/webhooks/${created.body.id}`);
    const { secret, ...rest } = created.body;
    expect(read.body).toEqual(rest);
    expect(read.body).toMatchObject({
      name,
      kind: 'http',
      is_active: true,
      health: 'healthy',
      disabled_reason: null,
      retry_policy: null,
      created_by: 'key_bootstrap',
      secret_hint: `whsec_…${secret.slice(-4)}`,
    });
    expect(Object.keys(read.body.headers)).toEqual(['Authorization', 'X-Team']);
    expect(JSON.stringify(read.body)).not.toContain('very-secret');
    expect(JSON.stringify(read.body)).not.toContain(secret);
  });

  test('a given secret is kept; a malformed one is refused without being quoted', async () => {
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE, { secret });
    expect(endpoint.secret).toBe(secret);
    const refused = await post('/v1/webhooks', {
      name: unique('h'),
      target_url: URL_OUTSIDE,
      secret: 'whsec_c2hvcnQ=',
    });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'secret' }] } });
    expect(JSON.stringify(refused.body)).not.toContain('c2hvcnQ');
  });

  test('a patch merges: absent is unchanged, null removes, a masked header is kept', async () => {
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE, {
      headers: { A: '1', B: '2' },
      description: 'old',
    });
    const masked = (await service.api.get(`/v1/webhooks/${endpoint.id}`)).body.headers;
    const changed = await service.api.patch(`/v1/webhooks/${endpoint.id}`, {
      headers: { A: masked.A, B: null, C: '3' },
      description: null,
      retry_policy: { maximum_attempts: 3 },
    });
    expect(changed).toMatchObject({ status: 200, body: { description: null, retry_policy: { maximum_attempts: 3 } } });
    expect(Object.keys(changed.body.headers)).toEqual(['A', 'C']);
    expect(changed.body.name).toBe(endpoint.name);
    const merged = await service.api.patch(`/v1/webhooks/${endpoint.id}`, { retry_policy: { jitter: 0 } });
    expect(merged.body.retry_policy).toEqual({ maximum_attempts: 3, jitter: 0 });
  });

  test('a mask for a header that is not there is no value', async () => {
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE, { headers: { A: '1' } });
    const { A: mask } = (await service.api.get(`/v1/webhooks/${endpoint.id}`)).body.headers;
    const refused = await service.api.patch(`/v1/webhooks/${endpoint.id}`, { headers: { B: mask } });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'headers.B' }] } });
  });

  test('a list holds those of a kind, of a health, and that are on or off', async () => {
    const off = await createEndpoint(service.api, URL_OUTSIDE, { kind: 'discord', is_active: false });
    const on = await createEndpoint(service.api, URL_OUTSIDE, { kind: 'discord' });
    const idsOf = async (query: string) =>
      (await service.api.get(`/v1/webhooks?kind=discord&${query}`)).body.items.map(({ id }: { id: string }) => id);
    expect(await idsOf('')).toEqual([on.id, off.id]);
    expect(await idsOf('is_active=false')).toEqual([off.id]);
    expect(await idsOf('health=healthy&is_active=true')).toEqual([on.id]);
    expect(await idsOf('health=failing')).toEqual([]);
    const refused = await service.api.get('/v1/webhooks?kind=fax&is_active=1');
    expect({ status: refused.status, paths: pathsOf(refused).sort() }).toEqual({
      status: 422,
      paths: ['is_active', 'kind'],
    });
  });

  test('a name is unique in the namespace', async () => {
    const { name } = await createEndpoint(service.api, URL_OUTSIDE);
    const again = await post('/v1/webhooks', { name, target_url: URL_OUTSIDE });
    expect(again).toMatchObject({ status: 409, body: { code: 'name_taken', errors: [{ path: 'name' }] } });
    const other = await createEndpoint(service.api, URL_OUTSIDE);
    const renamed = await service.api.patch(`/v1/webhooks/${other.id}`, { name });
    expect(renamed).toMatchObject({ status: 409, body: { code: 'name_taken' } });
  });

  test('one answer names every bad field', async () => {
    const answer = await post('/v1/webhooks', {
      name: '',
      target_url: 'https://user:pass@receiver.example.com/',
      headers: { Host: 'x', 'X-Ok': 'fine', 'X-Split': 'a\r\nb', 'webhook-id': '1' },
      retry_policy: { maximum_attempts: 99, initial_interval: '0s' },
      surprise: 1,
    });
    expect(answer.status).toBe(422);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(pathsOf(answer).sort()).toEqual([
      'headers.Host',
      'headers.X-Split',
      'headers.webhook-id',
      'name',
      'retry_policy.initial_interval',
      'retry_policy.maximum_attempts',
      'surprise',
      'target_url',
    ]);
  });

  test('a field that is not known is named, whatever its name and value', async () => {
    const { id } = await createEndpoint(service.api, URL_OUTSIDE);
    const rule = await createRule(service.api, [id]);
    for (const [field, value] of [
      ['__proto__', '{}'],
      ['__proto__', 'null'],
      ['constructor', '1'],
      ['surprise', 'null'],
    ]) {
      const body = `{"${field}":${value}}`;
      for (const path of [`/v1/webhooks/${id}`, `/v1/alert-rules/${rule.id}`]) {
        expect([path, body, pathsOf(await service.api.patch(path, body))]).toEqual([path, body, [field]]);
      }
    }
    const named = `"name":"${unique('h')}","target_url":"${URL_OUTSIDE}"`;
    const answer = await post('/v1/webhooks', `{${named},"headers":{"__proto__":"x"}}`);
    expect(pathsOf(answer)).toEqual(['headers.__proto__']);
  });

  test.each([
    ['file:///etc/passwd'],
    ['http://receiver.example.com/'],
    ['https://10.1.2.3/'],
    ['https://[::1]/'],
    ['https://169.254.169.254/latest/meta-data'],
    ['https://localhost/'],
    ['https://printer.local/'],
    ['https://receiver.example.com:22/'],
    ['https://receiver.example.com/#part'],
    ['not a url'],
    [' https://receiver.example.com/'],
    ['https:receiver.example.com'],
    ['https://@receiver.example.com/'],
    ['https://receiver.example.com/\n'],
    [`https://receiver.example.com/${'a'.repeat(2_048)}`],
  ])('an endpoint cannot lead to %s', async (target_url) => {
    const answer = await post('/v1/webhooks', { name: unique('h'), target_url });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'target_url' }] } });
  });

  test('deletion keeps nothing to read and nothing to delete again', async () => {
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE);
    expect((await service.api.delete(`/v1/webhooks/${endpoint.id}`)).status).toBe(204);
    expect((await service.api.get(`/v1/webhooks/${endpoint.id}`)).status).toBe(404);
    expect((await service.api.delete(`/v1/webhooks/${endpoint.id}`)).status).toBe(404);
    expect((await service.api.patch(`/v1/webhooks/${endpoint.id}`, {})).status).toBe(404);
  });
});

describe('alert rules', () => {
  test('creation takes singular or plural spellings and answers with the lists', async () => {
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE);
    const rule = await post('/v1/alert-rules', {
      name: unique('rule'),
      event_type: 'workflow.failed',
      webhook_endpoint_id: endpoint.id,
    });
    expect(rule).toMatchObject({
      status: 201,
      body: {
        event_types: ['workflow.failed'],
        webhook_endpoint_ids: [endpoint.id],
        severity: 'error',
        is_active: true,
        condition: null,
        trigger: { kind: 'event' },
        revision: 1,
        health: 'ok',
        created_by: 'key_bootstrap',
      },
    });
    const both = await post('/v1/alert-rules', { ...rule.body, event_type: 'a', event_types: ['b'] });
    expect(both.status).toBe(422);
  });

  test('one answer names every bad field, by the spelling that was used', async () => {
    const answer = await post('/v1/alert-rules', {
      name: unique('rule'),
      event_type: 'no spaces allowed',
      webhook_endpoint_id: `we_${UNKNOWN}`,
      condition: 'event.typ == "x"',
      severity: 'loud',
      retry_policy: { jitter: 2 },
      surprise: 1,
    });
    expect(answer.status).toBe(422);
    expect(pathsOf(answer).sort()).toEqual([
      'condition',
      'event_type',
      'retry_policy.jitter',
      'severity',
      'surprise',
      'webhook_endpoint_id',
    ]);
    const condition = answer.body.errors.find(({ path }: { path: string }) => path === 'condition');
    expect(condition).toMatchObject({ position: 6, suggestion: 'type' });
  });

  test.each([
    ['event.data.x ==', 'is not valid CEL'],
    ['event.data.error.mesage == "x"', 'did you mean `message`'],
    ['event.data.run_id', 'true or false'],
    [`${'('.repeat(500)}true${')'.repeat(500)}`, ''],
    ['event.data.a.all(x, event.data.b.all(y, event.data.c.all(z, x == y)))', ''],
    [`event.id == "${'a'.repeat(2_000)}"`, ''],
  ])('the condition %s is refused with what to do', async (condition, text) => {
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE);
    const body = { name: unique('rule'), event_type: 'a', webhook_endpoint_id: endpoint.id, condition };
    const answer = await post('/v1/alert-rules', body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'condition' }] } });
    expect(answer.body.errors[0].message).toContain(text);
  });

  test('a change of meaning counts up the revision, a cosmetic one does not', async () => {
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE);
    const rule = await createRule(service.api, [endpoint.id]);
    const cosmetic = await service.api.patch(`/v1/alert-rules/${rule.id}`, {
      name: unique('renamed'),
      description: 'x',
    });
    expect(cosmetic.body.revision).toBe(1);
    const meaning = await service.api.patch(`/v1/alert-rules/${rule.id}`, { condition: 'event.data.run_id != ""' });
    expect(meaning.body.revision).toBe(2);
    const removed = await service.api.patch(`/v1/alert-rules/${rule.id}`, { condition: null });
    expect(removed.body).toMatchObject({ condition: null, revision: 3 });
  });

  test('with if_revision a change is made to that revision only', async () => {
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE);
    const { id } = await createRule(service.api, [endpoint.id]);
    const patch = (query: string) => service.api.patch(`/v1/alert-rules/${id}?${query}`, { severity: 'info' });
    expect(await patch('if_revision=1')).toMatchObject({ status: 200, body: { revision: 2 } });
    const late = await service.api.patch(`/v1/alert-rules/${id}?if_revision=1`, { severity: 'critical' });
    expect(late).toMatchObject({ status: 409, body: { code: 'revision_conflict' } });
    expect(late.body.detail).toContain('revision 2');
    expect((await service.api.get(`/v1/alert-rules/${id}`)).body.severity).toBe('info');
    expect((await patch('if_revision=x')).status).toBe(422);
  });

  test('are listed by what they watch, and by health', async () => {
    const endpoint = await createEndpoint(service.api, URL_OUTSIDE);
    const prefix = unique('custom.filtered');
    const exact = await createRule(service.api, [endpoint.id], { event_type: `${prefix}.failed` });
    const pattern = await createRule(service.api, [endpoint.id], { event_type: `${prefix}.*` });
    const ids = async (query: string) =>
      (await service.api.get(`/v1/alert-rules?endpoint_id=${endpoint.id}&${query}`)).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await ids(`event_type=${prefix}.failed`)).toEqual([pattern.id, exact.id]);
    expect(await ids(`event_type=${prefix}.other`)).toEqual([pattern.id]);
    expect(await ids('health=degraded')).toEqual([]);
  });

  test('a rule may keep an endpoint that was deleted since, but not gain one', async () => {
    const [kept, gone] = [
      await createEndpoint(service.api, URL_OUTSIDE),
      await createEndpoint(service.api, URL_OUTSIDE),
    ];
    const rule = await createRule(service.api, [kept.id, gone.id]);
    await service.api.delete(`/v1/webhooks/${gone.id}`);
    expect((await service.api.patch(`/v1/alert-rules/${rule.id}`, { severity: 'info' })).status).toBe(200);
    const gained = await service.api.patch(`/v1/alert-rules/${rule.id}`, {
      webhook_endpoint_ids: [kept.id, `we_${UNKNOWN}`],
    });
    expect(gained).toMatchObject({ status: 422, body: { errors: [{ path: 'webhook_endpoint_ids[1]' }] } });
  });
});

test('ids of another namespace are unknown, in paths and in bodies', async () => {
  const { MikroORM } = await import('@mikro-orm/postgresql');
  const { ormConfig } = await import('../src/store/database.ts');
  const endpoint = await createEndpoint(service.api, URL_OUTSIDE);
  const rule = await createRule(service.api, [endpoint.id]);
  const orm = await MikroORM.init(ormConfig(service.databaseUrl));
  await orm.em.getConnection().execute(`update webhook_endpoints set namespace = 'other' where id = '${endpoint.id}'`);
  await orm.em.getConnection().execute(`update alert_rules set namespace = 'other' where id = '${rule.id}'`);
  await orm.close(true);
  for (const path of [`/v1/webhooks/${endpoint.id}`, `/v1/alert-rules/${rule.id}`]) {
    expect((await service.api.get(path)).status).toBe(404);
    expect((await service.api.patch(path, { name: 'x' })).status).toBe(404);
    expect((await service.api.delete(path)).status).toBe(404);
  }
  const foreign = await post('/v1/alert-rules', {
    name: unique('r'),
    event_type: 'a',
    webhook_endpoint_id: endpoint.id,
  });
  expect(foreign).toMatchObject({ status: 422, body: { errors: [{ path: 'webhook_endpoint_id' }] } });
});
