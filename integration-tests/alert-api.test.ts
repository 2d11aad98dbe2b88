import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { createEndpoint, createRule, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/** Silences, alerts, and the parts of a rule that say when it fires, as the API takes and gives them. */

const LONG = 120_000;
const TARGET = 'http://127.0.0.1:49999/';
const HOUR = 3_600_000;

let service: TestService;
let endpoint: string;
beforeAll(async () => {
  service = await startTestService();
  endpoint = (await createEndpoint(service.api, TARGET, { is_active: false })).id;
}, LONG);
afterAll(() => service.close(), LONG);

const inHours = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();
const pathsOf = ({ body }: { body: { errors?: { path: string }[] } }) => body.errors?.map(({ path }) => path);

describe('silences', () => {
  const create = (fields: object) => service.api.post('/v1/silences', fields);

  test('are created, read, listed, changed and deleted', async () => {
    const ends_at = inHours(2);
    const made = await create({ matchers: { rule_name: 'ETL *', labels: { env: 'prod' } }, ends_at, comment: 'works' });
    expect(made).toMatchObject({
      status: 201,
      body: { matchers: { rule_name: 'ETL *', labels: { env: 'prod' } }, ends_at, comment: 'works', is_active: true },
    });
    const { id } = made.body;
    expect(id).toMatch(/^sil_/);
    expect((await service.api.get(`/v1/silences/${id}`)).body).toEqual(made.body);
    const changed = await service.api.patch(`/v1/silences/${id}`, { ends_at: inHours(5), comment: null });
    expect(changed).toMatchObject({ status: 200, body: { id, comment: null, matchers: made.body.matchers } });
    expect((await service.api.get('/v1/silences')).body.items.map((item: { id: string }) => item.id)).toContain(id);
    expect((await service.api.delete(`/v1/silences/${id}`)).status).toBe(204);
    expect((await service.api.get(`/v1/silences/${id}`)).status).toBe(404);
  });

  test('those that hold back now are told from those to come', async () => {
    const now = (await create({ matchers: { graph_name: 'now' }, ends_at: inHours(1) })).body.id;
    const later = (await create({ matchers: { graph_name: 'later' }, starts_at: inHours(1), ends_at: inHours(2) }))
      .body;
    expect(later.is_active).toBe(false);
    const ids = async (query: string) =>
      (await service.api.get(`/v1/silences?limit=200${query}`)).body.items.map((item: { id: string }) => item.id);
    expect(await ids('&active=true')).toEqual(expect.arrayContaining([now]));
    expect(await ids('&active=true')).not.toContain(later.id);
    expect(await ids('&active=false')).toEqual(expect.arrayContaining([later.id]));
    expect(await ids('&active=false')).not.toContain(now);
    expect(await ids('')).toEqual(expect.arrayContaining([now, later.id]));
    expect((await service.api.get('/v1/silences?active=perhaps')).status).toBe(422);
  });

  test('what cannot be meant is refused with the field', async () => {
    const matchers = { graph_name: 'etl' };
    for (const [body, path] of [
      [{ matchers }, 'ends_at'],
      [{ matchers, ends_at: 'tomorrow' }, 'ends_at'],
      [{ matchers, ends_at: inHours(-1) }, 'ends_at'],
      [{ matchers, starts_at: inHours(3), ends_at: inHours(2) }, 'ends_at'],
      [{ matchers, ends_at: inHours(24 * 400) }, 'ends_at'],
      [{ ends_at: inHours(1) }, 'matchers'],
      [{ matchers: {}, ends_at: inHours(1) }, 'matchers'],
      [{ matchers: { graph: 'etl' }, ends_at: inHours(1) }, 'matchers.graph'],
      [{ matchers: { labels: {} }, ends_at: inHours(1) }, 'matchers.labels'],
      [{ matchers, ends_at: inHours(1), forever: true }, 'forever'],
    ] as const) {
      const answer = await create(body);
      expect({ body, status: answer.status, paths: pathsOf(answer) }).toEqual({
        body,
        status: 422,
        paths: expect.arrayContaining([path]),
      });
    }
    const { id } = (await create({ matchers, ends_at: inHours(1) })).body;
    expect(pathsOf(await service.api.patch(`/v1/silences/${id}`, { ends_at: null }))).toEqual(['ends_at']);
    expect(pathsOf(await service.api.patch(`/v1/silences/${id}`, { ends_at: inHours(-1) }))).toEqual(['ends_at']);
  });

  test('one that is not there is not found, however it is asked for', async () => {
    const path = '/v1/silences/sil_01kb0000000000000000000000';
    expect((await service.api.get(path)).status).toBe(404);
    expect((await service.api.patch(path, { comment: 'x' })).status).toBe(404);
    expect((await service.api.delete(path)).status).toBe(404);
  });
});

describe('alerts', () => {
  test(
    'what fires is listed, then what was resolved, by rule and by time',
    async () => {
      const [type, mended] = [unique('custom.failed'), unique('custom.mended')];
      const rule = await createRule(service.api, [endpoint], {
        event_type: type,
        trigger: { kind: 'count', threshold: 1, window: '1h' },
        resolve: { on: mended },
      });
      const list = async (query = '') =>
        (await service.api.get(`/v1/alerts?rule_id=${rule.id}${query}`)).body.items as { id: string }[];
      expect(await list('&status=all')).toEqual([]);
      const event_id = await sendEvent(service.api, type);
      const [alert] = await until(
        async () => {
          const found = await list();
          return found.length > 0 && found;
        },
        'the alert',
        40_000,
      );
      expect(alert).toMatchObject({
        status: 'firing',
        rule_id: rule.id,
        rule_name: rule.name,
        value: 1,
        threshold: 1,
        event_id,
        resolved_at: null,
      });
      // With the source of its cause, for an id is its sender's own.
      const { body: one } = await service.api.get(`/v1/alerts/${alert!.id}`);
      expect(one).toEqual({ ...alert, event_source: '/namespaces/default' });
      const [cause] = (await service.api.get(`/v1/events?id=${event_id}`)).body.items;
      expect(cause).toMatchObject({ id: event_id, source: one.event_source });
      expect((await service.api.get('/v1/events?id=nobody-sent-it')).body.items).toEqual([]);
      expect([(await list('&severity=error')).length, (await list('&severity=info')).length]).toEqual([1, 0]);
      const told = async (query: string) =>
        (await service.api.get(`/v1/deliveries?alert_id=${alert!.id}${query}`)).body.items as { alert_id: string }[];
      expect(await told(`&rule_id=${rule.id}`)).toMatchObject([{ alert_id: alert!.id }]);
      expect(await told('&status=succeeded')).toEqual([]);
      expect(await list('&status=resolved')).toEqual([]);
      await sendEvent(service.api, mended);
      await until(async () => (await list()).length === 0, 'its resolution', 40_000);
      expect(await list('&status=resolved')).toMatchObject([{ id: alert!.id, resolve_reason: 'resolve_event' }]);
      expect(await list(`&status=all&since=${inHours(1)}`)).toEqual([]);
      // The stored events, tried on the same rule, tell the same.
      const { body: trial } = await service.api.post(`/v1/alert-rules/${rule.id}/test`, { last: 2 });
      expect(trial).toMatchObject({ events: 2, matched: 2, fired: 1, not_matched: {} });
      expect(trial.firings).toMatchObject([{ event_id, value: 1, resolve_reason: 'resolve_event' }]);
    },
    LONG,
  );

  test('what cannot be asked is refused, what is not there is not found', async () => {
    expect(pathsOf(await service.api.get('/v1/alerts?status=loud'))).toEqual(['status']);
    expect(pathsOf(await service.api.get('/v1/alerts?since=yesterday'))).toEqual(['since']);
    expect((await service.api.get('/v1/alerts/al_01kb0000000000000000000000')).status).toBe(404);
  });
});

describe('when a rule fires', () => {
  const create = (fields: object) =>
    service.api.post('/v1/alert-rules', { name: unique('rule'), webhook_endpoint_id: endpoint, ...fields });

  test('defaults are filled in, durations stay as written', async () => {
    const { body } = await create({ trigger: { kind: 'duration', longer_than: '90m' } });
    expect(body).toMatchObject({
      event_types: [],
      resolve: null,
      notify: null,
      trigger: { kind: 'duration', longer_than: '90m', started: 'workflow.started', key: 'event.data.run_id' },
    });
    expect((await service.api.get(`/v1/alert-rules/${body.id}`)).body).toEqual(body);
  });

  test('what contradicts itself or could never fire is refused with the field', async () => {
    const event_type = 'custom.a';
    const count = { kind: 'count', threshold: 3, window: '1h' };
    for (const [fields, path] of [
      [{ trigger: count }, 'event_types'],
      [{ event_type, trigger: { kind: 'sum' } }, 'trigger.kind'],
      [{ event_type, trigger: {} }, 'trigger.kind'],
      [{ event_type, trigger: { ...count, threshold: 1.5 } }, 'trigger.threshold'],
      [{ event_type, trigger: { ...count, window: '8d' } }, 'trigger.window'],
      [{ event_type, trigger: { ...count, windw: '1h' } }, 'trigger.windw'],
      [{ event_type, trigger: { ...count, per: ['data.grap', 'time'] } }, 'trigger.per[1]'],
      [{ event_type, trigger: { kind: 'duration', longer_than: '1h' } }, 'event_type'],
      [{ event_type, resolve: { on: 'custom.b' } }, 'resolve'],
      [{ event_type, trigger: count, resolve: { on: 'custom.*' } }, 'resolve.on'],
      [{ event_type, trigger: { kind: 'consecutive', threshold: 2, reset_on: '*' } }, 'trigger.reset_on'],
      [{ trigger: { kind: 'absence', of: 'custom.a', by: '06:00' } }, 'trigger.timezone'],
      [{ trigger: { kind: 'absence', of: 'custom.a', by: '06:00', timezone: 'Mars' } }, 'trigger.timezone'],
      [{ trigger: { kind: 'absence', of: 'custom.a' } }, 'trigger.within'],
      [{ trigger: { kind: 'ratio', of: 'a', against: ['b'], below: 0.5, window: '1h' } }, 'trigger.of'],
      [{ trigger: { kind: 'ratio', of: 'a', against: ['a'], below: 95, window: '1h' } }, 'trigger.below'],
      [{ event_type, notify: { cooldown: '0s' } }, 'notify.cooldown'],
      [{ event_type, notify: { max_per_hour: 0 } }, 'notify.max_per_hour'],
    ] as const) {
      const answer = await create(fields);
      expect({ fields, status: answer.status, paths: pathsOf(answer) }).toEqual({
        fields,
        status: 422,
        paths: expect.arrayContaining([path]),
      });
    }
  });

  test('a patch merges within a kind; another kind replaces what is there', async () => {
    const { body: rule } = await create({
      event_type: 'custom.a',
      trigger: { kind: 'count', threshold: 3, window: '1h', per: ['data.graph_name'] },
      notify: { cooldown: '5m', max_per_hour: 3 },
    });
    const patch = (fields: object) => service.api.patch(`/v1/alert-rules/${rule.id}`, fields);
    const merged = await patch({ trigger: { threshold: 5 }, notify: { cooldown: null } });
    expect(merged.body).toMatchObject({ revision: 2, notify: { max_per_hour: 3 } });
    expect(merged.body.trigger).toEqual({ kind: 'count', threshold: 5, window: '1h', per: ['data.graph_name'] });
    const refused = await patch({ trigger: { kind: 'consecutive' } });
    expect([refused.status, pathsOf(refused)]).toEqual([422, ['trigger.threshold', 'trigger.reset_on']]);
    const replaced = await patch({ trigger: { kind: 'consecutive', threshold: 2, reset_on: 'custom.b' } });
    expect(replaced.body.trigger).toEqual({ kind: 'consecutive', threshold: 2, reset_on: 'custom.b', per: [] });
    const own = await patch({ trigger: { kind: 'absence', of: 'custom.a', within: '1h' } });
    expect([own.status, pathsOf(own)]).toEqual([422, ['event_types']]);
    const moved = await patch({ trigger: { kind: 'absence', of: 'custom.a', within: '1h' }, event_types: [] });
    expect(moved).toMatchObject({ status: 200, body: { event_types: [], trigger: { kind: 'absence', per: [] } } });
    expect((await patch({ notify: null, description: 'x' })).body).toMatchObject({
      notify: null,
      trigger: moved.body.trigger,
    });
  });
});

describe('presets and event types', () => {
  test('every preset can be created, and tried, as it is', async () => {
    const { status, body } = await service.api.get('/v1/alert-rules/presets');
    expect([status, body.next_cursor]).toEqual([200, null]);
    expect(body.items.length).toBeGreaterThanOrEqual(8);
    for (const { rule } of body.items) {
      const checked = await service.api.post('/v1/alert-rules/validate', { ...rule, webhook_endpoint_id: endpoint });
      expect({ rule, ...checked.body }).toEqual({ rule, valid: true, errors: [] });
      const tried = await service.api.post('/v1/alert-rules/test', { rule, last: 10 });
      expect({ rule, status: tried.status }).toEqual({ rule, status: 200 });
      const made = await service.api.post('/v1/alert-rules', { ...rule, webhook_endpoint_id: endpoint });
      expect({ rule, status: made.status }).toEqual({ rule, status: 201 });
      await service.api.delete(`/v1/alert-rules/${made.body.id}`);
    }
  });

  test('every event type has a schema that its sample fits, and the API takes what it does not keep for itself', async () => {
    const { body } = await service.api.get('/v1/event-types');
    const types = body.items.map(({ type }: { type: string }) => type);
    expect(types).toEqual(expect.arrayContaining(['workflow.failed', 'custom.<name>', 'webhook.ping']));
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    for (const item of body.items) {
      const fits = ajv.compile(item.schema);
      expect({ type: item.type, fits: fits(item.sample), errors: fits.errors }).toMatchObject({ fits: true });
      expect(fits({ ...item.sample, type: 'another' })).toBe(false);
      const one = await service.api.get(`/v1/event-types/${encodeURIComponent(item.type)}`);
      expect(one).toMatchObject({ status: 200, body: item });
      const sent = await service.api.post('/v1/events', item.sample);
      expect({ type: item.type, status: sent.status }).toEqual({ type: item.type, status: item.reserved ? 422 : 202 });
    }
  });

  test('a type of one’s own is known by its form, any other is not', async () => {
    const own = await service.api.get('/v1/event-types/custom.rows_missing');
    expect(own.body).toMatchObject({ type: 'custom.rows_missing', sample: { type: 'custom.rows_missing' } });
    for (const type of ['workflow.exploded', 'custom.', 'constructor', '__proto__']) {
      expect((await service.api.get(`/v1/event-types/${type}`)).status).toBe(404);
    }
  });
});
