import { readdirSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import type { ApiAnswer } from './harness/api.ts';
import { type OwnServers, startOwnServers } from './harness/own-servers.ts';
import { type Received, type Receiver, startReceiver } from './harness/receiver.ts';
import { createEndpoint, createRule, deliveryOf, deliveryWith, sendEvent, unique } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';
import { temporalCertificates } from './harness/temporal-certificates.ts';
import { until } from './harness/until.ts';

/*
 * After a run with known secrets everything that is kept or told is searched for them: tables, the files of the database
 * with its log of changes, logs, Temporal's histories and files, answers of the API. The receivers are as talkative as can be.
 */

const secretOf = (text: string) => `whsec_${Buffer.from(text.padEnd(32, '.')).toString('base64')}`;

/** What must be found nowhere. A further sealed column gets a line here, and its place in the run below. */
const CONFIDENTIAL = {
  'signing secret': secretOf('the-first-signing-secret'),
  'rotated secret': secretOf('the-second-signing-secret'),
  'refused secret': `${secretOf('one-with-a-wrong-form')}x`,
  'bearer token': 'bearer-token-q"u\'o<t>e&d/0451',
  'password of Basic': 'correct horse battery staple',
  'plain header': 'plain-header-value-8086',
  'refused header': 'refused-header-value-6502',
  "token of Slack's URL": 'slack-token-abcdefghijkl2001',
  'routing key': 'pager0duty0routing0key0123456789',
  'API key of a watched Temporal': 'temporal-api-key-9e107d9d372bb682',
  'client key of a watched Temporal': temporalCertificates.clientKey.split('\n')[1] as string,
  'API key': API_KEY,
};
const BASIC = `Basic ${Buffer.from(`clerk:${CONFIDENTIAL['password of Basic']}`).toString('base64')}`;
const UNENDED = "ExecutionStatus = 'Running' AND WorkflowType != 'temporalSourceWorkflow'";
/** What must be found, for a search that finds nothing proves nothing. */
const CANARY = 'canary-in-the-data-of-the-event';

const base64Forms = (text: string): string[] =>
  [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), Buffer.from(text)])
      .toString('base64')
      // The characters that depend on what stands before and after are cut off.
      .slice(offset === 0 ? 0 : 4, -4),
  );

const htmlOf = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const NEEDLES = Object.entries(CONFIDENTIAL).flatMap(([name, text]) =>
  [
    text,
    text.replace(/^whsec_/, ''),
    JSON.stringify(text).slice(1, -1),
    encodeURIComponent(text),
    htmlOf(text),
    Buffer.from(text).toString('hex'),
    ...base64Forms(text),
  ].map((form) => ({ name, form: Buffer.from(form) })),
);

/** The confidential things in a text or in bytes; quoting them would put them into the test's log. */
function found(where: string, content: string | Buffer): string[] {
  const bytes = Buffer.from(content);
  const names = NEEDLES.filter(({ form }) => bytes.includes(form)).map(({ name }) => name);
  return [...new Set(names)].map((name) => `${name} in ${where}`);
}

/** Tells all that it was sent, in every way that it can: body, status line, headers. */
function echo(status: number) {
  return (response: ServerResponse, { headers, path, text }: Received) => {
    const { authorization = '', 'x-plain': plain = '', 'x-basic': basic = '' } = headers as Record<string, string>;
    const password = Buffer.from(basic.replace('Basic ', ''), 'base64').toString();
    response.writeHead(status, `${authorization} ${plain}`, {
      'content-type': 'text/plain',
      location: `https://${plain}.example/${encodeURIComponent(authorization)}`,
      server: plain,
      'x-request-id': authorization,
    });
    const texts = [
      JSON.stringify(headers),
      `password: ${password}`,
      encodeURIComponent(JSON.stringify(headers)),
      Buffer.from(JSON.stringify(headers)).toString('base64'),
      htmlOf(authorization),
      `no such path: ${path}`,
      `cannot read: ${/"routing_key":"[^"]*"/.exec(text)?.[0] ?? 'nothing'}`,
    ];
    response.end(texts.join('\n'));
  };
}

let servers: OwnServers;
let service: TestService;
let receiver: Receiver;
const answers: string[] = [];

beforeAll(async () => {
  servers = await startOwnServers();
  service = await startTestService({
    databaseUrl: servers.databaseUrl(),
    temporal: { connection: { address: servers.temporalAddress }, namespace: 'default', uiUrl: undefined },
  });
  receiver = await startReceiver();
}, 120_000);
afterAll(async () => {
  await receiver?.close();
  await service?.close();
  await servers?.close();
}, 120_000);

/** Keeps an answer for the search. */
async function kept(answer: Promise<ApiAnswer>): Promise<ApiAnswer> {
  const given = await answer;
  answers.push(JSON.stringify([...given.headers]), JSON.stringify(given.body));
  return given;
}

/** The way of every secret: saved, sent, echoed, rotated, refused. */
async function runWithSecrets(): Promise<void> {
  const { api } = service;
  const endpoint = await createEndpoint(api, receiver.url, {
    secret: CONFIDENTIAL['signing secret'],
    headers: {
      authorization: `Bearer ${CONFIDENTIAL['bearer token']}`,
      'x-basic': BASIC,
      'x-plain': CONFIDENTIAL['plain header'],
    },
    retry_policy: { schedule: ['1s'], jitter: 0 },
  });
  const rule = await createRule(api, [endpoint.id]);
  const send = async () => (await deliveryOf(api, await sendEvent(api, rule.event_types[0], { note: CANARY }))).id;

  receiver.answer(echo(500), echo(200));
  const retried = await send();
  await deliveryWith(api, retried, 'succeeded', 60_000);
  receiver.answer(echo(302));
  const redirected = await send();
  await deliveryWith(api, redirected, 'dead_lettered', 60_000);
  const slack = { kind: 'slack', retry_policy: { schedule: ['1s'], jitter: 0 } };
  const pager = { ...slack, kind: 'pagerduty', routing_key: CONFIDENTIAL['routing key'] };
  const slackUrl = `${receiver.url}/services/T0/B0/${CONFIDENTIAL["token of Slack's URL"]}`;
  for (const [url, fields] of [
    [slackUrl, slack],
    [receiver.url, pager],
  ] as const) {
    receiver.answer(echo(500), echo(200));
    const channel = (await kept(api.post('/v1/webhooks', { name: unique('channel'), target_url: url, ...fields })))
      .body;
    const { event_types: types } = await createRule(api, [channel.id]);
    const { id } = await deliveryOf(api, await sendEvent(api, types[0], { note: CANARY }));
    await deliveryWith(api, id, 'succeeded', 60_000);
    await kept(api.get(`/v1/deliveries/${id}`));
    await kept(api.get(`/v1/webhooks/${channel.id}`));
  }
  receiver.answer(echo(302));
  const test = await kept(api.post(`/v1/webhooks/${endpoint.id}/test`));
  expect(test.body.response_excerpt).toContain('••••••••');
  const rotated = await api.post(`/v1/webhooks/${endpoint.id}/rotate-secret`, {
    secret: CONFIDENTIAL['rotated secret'],
  });
  expect(rotated.status).toBe(200);
  receiver.answer(echo(200));
  await kept(api.post(`/v1/deliveries/${retried}/redeliver`));
  const again = await until(
    async () => {
      const { body } = await api.get(`/v1/deliveries/${retried}`);
      return body.attempts[2]?.outcome && body;
    },
    'the redelivery',
    60_000,
  );
  expect(again.attempts[2].response_excerpt).toContain('••••••••');
  await kept(api.post(`/v1/dead-letters/${redirected}/retry`));
  await deliveryWith(api, redirected, 'succeeded', 60_000);
  receiver.answer((response) => response.socket?.end(`HTTP/1.1 ${CONFIDENTIAL['plain header']}\r\n\r\n`));
  await kept(api.post(`/v1/webhooks/${endpoint.id}/test`));

  // A server that is away: its watcher tries with all of them, and tells of it.
  const { authority, clientCert, clientKey } = temporalCertificates;
  const source = {
    ...{ name: unique('source'), address: '127.0.0.1:1025', namespace: 'theirs' },
    tls: { ca: authority, client_cert: clientCert, client_key: clientKey },
    api_key: CONFIDENTIAL['API key of a watched Temporal'],
  };
  const watched = await kept(api.post('/v1/sources/temporal', source));
  expect(watched.body).toMatchObject({ health: 'failing', api_key_hint: '…b682' });
  await kept(api.get('/v1/sources/temporal'));
  await kept(api.post('/v1/sources/temporal', { ...source, tls: { ...source.tls, client_cert: authority } }));
  await kept(api.post('/v1/sources/temporal', { ...source, api_key: `${source.api_key}\n` }));
  await kept(api.get('/v1/audit-log'));

  const refused = { name: unique('refused'), target_url: receiver.url };
  const headers = { 'x-plain': CONFIDENTIAL['refused header'] };
  await kept(api.post('/v1/webhooks', { ...refused, secret: CONFIDENTIAL['refused secret'] }));
  await kept(api.post(`/v1/webhooks/${endpoint.id}/rotate-secret`, { secret: CONFIDENTIAL['refused secret'] }));
  await kept(api.post(`/v1/webhooks/${endpoint.id}/rotate-secret`, { secret: CONFIDENTIAL['rotated secret'] }));
  await kept(api.post('/v1/webhooks', { ...refused, headers: { 'x-plain': `${headers['x-plain']}\n` } }));
  await kept(api.post('/v1/webhooks', { ...refused, headers: [headers['x-plain']] }));
  await kept(api.post('/v1/webhooks', { ...refused, name: endpoint.name, headers }));
  await kept(api.post('/v1/webhooks', `{"secret": "${CONFIDENTIAL['refused secret']}" oops`));
  await kept(api.post('/v1/webhooks', `${CONFIDENTIAL['refused secret']}`));
  await kept(api.patch(`/v1/webhooks/${endpoint.id}`, { secret: CONFIDENTIAL['refused secret'] }));
  await kept(api.patch(`/v1/webhooks/${endpoint.id}`, { headers: { 'x-plain': { value: headers['x-plain'] } } }));
  for (const path of ['webhooks', 'alert-rules', 'events', 'deliveries', 'dead-letters?status=succeeded']) {
    const { body } = await kept(api.get(`/v1/${path}`));
    for (const { id } of body.items) await kept(api.get(`/v1/${path.split('?')[0]}/${id}`));
  }
  await until(
    // But for the watcher, which waits for its server for ever.
    async () => (await service.temporal.workflow.count(UNENDED)).count === 0,
    'every workflow to end',
    60_000,
  );
}

/** Strings and bytes in whatever was given, one a line. */
function textsIn(value: unknown, texts: string[] = []): string[] {
  if (typeof value === 'string') texts.push(value);
  else if (value instanceof Uint8Array) texts.push(Buffer.from(value).toString('utf8'));
  else if (typeof value === 'object' && value !== null) for (const each of Object.values(value)) textsIn(each, texts);
  return texts;
}

async function tables(): Promise<Map<string, string>> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  try {
    await client.query('checkpoint');
    const { rows } = await client.query("select tablename from pg_tables where schemaname = 'public'");
    const contents = new Map<string, string>();
    for (const { tablename } of rows) {
      const all = await client.query(`select row_to_json(t)::text as text from ${pg.escapeIdentifier(tablename)} t`);
      contents.set(tablename, all.rows.map(({ text }) => text).join('\n'));
    }
    return contents;
  } finally {
    await client.end();
  }
}

async function histories(): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for await (const { workflowId, runId } of service.temporal.workflow.list()) {
    const handle = service.temporal.workflow.getHandle(workflowId, runId);
    const [history, { raw }] = await Promise.all([handle.fetchHistory(), handle.describe()]);
    contents.set(`${workflowId} ${runId}`, textsIn([history, raw]).join('\n'));
  }
  return contents;
}

test('no secret is in any table, file, log, history or answer', async () => {
  await runWithSecrets();

  const rows = await tables();
  expect([...rows].flatMap(([table, text]) => found(`table ${table}`, text))).toEqual([]);
  expect([...rows.keys()]).toEqual(
    expect.arrayContaining(['webhook_endpoints', 'delivery_attempts', 'service_events']),
  );
  expect(rows.get('events')).toContain(CANARY);
  expect(rows.get('delivery_attempts')).toContain('••••••••');

  const runs = await histories();
  expect([...runs].flatMap(([run, text]) => found(`history ${run}`, text))).toEqual([]);
  expect([...runs.values()].some((text) => text.includes(CANARY))).toBe(true);
  expect([...runs.keys()].filter((run) => run.startsWith('delivery/')).length).toBeGreaterThanOrEqual(2);

  const log = JSON.stringify(service.log);
  expect(found('the log', log)).toEqual([]);
  expect(log).toContain('"msg":"attempt"');
  expect(answers.flatMap((text, index) => found(`answer ${index}: ${text.slice(0, 60)}`, text))).toEqual([]);
  expect(answers.join('\n')).toContain(CANARY);
  expect(answers.join('\n')).toContain('••••••••');

  // Now nobody writes any more, and no file goes while it is read.
  await service.stop();
  await servers.temporal.stop();
  await servers.postgres.stop();
  let files = 0;
  let withCanary = 0;
  for (const entry of readdirSync(servers.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    expect(found(`file ${entry.name}`, bytes)).toEqual([]);
    files += 1;
    if (bytes.includes(CANARY)) withCanary += 1;
  }
  // The table, the log of changes, and Temporal's own file at least.
  expect(files).toBeGreaterThan(500);
  expect(withCanary).toBeGreaterThanOrEqual(3);
}, 300_000);
