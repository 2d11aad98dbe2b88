import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { parse, stringify } from 'yaml';
import { openDatabase } from '../src/store/database.ts';
import { createStateLog } from '../src/store/state-log.ts';
import type { TestDatabase } from './harness/database.ts';
import { parkOne } from './harness/dead-letters.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { findPromtool, type Promtool } from './harness/promtool.ts';
import { query } from './harness/query.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import { createEndpoint, createRule, deliverOne, deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { startTestService } from './harness/service.ts';
import { type ServiceProcess, startServiceProcess } from './harness/service-process.ts';
import { until } from './harness/until.ts';

interface Rule {
  alert: string;
  expr: string;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
}

const RULES_FILE = join(ROOT, 'observability', 'prometheus-rules.yml');
const rulesFile: { groups: { name: string; rules: Rule[] }[] } = parse(readFileSync(RULES_FILE, 'utf8'));
const rules = rulesFile.groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(readFileSync(join(ROOT, 'observability', 'grafana-dashboard.json'), 'utf8'));
const expressions: string[] = dashboard.panels.flatMap(({ targets = [] }: { targets?: { expr: string }[] }) =>
  targets.map(({ expr }) => expr),
);

let promtool: Promtool;
let service: ServiceProcess;
let receiver: Receiver;
let database: TestDatabase;
const folder = mkdtempSync(join(tmpdir(), 'exosphere-promtool-'));
/** A scrape of a process that has accepted, repeated, refused, delivered and given up. */
let page: string;

beforeAll(async () => {
  promtool = await findPromtool();
  database = await migratedDatabase();
  service = await startServiceProcess(database.url);
  receiver = await startReceiver();
  const { api } = service;
  const { delivery, eventId, rule } = await deliverOne(api, receiver.url);
  await deliveryWith(api, delivery.id, 'succeeded');
  await sendEvent(api, rule.event_types[0], {}, { id: eventId });
  await api.post('/v1/events', { type: 'not a type', data: {} });
  receiver.answer(500);
  await parkOne(api, receiver);
  // The state of PostgreSQL is kept for some seconds, so an early scrape must not be the last; and the dead letter is an
  // event of the service's own, which is the third to be recorded.
  page = await until(async () => {
    const text = await scrape(service.url);
    const isThere =
      /^exosphere_dead_letters_waiting 1$/m.test(text) && /_recorded_total\{result="recorded"\} 3$/m.test(text);
    return isThere && text;
  }, 'a scrape that knows of the dead letter');
}, 400_000);

afterAll(async () => {
  await killAllStarted();
  await receiver?.close();
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

test('needs no key, and is in the form that Prometheus reads', async () => {
  const answer = await fetch(`${service.url}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await promtool(['check', 'metrics'], page)).toEqual({ ok: true, output: '' });
});

test('counts what came in, what was made of it and what left', () => {
  const values = {
    'exosphere_events_total{result="accepted"}': 2,
    'exosphere_events_total{result="duplicate"}': 1,
    'exosphere_events_total{result="refused"}': 1,
    'exosphere_events_total{result="unavailable"}': 0,
    'exosphere_events_recorded_total{result="recorded"}': 3,
    exosphere_event_match_duration_seconds_count: 3,
    exosphere_coalesced_list_size_sum: 2,
    'exosphere_delivery_attempts_total{outcome="success",kind="http"}': 1,
    'exosphere_delivery_attempts_total{outcome="http_error",kind="http"}': 1,
    'exosphere_delivery_attempts_total{outcome="timeout",kind="slack"}': 0,
    'exosphere_delivery_rounds_exhausted_total{kind="http"}': 1,
    'exosphere_delivery_latency_seconds_count{kind="http"}': 1,
    exosphere_dead_letters_waiting: 1,
    exosphere_oldest_pending_delivery_age_seconds: 0,
    'exosphere_endpoints{health="healthy"}': 2,
    'exosphere_endpoints{health="disabled"}': 0,
    exosphere_workers: 1,
    exosphere_postgresql_up: 1,
    'exosphere_scrape_errors_total{source="postgresql"}': 0,
    'exosphere_scrape_errors_total{source="temporal_sdk"}': 0,
    'exosphere_http_requests_total{method="POST",route="/v1/events",status="2xx"}': 3,
    'exosphere_http_requests_total{method="POST",route="/v1/events",status="4xx"}': 1,
  };
  const seen = new Map(samplesOf(page).map(({ series, value }) => [series, value]));
  expect(Object.fromEntries(Object.keys(values).map((series) => [series, seen.get(series)]))).toEqual(values);
  // Temporal's SDK counts on the same page.
  expect(
    seen.get('temporal_num_pollers{namespace="it-metrics",poller_type="workflow_task",task_queue="exosphere-alerts"}'),
  ).toBeGreaterThan(0);
});

test('has no label that grows with what users make', async () => {
  const before = new Set(samplesOf(await scrape(service.url)).map(({ series }) => series));
  const endpoint = await createEndpoint(service.api, receiver.url);
  receiver.answer(200);
  for (let n = 0; n < 3; n += 1) {
    const rule = await createRule(service.api, [endpoint.id], { event_type: unique('custom.kind') });
    const id = await sendEvent(service.api, rule.event_types[0]);
    await receiver.arrived(3 + n);
    await service.api.get(`/v1/events/${id}`);
    await fetch(`${service.url}/v1/${id}`);
  }
  await service.api.get('/v1/webhooks');
  const added = samplesOf(await scrape(service.url))
    .map(({ series }) => series)
    .filter((series) => !before.has(series) && /^exosphere_/.test(series));
  // Routes that were not called before are all that is new.
  expect(added.filter((series) => !/route="(\/v1\/(webhooks|events\/\{id\})|none)"/.test(series))).toEqual([]);
});

test('the oldest pending delivery is one that nobody has tried though nothing holds it back', async () => {
  const copy = (id: string, age: string, fields: object) =>
    query(
      database.url,
      `insert into deliveries select made.* from
         (select d from deliveries d where status = 'succeeded' order by id limit 1) one,
         jsonb_populate_record(one.d, $1::jsonb || jsonb_build_object('id', $2::text, 'status', 'pending',
           'created_at', now() - $3::interval)) made`,
      [JSON.stringify({ attempts: 0, waits_for: null, ...fields }), `dlv_${id}`, age],
    );
  try {
    await copy('0held', '5 hours', { waits_for: 'circuit', next_attempt_at: new Date(Date.now() + 3_600_000) });
    await copy('0behind', '5 hours', { waits_for: 'earlier_message' });
    // A person's retry makes it pending again.
    await copy('0again', '5 hours', { attempts: 3 });
    await copy('0stuck', '1 hour', {});
    const age = await until(async () => {
      const text = await scrape(service.url);
      const [, seconds] = /^exosphere_oldest_pending_delivery_age_seconds (\S+)$/m.exec(text) ?? [];
      return Number(seconds) > 0 && Number(seconds);
    }, 'the one that is stuck to show');
    expect(age).toBeGreaterThanOrEqual(3_600);
    expect(age).toBeLessThan(4 * 3_600);
  } finally {
    await query(database.url, `delete from deliveries where id like 'dlv\\_0%' and length(id) < 20`);
  }
});

test('a look that takes too long is stopped by PostgreSQL itself', async () => {
  const own = await openDatabase({ url: database.url, maxConnections: 2 });
  const holder = new pg.Client({ connectionString: database.url });
  await holder.connect();
  try {
    await holder.query('begin; lock table dead_letters');
    const read = createStateLog(own.sql, Date.now).read();
    await expect(read).rejects.toThrow('canceling statement due to statement timeout');
  } finally {
    await holder.end();
    await own.close();
  }
});

test('is described in docs/operations.md, name by name', () => {
  const described = new Set(
    readFileSync(join(ROOT, 'docs', 'operations.md'), 'utf8').match(/(?<=^\| `)exosphere_\w+/gm),
  );
  const families = page.match(/(?<=^# TYPE )exosphere_\w+/gm);
  expect(new Set(families)).toEqual(described);
});

test('a worker has it too, beside its probes', async () => {
  const worker = await startTestService({ role: 'worker', databaseUrl: database.url });
  try {
    const text = await scrape(worker.url);
    expect(text).toMatch(/^exosphere_workers 2$/m);
    expect(text).toMatch(/^exosphere_build_info\{version="[^"]+",role="worker"\} 1$/m);
  } finally {
    await worker.close();
  }
});

describe('the alert rules', () => {
  test('are rules that promtool takes, each with what to do', async () => {
    expect(await promtool(['check', 'rules', RULES_FILE])).toMatchObject({ ok: true });
    for (const rule of rules)
      expect(rule).toMatchObject({
        annotations: { summary: expect.stringMatching(/./), runbook: expect.stringMatching(/.{80}/) },
      });
  });

  test('ask for nothing that a real scrape does not have', () => {
    expect(unknownNames(rules.map(({ expr }) => expr))).toEqual([]);
  });

  test('fire when they should, and not when all is well', async () => {
    writeBareRules();
    const cases = join(ROOT, 'integration-tests', 'data', 'prometheus-rules.test.yml');
    const tested = readFileSync(cases, 'utf8');
    writeFileSync(join(folder, 'cases.yml'), tested);
    expect(await promtool(['test', 'rules', join(folder, 'cases.yml')])).toMatchObject({ ok: true });
    for (const { alert } of rules)
      expect({ alert, cases: tested.split(`alertname: ${alert}`).length > 2 }).toMatchObject({ cases: true });
  });

  test('say of the real scrape that a dead letter waits, and nothing else', async () => {
    writeBareRules();
    const asked = new Set(rules.flatMap(({ expr }) => namesIn(expr)));
    const series = samplesOf(page)
      .filter(({ name }) => asked.has(name))
      .map((sample) => ({ series: sample.withInstance, values: `${sample.value}x120` }));
    const alerts = rules.map(({ alert, labels }) => ({
      eval_time: '2h',
      alertname: alert,
      exp_alerts: alert === 'ExosphereDeadLettersWaiting' ? [{ exp_labels: labels }] : [],
    }));
    const test = { interval: '1m', input_series: series, alert_rule_test: alerts };
    writeFileSync(join(folder, 'real.yml'), stringify({ rule_files: ['rules.yml'], tests: [test] }));
    expect(await promtool(['test', 'rules', join(folder, 'real.yml')])).toMatchObject({ ok: true });
  });
});

describe('the dashboard', () => {
  test('asks for nothing that a real scrape does not have', () => {
    expect(expressions.length).toBeGreaterThan(25);
    expect(unknownNames(expressions)).toEqual([]);
  });

  test('asks in a way that Prometheus understands', async () => {
    const filled = expressions.map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'));
    const recorded = filled.map((expr, index) => ({ record: `panel:${index}`, expr }));
    writeFileSync(join(folder, 'panels.yml'), stringify({ groups: [{ name: 'panels', rules: recorded }] }));
    expect(await promtool(['check', 'rules', join(folder, 'panels.yml')])).toMatchObject({ ok: true });
  });
});

const scrape = async (url: string): Promise<string> => await (await fetch(`${url}/metrics`)).text();

/** The samples of a page; `withInstance` as Prometheus keeps them, which knows whom it has scraped. */
function samplesOf(text: string) {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name = '', labels, value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const series = labels === undefined ? name : `${name}{${labels}}`;
      const withInstance = `${name}{instance="a"${labels === undefined ? '' : `,${labels}`}}`;
      return { name, series, withInstance, value: Number(value) };
    });
}

const namesIn = (expr: string): string[] => expr.match(/\b(?:exosphere|temporal|nodejs|process)_\w+/g) ?? [];

function unknownNames(asked: string[]): string[] {
  const known = new Set(samplesOf(page).map(({ name }) => name));
  return [...new Set(asked.flatMap(namesIn))].filter((name) => !known.has(name));
}

/** The rules without what they say to people: promtool would have every word of it repeated in each case. */
function writeBareRules(): void {
  const groups = rulesFile.groups.map((group) => ({
    ...group,
    rules: group.rules.map(({ annotations: _, ...rule }) => rule),
  }));
  writeFileSync(join(folder, 'rules.yml'), stringify({ groups }));
}
