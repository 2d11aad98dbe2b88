import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parkOne } from './harness/dead-letters.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* The gauges of what stands in PostgreSQL, against plain counts over many rows, of namespaces that nobody names. */

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
}, 120_000);
afterAll(async () => {
  await receiver?.close();
  await service?.close();
});

/** Copies a row as it is, but for what `changes` makes of it: a JSON object over the number `n` of the copy. */
const copies = (table: string, count: number, changes: string) =>
  query(
    service.databaseUrl,
    `insert into ${table} select (jsonb_populate_record(null::${table}, to_jsonb(t) || ${changes})).*
     from (select * from ${table} limit 1) t, generate_series(1, ${count}) n`,
  );

async function gauges(): Promise<Record<string, number>> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  const ofState = /^(exosphere_(?:dead_letters_waiting|endpoints|oldest_pending\w+|workers|postgresql_up)\S*) (\S+)$/gm;
  return Object.fromEntries([...text.matchAll(ofState)].map(([, series, value]) => [series, Number(value)]));
}

test('say what SQL counts', async () => {
  receiver.answer(404);
  await parkOne(service.api, receiver);
  const namespace = "'of-' || n % 4";
  await copies(
    'dead_letters',
    60,
    `jsonb_build_object('namespace', ${namespace}, 'delivery_id', 'dlv_copy' || n,
       'status', case when n % 3 = 0 then 'discarded' else 'waiting' end)`,
  );
  await copies(
    'webhook_endpoints',
    40,
    `jsonb_build_object('namespace', ${namespace}, 'id', 'we_copy' || n, 'name', 'copy' || n, 'is_active', n % 5 <> 0,
       'health', case n % 3 when 0 then 'healthy' when 1 then 'failing' else 'disabled' end,
       'disabled_reason', case n % 3 when 2 then 'copied' end)`,
  );
  // Ids sort by creation time: the first of a namespace is its oldest.
  await copies(
    'deliveries',
    30,
    `jsonb_build_object('namespace', ${namespace}, 'id', 'dlv_copy' || to_char(n, 'FM000'),
       'status', case when n < 10 then 'succeeded' else 'pending' end, 'attempts', 0, 'created_at', now() - interval '1 hour' * (100 - n))`,
  );

  const [counted] = await query(
    service.databaseUrl,
    `select (select count(*)::int from dead_letters where status = 'waiting') as waiting,
       (select min(created_at) from deliveries where status = 'pending') as oldest,
       (select json_object_agg(health, n) from
         (select health, count(*) as n from webhook_endpoints where is_active group by 1) h) as endpoints`,
  );
  expect([counted.waiting, Object.keys(counted.endpoints).sort()]).toEqual([41, ['disabled', 'failing', 'healthy']]);
  // One look serves the scrapes of some seconds.
  const seen = await until(async () => {
    const found = await gauges();
    return found.exosphere_dead_letters_waiting === counted.waiting && found;
  }, 'a look at all of it');
  const { exosphere_oldest_pending_delivery_age_seconds: age, ...others } = seen;
  expect(others).toEqual({
    exosphere_postgresql_up: 1,
    exosphere_dead_letters_waiting: counted.waiting,
    exosphere_workers: 1,
    ...Object.fromEntries(
      Object.entries(counted.endpoints).map(([health, n]) => [`exosphere_endpoints{health="${health}"}`, n]),
    ),
  });
  // It grows while we look; the next oldest is an hour younger.
  const ageNow = (Date.now() - counted.oldest.getTime()) / 1_000;
  expect(age).toBeLessThanOrEqual(ageNow);
  expect(age).toBeGreaterThan(ageNow - 600);
  expect(ageNow).toBeGreaterThan(89 * 3_600);
}, 120_000);
