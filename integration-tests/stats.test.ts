import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Api } from './harness/api.ts';
import { apiWith } from './harness/keys.ts';
import { type DeliveryRow, insertDeliveries } from './harness/many-rows.ts';
import { query } from './harness/query.ts';
import { createEndpoint, unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ role: 'api' });
}, 120_000);
afterAll(() => service?.close());

async function inNamespace(rows: DeliveryRow[]): Promise<{ api: Api; namespace: string }> {
  const namespace = unique('counted');
  const api = await apiWith(service.url, service.api, ['admin'], { namespace });
  await insertDeliveries(service.databaseUrl, namespace, rows);
  return { api, namespace };
}

const at = (time: string) => new Date(`2026-03-01T${time}Z`);
const day = 'since=2026-03-01T10:00:00Z&until=2026-03-01T13:00:00Z';
const none = { pending: 0, retrying: 0, succeeded: 0, dead_lettered: 0, discarded: 0, skipped: 0, suppressed: 0 };

describe('the figures', () => {
  let api: Api;
  beforeAll(async () => {
    ({ api } = await inNamespace([
      { at: at('09:59:59.999'), latencyMs: 5 },
      { at: at('10:00:00'), latencyMs: 100, endpoint_id: 'we_a', rule_id: 'ar_a' },
      { at: at('10:59:59.999'), latencyMs: 300, endpoint_id: 'we_a', rule_id: 'ar_b', attempts: 2 },
      { at: at('10:30:00'), status: 'dead_lettered', endpoint_id: 'we_b', rule_id: 'ar_a', attempts: 10 },
      { at: at('12:10:00'), latencyMs: 200, endpoint_id: 'we_a', rule_id: 'ar_a' },
      { at: at('12:20:00'), status: 'retrying', endpoint_id: 'we_a', rule_id: 'ar_a' },
      { at: at('12:59:59.999'), status: 'suppressed', endpoint_id: 'we_b', rule_id: 'ar_a', attempts: 0 },
      { at: at('13:00:00'), latencyMs: 5 },
    ]));
    // Of somebody else.
    await inNamespace([{ at: at('10:10:00'), latencyMs: 9_000 }]);
  });

  test('are of the deliveries made in each bucket, empty ones too', async () => {
    const { status, body } = await api.get(`/v1/stats?${day}&bucket=1h`);
    expect(status).toBe(200);
    expect(body).toEqual({
      since: '2026-03-01T10:00:00.000Z',
      until: '2026-03-01T13:00:00.000Z',
      bucket: '1h',
      buckets: [
        {
          start: '2026-03-01T10:00:00.000Z',
          counts: { ...none, succeeded: 2, dead_lettered: 1 },
          total: 3,
          attempts: 13,
          latency_ms: { p50: 200, p95: 290, p99: 298 },
        },
        { start: '2026-03-01T11:00:00.000Z', counts: none, total: 0, attempts: 0, latency_ms: null },
        {
          start: '2026-03-01T12:00:00.000Z',
          counts: { ...none, succeeded: 1, retrying: 1, suppressed: 1 },
          total: 3,
          attempts: 2,
          latency_ms: { p50: 200, p95: 200, p99: 200 },
        },
      ],
      totals: {
        counts: { ...none, succeeded: 3, dead_lettered: 1, retrying: 1, suppressed: 1 },
        total: 6,
        attempts: 15,
        success_rate: 0.75,
        latency_ms: { p50: 200, p95: 290, p99: 298 },
      },
      now: {
        dead_letters_waiting: 0,
        failing_endpoints: 0,
        disabled_endpoints: 0,
        firing_alerts: 0,
        oldest_pending_s: null,
      },
    });
  });

  test.each([
    ['endpoint_id=we_a', { succeeded: 3, retrying: 1 }],
    ['rule_id=ar_b', { succeeded: 1 }],
    ['endpoint_id=we_b&rule_id=ar_a', { dead_lettered: 1, suppressed: 1 }],
    ['endpoint_id=we_nowhere', {}],
  ])('of %s alone', async (filter, counts) => {
    const { body } = await api.get(`/v1/stats?${day}&${filter}`);
    expect(body.totals.counts).toEqual({ ...none, ...counts });
  });

  test('of each endpoint apart, for a line beside its name', async () => {
    const { body } = await api.get(`/v1/stats?${day}&group_by=endpoint`);
    expect(body.totals.total).toBe(6);
    expect(
      body.endpoints.map((each: { endpoint_id: string; total: number }) => [each.endpoint_id, each.total]),
    ).toEqual([
      ['we_a', 4],
      ['we_b', 2],
    ]);
    expect(
      body.endpoints[0].buckets.map(({ start, total }: { start: string; total: number }) => [start, total]),
    ).toEqual([
      ['2026-03-01T10:00:00.000Z', 2],
      ['2026-03-01T12:00:00.000Z', 2],
    ]);
  });

  test('of each endpoint apart where there are very many: of the busiest 200', async () => {
    const { api: busy } = await inNamespace(
      [...Array(202).keys(), 150, 201].map((index) => ({ at: at('10:00:00'), endpoint_id: `we_${1_000 + index}` })),
    );
    const { endpoints, totals } = (await busy.get(`/v1/stats?${day}&group_by=endpoint`)).body;
    const shown = endpoints.map(({ endpoint_id }: { endpoint_id: string }) => endpoint_id);
    expect([totals.total, shown.length, ...shown.slice(0, 3)]).toEqual([204, 200, 'we_1150', 'we_1201', 'we_1000']);
  });

  test('begin in the middle of a bucket where the period does', async () => {
    const { body } = await api.get('/v1/stats?since=2026-03-01T10:20:00%2B00:00&until=2026-03-01T11:00:00Z&bucket=1d');
    expect(body.buckets).toMatchObject([{ start: '2026-03-01T00:00:00.000Z', total: 2 }]);
  });
});

test('the last 24 hours by the hour, unless another period is asked for; and how things stand now', async () => {
  const hour = 3_600_000;
  const { api, namespace } = await inNamespace([
    { at: new Date(Date.now() - 2 * hour), status: 'pending', attempts: 0 },
    { at: new Date(Date.now() - 25 * hour), latencyMs: 5 },
  ]);
  const failing = await createEndpoint(api, 'https://receiver.example/a');
  const off = await createEndpoint(api, 'https://receiver.example/b');
  await createEndpoint(api, 'https://receiver.example/c');
  await query(service.databaseUrl, "update webhook_endpoints set health = 'failing' where id = $1", [failing.id]);
  await query(
    service.databaseUrl,
    "update webhook_endpoints set health = 'disabled', disabled_reason = 'a test' where id = $1",
    [off.id],
  );
  const { body } = await api.get('/v1/stats');
  expect([24, 25]).toContain(body.buckets.length);
  expect(Date.parse(body.until) - Date.parse(body.since)).toBe(24 * hour);
  expect(body.totals).toMatchObject({ total: 1, success_rate: null, latency_ms: null });
  expect(body.now).toMatchObject({ failing_endpoints: 1, disabled_endpoints: 1, oldest_pending_s: expect.any(Number) });
  expect(body.now.oldest_pending_s).toBeGreaterThan(7_199);
  // Remembered for a moment: what is made meanwhile is in the next count.
  await insertDeliveries(service.databaseUrl, namespace, [{ at: new Date(Date.now() - hour), latencyMs: 5 }]);
  expect((await api.get('/v1/stats?bucket=30m')).body.totals.total).toBe(2);
});

test.each([
  ['bucket=7s', 'bucket', /such as 5m/],
  [`${day}&bucket=1m&since=2026-02-01T00:00:00Z`, '', /./],
  ['since=2026-02-01T00:00:00Z&until=2026-03-01T00:00:00Z&bucket=1m', 'bucket', /400 at most: ask for a longer bucket/],
  ['since=2026-03-02T00:00:00Z&until=2026-03-01T00:00:00Z', 'since', /before/],
  ['bucket=0h', 'bucket', /such as 5m/],
  ['group_by=rule', 'group_by', /./],
])('%s is a 422', async (asked, path, message) => {
  const { status, body } = await service.api.get(`/v1/stats?${asked}`);
  expect(status).toBe(422);
  expect(body.errors).toContainEqual(
    expect.objectContaining({ ...(path === '' ? {} : { path }), message: expect.stringMatching(message) }),
  );
});

test('what takes too long is given up, with what to do about it', async () => {
  const { api, namespace } = await inNamespace([]);
  const { default: pg } = await import('pg');
  const holder = new pg.Client({ connectionString: service.databaseUrl });
  await holder.connect();
  await holder.query('begin; lock table deliveries in access exclusive mode');
  try {
    const { status, body } = await api.get('/v1/stats');
    expect({ namespace, status, code: body.code }).toEqual({ namespace, status: 503, code: 'stats_too_slow' });
    expect(body.detail).toContain('shorter period');
  } finally {
    await holder.end();
  }
  expect((await api.get('/v1/stats')).status).toBe(200);
}, 60_000);
