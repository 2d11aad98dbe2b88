import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { query } from './harness/query.ts';
import { createEndpoint, createRule, recordedEvent, sendEvent, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/** Rules are judged and tried before they are saved; nothing is saved or sent by it. */

const LONG = 90_000;
const TARGET = 'http://127.0.0.1:49999/';

let service: TestService;
let endpoint: string;
beforeAll(async () => {
  service = await startTestService();
  endpoint = (await createEndpoint(service.api, TARGET, { is_active: false })).id;
}, LONG);
afterAll(() => service.close(), LONG);

const rule = <Fields extends object>(fields: Fields) => ({
  name: unique('rule'),
  event_type: unique('custom.type'),
  webhook_endpoint_id: endpoint,
  ...fields,
});
const validate = (body: object, rest = '') => service.api.post(`/v1/alert-rules/validate${rest}`, body);

describe('validate', () => {
  test('says that a good rule is valid, and saves nothing', async () => {
    const body = rule({
      trigger: { kind: 'count', threshold: 3, window: '10m' },
      resolve: { on: 'workflow.succeeded' },
    });
    expect(await validate(body)).toMatchObject({ status: 200, body: { valid: true, errors: [] } });
    const { body: page } = await service.api.get('/v1/alert-rules?limit=200');
    expect(page.items.map(({ name }: { name: string }) => name)).not.toContain(body.name);
  });

  test('names every bad field, with the place in it and what was meant', async () => {
    const bad = rule({
      condition: 'event.data.eror.type == "x" && event.typ == "y"',
      severity: 'loud',
      colour: 'red',
      trigger: { kind: 'count', threshold: 0, window: '10m', per: ['graph_name'] },
      webhook_endpoint_id: 'we_unknown',
    });
    const { status, body } = await validate(bad);
    expect(status).toBe(200);
    expect(body.valid).toBe(false);
    const at = (path: string) => body.errors.find((error: { path: string }) => error.path === path);
    expect(at('condition')).toEqual({
      path: 'condition',
      message: expect.stringContaining('type'),
      position: bad.condition.indexOf('typ =='),
      suggestion: 'type',
    });
    expect(at('trigger.per[0]')).toMatchObject({ suggestion: 'data.graph_name' });
    for (const path of ['severity', 'colour', 'trigger.threshold', 'webhook_endpoint_id'])
      expect(at(path)).toBeDefined();
  });

  test('tells what contradicts itself, as a creation would', async () => {
    const body = rule({ trigger: { kind: 'absence', of: 'custom.seen', within: '1h' } });
    const saving = await service.api.post('/v1/alert-rules', body);
    expect(saving.status).toBe(422);
    expect((await validate(body)).body).toEqual({ valid: false, errors: saving.body.errors });
  });

  test('a name that another rule has is an error, unless it is the rule that is to be replaced', async () => {
    const taken = await createRule(service.api, [endpoint]);
    const body = rule({ name: taken.name });
    expect((await validate(body)).body.errors).toEqual([{ path: 'name', message: expect.stringContaining('taken') }]);
    expect((await validate(body, `?rule_id=${taken.id}`)).body).toEqual({ valid: true, errors: [] });
    const unknown = await validate(body, '?rule_id=ar_unknown');
    expect([unknown.status, unknown.body.errors[0].path]).toEqual([422, 'rule_id']);
  });

  test('no object and no JSON are refused as everywhere', async () => {
    expect((await validate([])).status).toBe(422);
    expect((await service.api.post('/v1/alert-rules/validate', '{')).status).toBe(400);
  });
});

describe('a test on one event', () => {
  const tryOne = async (tried: object, event: object) => {
    const answer = await service.api.post('/v1/alert-rules/test', { rule: tried, event });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };

  test('says whether an unsaved rule would fire, and why not', async () => {
    const tried = { event_type: 'custom.a', condition: 'event.data.n > 5 && event.data.label == "x"' };
    const matching = { type: 'custom.a', data: { n: 7, label: 'x' } };
    expect(await tryOne(tried, matching)).toMatchObject({
      outcome: 'matched',
      reason: 'condition_true',
      would_fire: true,
    });
    for (const [event, reason] of [
      [{ ...matching, type: 'custom.b' }, 'other_type'],
      [{ ...matching, data: { n: 5, label: 'x' } }, 'condition_false'],
      [{ ...matching, data: { n: 7 } }, 'missing_field'],
      [{ ...matching, data: { n: 'text', label: 'x' } }, 'condition_error'],
    ] as const) {
      const answer = await tryOne(tried, event);
      expect(answer).toMatchObject({ outcome: 'not_matched', reason, would_fire: false, counts_as: [] });
      expect(answer.why).not.toBe('');
    }
  });

  test('numbers are taken as they are written, in the event and in the rule', async () => {
    const tried =
      '{"event_type":"custom.a","condition":"event.data.n == 9007199254740993","trigger":{"kind":"count","threshold":1,"window":"1h"},"retry_policy":{"jitter":0.10}}';
    const answer = await service.api.post(
      '/v1/alert-rules/test',
      `{"rule":${tried},"event":{"type":"custom.a","data":{"n":9007199254740993}}}`,
    );
    expect(answer.body).toMatchObject({ outcome: 'matched', would_fire: true, value: 1, threshold: 1 });
  });

  test(
    'a saved rule goes on from what it remembers of the key',
    async () => {
      const type = unique('custom.failed');
      const saved = await createRule(service.api, [endpoint], {
        event_type: type,
        trigger: { kind: 'count', threshold: 2, window: '1h', per: ['data.graph_name'] },
        resolve: { on: 'custom.mended' },
      });
      const tryIt = async (event: object) =>
        (await service.api.post(`/v1/alert-rules/${saved.id}/test`, { event })).body;
      const event = { type, data: { graph_name: 'etl' } };
      expect(await tryIt(event)).toMatchObject({ would_fire: false, counts_as: ['match'], key: 'graph_name=etl' });
      await sendEvent(service.api, type, event.data);
      await remembered(saved.id);
      expect(await tryIt(event)).toMatchObject({ would_fire: true, value: 2, threshold: 2 });
      expect(await tryIt({ type, data: { graph_name: 'other' } })).toMatchObject({ would_fire: false });
      // Nothing of this was counted.
      expect(await tryIt(event)).toMatchObject({ would_fire: true, value: 2 });
      await service.api.patch(`/v1/alert-rules/${saved.id}`, { is_active: false });
      expect((await tryIt(event)).why).toContain('switched off');
      const { body: alerts } = await service.api.get(`/v1/alerts?rule_id=${saved.id}&status=all`);
      expect(alerts.items).toEqual([]);
    },
    LONG,
  );

  const remembered = (ruleId: string) =>
    until(
      async () => {
        const rows = await query(
          service.databaseUrl,
          'select 1 from alert_states where rule_id = $1 and state is not null',
          [ruleId],
        );
        return rows.length > 0;
      },
      'the first match to be counted',
      40_000,
    );

  test('says what is wrong with what is asked', async () => {
    const event = { type: 'custom.a', data: {} };
    for (const [body, path] of [
      [{ rule: { event_type: 'custom.a' } }, 'event'],
      [{ rule: { event_type: 'custom.a' }, event, last: 5 }, 'event'],
      [{ rule: { event_type: 'custom.a' }, last: 1_001 }, 'last'],
      [{ rule: { event_type: 'custom.a' }, event: { type: 'webhook.disabled', data: {} } }, 'event.type'],
      [{ rule: { event_type: 'custom.a' }, event: { data: {} } }, 'event.type'],
      [{ rule: { condition: '1' }, event }, 'rule.condition'],
      [{ rule: { event_type: 'custom.a', webhook_endpoint_id: 'we_unknown' }, event }, 'rule.webhook_endpoint_id'],
      [{ event }, 'rule'],
    ] as const) {
      const { status, body: problem } = await service.api.post('/v1/alert-rules/test', body);
      expect([status, problem.errors?.map((error: { path: string }) => error.path)]).toEqual([422, [path]]);
    }
    expect((await service.api.post('/v1/alert-rules/ar_unknown/test', { event })).status).toBe(404);
  });
});

describe('a test on stored events', () => {
  /** Stored events of a type of their own, seconds apart. */
  async function store(events: [seconds: number, type: string, data?: object][]): Promise<string[]> {
    const ids: string[] = [];
    for (const [, type, data] of events) ids.push(await sendEvent(service.api, type, data));
    for (const id of ids) await recordedEvent(service.api, id);
    const base = Date.now() - 3_600_000;
    for (const [index, id] of ids.entries()) {
      const at = new Date(base + events[index]![0] * 1_000);
      // In the order in which they were sent, whatever the order of recording; long enough ago for time to have passed.
      await query(
        service.databaseUrl,
        "update events set time = $2, received_at = $2, id = 'ev_7' || lpad($3::text, 25, '0') where event_id = $1",
        [id, at, String(++serial)],
      );
    }
    return ids;
  }
  let serial = 0;
  type Decided = { event_id: string; reason: string; fires: boolean };
  /** @param last those that were stored last: others of this file were received at other times */
  const backtest = async (tried: object, last: number) => {
    const answer = await service.api.post('/v1/alert-rules/test', { rule: tried, last });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
    return answer.body;
  };

  test(
    'a rule that tells of every match: these, and why the others not',
    async () => {
      const type = unique('custom.type');
      const ids = await store([
        [0, type, { n: 1 }],
        [1, type, { n: 9 }],
        [2, 'custom.unwatched'],
        [3, type, { n: 8 }],
        [4, type],
      ]);
      const answer = await backtest({ event_type: type, condition: 'event.data.n > 5' }, 5);
      expect(answer).toMatchObject({
        events: 5,
        matched: 2,
        fired: 2,
        not_matched: { condition_false: 1, other_type: 1, missing_field: 1 },
        notes: [{ code: 'missing_field', count: 1, detail: expect.any(String) }],
      });
      expect(answer.firings.map((firing: { event_id: string }) => firing.event_id)).toEqual([ids[1], ids[3]]);
      expect(answer.firings[0]).toMatchObject({ status: 'notify', key: '', value: null, resolved_at: null });
      const seen = answer.decisions.map(({ event_id, reason, fires }: Decided) => [event_id, reason, fires]);
      expect(seen).toEqual([
        [ids[0], 'condition_false', false],
        [ids[1], 'condition_true', true],
        [ids[2], 'other_type', false],
        [ids[3], 'condition_true', true],
        [ids[4], 'missing_field', false],
      ]);
      expect((await backtest({ event_type: type }, 2)).events).toBe(2);
    },
    LONG,
  );

  test(
    'count: fires and is resolved, by an event and by quiet',
    async () => {
      const [type, mended] = [unique('custom.failed'), unique('custom.mended')];
      const etl = { graph_name: 'etl' };
      const other = { graph_name: 'other' };
      const ids = await store([
        [0, type, etl],
        [10, type, other],
        [20, type, etl],
        [25, mended, etl],
        [100, type, etl],
        [101, type, etl],
        [400, type, etl],
      ]);
      const answer = await backtest(
        {
          event_type: type,
          trigger: { kind: 'count', threshold: 2, window: '60s', per: ['data.graph_name'] },
          resolve: { on: mended },
        },
        7,
      );
      expect(answer.fired).toBe(2);
      const firedBy = answer.decisions.filter(({ fires }: Decided) => fires);
      expect(firedBy.map(({ event_id }: Decided) => event_id)).toEqual([ids[2], ids[5]]);
      expect(answer.firings).toMatchObject([
        {
          status: 'resolved',
          key: 'graph_name=etl',
          event_id: ids[2],
          value: 2,
          threshold: 2,
          resolve_reason: 'resolve_event',
        },
        { status: 'resolved', key: 'graph_name=etl', event_id: ids[5], resolve_reason: 'quiet' },
      ]);
    },
    LONG,
  );

  test(
    'duration and absence: time fires between events, and after the last one',
    async () => {
      const [started, ended] = [unique('custom.started'), unique('custom.ended')];
      await store([
        [0, started, { run_id: 'a' }],
        [1, started, { run_id: 'b' }],
        [5, ended, { run_id: 'b' }],
        [300, ended, { run_id: 'a' }],
        [310, started, { run_id: 'c' }],
      ]);
      const long = await backtest({ trigger: { kind: 'duration', longer_than: '60s', started, ended } }, 5);
      expect(long.firings).toMatchObject([
        { key: 'run_id=a', status: 'resolved', threshold: 60_000, resolve_reason: 'ended' },
        { key: 'run_id=c', status: 'firing', resolved_at: null },
      ]);
      expect(Date.parse(long.firings[0].resolved_at) - Date.parse(long.firings[0].started_at)).toBe(240_000);
      const missed = await backtest({ trigger: { kind: 'absence', of: ended, within: '120s' } }, 5);
      expect(missed.firings).toMatchObject([
        { status: 'resolved', resolve_reason: 'seen' },
        { status: 'firing', resolved_at: null },
      ]);
    },
    LONG,
  );

  test(
    'more firings than are shown are counted, and nothing is written',
    async () => {
      const type = unique('custom.many');
      const events = Array.from({ length: 120 }, (_, index) => ({ id: unique('many'), type, data: { index } }));
      await service.api.post('/v1/events/batch', { events });
      await recordedEvent(service.api, events.at(-1)!.id);
      await until(
        async () => (await service.api.get(`/v1/events?type=${type}&limit=200`)).body.items.length === 120,
        'all events',
        40_000,
      );
      const answer = await backtest({ event_type: type }, 1_000);
      expect([answer.fired, answer.firings.length]).toEqual([120, 100]);
      const saved = await createRule(service.api, [endpoint], { event_type: type });
      const again = await service.api.post(`/v1/alert-rules/${saved.id}/test`, { last: 200 });
      expect(again.body.fired).toBe(120);
      expect((await service.api.get(`/v1/deliveries?rule_id=${saved.id}`)).body.items).toEqual([]);
    },
    LONG,
  );
});
