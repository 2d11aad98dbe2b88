import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { alertRule, firing, LONG, messagesOf, told } from './harness/alerts.ts';
import { type Api, createApi } from './harness/api.ts';
import { countBy } from './harness/count-by.ts';
import type { TestDatabase } from './harness/database.ts';
import { makeKey } from './harness/keys.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { killAllStarted } from './harness/npm-start.ts';
import { type Received, type Receiver, startReceiver } from './harness/receiver.ts';
import {
  createEndpoint,
  createRule,
  recordedEvent,
  sendBatch,
  sendEvent,
  unique,
  watchedType,
} from './harness/scenario.ts';
import { type ServiceProcess, startServiceProcess, type Workflows, watchWorkflows } from './harness/service-process.ts';
import { until } from './harness/until.ts';

/*
 * Two API and two worker processes on one PostgreSQL and one Temporal. The tests come in order: the last two take a worker
 * and an API away.
 */

let database: TestDatabase;
let workflows: Workflows;
let session: pg.Client;
let apis: [ServiceProcess, ServiceProcess];
let workers: [ServiceProcess, ServiceProcess];
let one: Api;
let other: Api;
let receiver: Receiver;

beforeAll(async () => {
  database = await migratedDatabase();
  workflows = await watchWorkflows();
  session = new pg.Client({ connectionString: database.url });
  await session.connect();
  const start = (role: string) => startServiceProcess(database.url, { EXOSPHERE_ROLE: role });
  // All at the same time: they take turns with the migrations, and share the rest.
  const processes = await Promise.all([start('api'), start('api'), start('worker'), start('worker')]);
  apis = [processes[0], processes[1]];
  workers = [processes[2], processes[3]];
  [one, other] = [apis[0].api, apis[1].api];
}, 240_000);
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver?.close());
afterAll(async () => {
  await killAllStarted();
  await session?.end();
  await workflows?.close();
  await database?.drop();
}, LONG);

test(
  'the same events through both APIs at once: each recorded, delivered and attempted once; repeats are duplicates',
  async () => {
    const type = await watchedType(one, receiver.url);
    const listed = Array.from({ length: 40 }, () => unique('event'));
    const single = Array.from({ length: 20 }, () => unique('event'));
    const ids = [...listed, ...single];
    const answers = await Promise.all([
      statusesOf(one, type, listed),
      statusesOf(other, type, listed),
      ...single.flatMap((id) => [sendOne(one, type, id), sendOne(other, type, id)]),
    ]);
    for (const status of answers.flat()) expect(['accepted', 'duplicate']).toContain(status);
    await receiver.arrived(60);
    await settled();

    expect(countBy(receiver.received.map(({ text }) => JSON.parse(text).data.event.id))).toEqual(onceEach(ids));
    expect(Object.values(countBy(receiver.received.map(webhookId)))).toEqual(Array(60).fill(1));
    const attempts = await attemptsOf(type);
    expect(attempts.map(({ number, outcome }) => [number, outcome])).toEqual(Array(60).fill([1, 'success']));
    const { rows } = await session.query('select event_id from events where type = $1', [type]);
    expect(countBy(rows.map(({ event_id }) => event_id))).toEqual(onceEach(ids));

    for (const api of [one, other]) {
      expect(await statusesOf(api, type, ids)).toEqual(Array(60).fill('duplicate'));
    }
    await settled();
    expect(receiver.received).toHaveLength(60);

    // Whoever is free takes it: with time both workers do.
    await until(async () => {
      await sendEvent(one, type);
      return new Set((await attemptsOf(type)).map(({ pid }) => pid)).size === 2;
    }, 'both workers to have made attempts');
    await settled();
  },
  LONG,
);

test(
  'a rule changed through one API holds for whatever is sent through the other once it has answered',
  async () => {
    const endpoint = await createEndpoint(one, receiver.url);
    const rule = await createRule(one, [endpoint.id], { condition: 'event.data.n == 0' });
    const [type] = rule.event_types;
    for (let n = 1; n <= 6; n += 1) {
      const [changing, sending] = n % 2 === 0 ? [one, other] : [other, one];
      const changed = await changing.patch(`/v1/alert-rules/${rule.id}`, { condition: `event.data.n == ${n}` });
      expect(changed.status).toBe(200);
      // Side by side, so that both workers are likely to match.
      const events = await Promise.all([n - 1, n].map((sent) => sendEvent(sending, type, { n: sent })));
      const [before, now] = await Promise.all(events.map((id) => recordedEvent(sending, id)));
      expect(before.decisions).toEqual([expect.objectContaining({ revision: n + 1, outcome: 'not_matched' })]);
      expect(now.decisions).toEqual([expect.objectContaining({ revision: n + 1, outcome: 'matched' })]);
    }
    // What has not left yet when its rule is switched off is not sent.
    await receiver.arrived(6);
    expect((await other.patch(`/v1/alert-rules/${rule.id}`, { is_active: false })).status).toBe(200);
    const unwatched = await recordedEvent(one, await sendEvent(one, type, { n: 6 }));
    expect(unwatched.decisions).toEqual([]);
    await settled();
    expect(receiver.received).toHaveLength(6);
  },
  LONG,
);

test(
  'a count and a run that takes too long, over two workers: exactly one firing, and one resolution',
  async () => {
    const [failed, mended, started, ended] = ['failed', 'mended', 'started', 'ended'].map((what) =>
      unique(`custom.${what}`),
    ) as [string, string, string, string];
    const count = await alertRule(one, receiver, {
      event_type: failed,
      trigger: { kind: 'count', threshold: 5, window: '1h' },
      resolve: { on: mended },
    });
    const duration = await alertRule(other, receiver, {
      trigger: { kind: 'duration', longer_than: '2s', started, ended },
    });
    await Promise.all([
      sendEvent(one, started, { run_id: 'slow' }),
      ...Array.from({ length: 20 }, (_, index) => sendEvent(index % 2 === 0 ? one : other, failed)),
    ]);
    for (const { id } of [count, duration]) {
      await firing(other, id);
      await told(receiver, id, 'firing');
    }
    await Promise.all([sendEvent(other, mended), sendEvent(other, ended, { run_id: 'slow' })]);
    for (const { id } of [count, duration]) {
      await told(receiver, id, 'resolved');
      await firing(one, id, 0);
    }
    await settled();
    for (const { id } of [count, duration]) {
      expect(messagesOf(receiver, id).map(({ data }) => data.alert.status)).toEqual(['firing', 'resolved']);
    }
  },
  LONG,
);

test(
  'kill -9 of one worker under load: all arrives, and only what that worker had on its way is sent again',
  async () => {
    const held = new Map<string, ServerResponse>();
    receiver.answer(...Array(10).fill(200), (response: ServerResponse, request: Received) => {
      held.set(webhookId(request), response);
    });
    const type = await watchedType(one, receiver.url);
    const ids: string[] = [];
    const victim = await until(async () => {
      for (const api of [one, other]) {
        ids.push(...(await sendBatch(api, type, 10)));
      }
      const open = (await attemptsOf(type)).find(({ id, outcome }) => outcome === null && held.has(id));
      return workers.find(({ pid }) => pid === open?.pid);
    }, 'a worker to have something on its way');
    await victim.kill();
    const known = new Set((await attemptsOf(type)).filter(({ outcome }) => outcome === 'success').map(({ id }) => id));
    receiver.answer(200);
    for (const response of held.values()) response.writeHead(200).end();
    await until(async () => (await succeeded(type)) === ids.length, 'all to arrive');
    await settled();

    const attempts = await attemptsOf(type);
    const interrupted = attempts.filter(({ outcome }) => outcome === 'interrupted');
    expect(new Set(interrupted.map(({ pid }) => pid))).toEqual(new Set([victim.pid]));
    const repeated = new Set(interrupted.map(({ id }) => id));
    for (const id of known) expect(repeated).not.toContain(id);
    expect(Object.entries(countBy(attempts.map(({ id }) => id))).filter(([, times]) => times !== 1)).toEqual(
      [...repeated].map((id) => [id, 2]),
    );
    const posts = countBy(receiver.received.map(webhookId));
    for (const [id, times] of Object.entries(posts)) expect(times).toBeLessThanOrEqual(repeated.has(id) ? 2 : 1);
    const arrived = new Set(receiver.received.map(({ text }) => JSON.parse(text).data.event.id));
    expect(arrived).toEqual(new Set(ids));
  },
  LONG,
);

test(
  'a key revoked through one API is refused by the other, which has just used it',
  async () => {
    const { id, key } = await makeKey(one, ['webhooks:read']);
    const held = createApi(apis[1].url, key);
    expect((await held.get('/v1/webhooks')).status).toBe(200);
    expect((await one.delete(`/v1/api-keys/${id}`)).status).toBe(204);
    // Within less than the minute for which a look-up is kept: it was told.
    const refused = await until(
      async () => {
        const { status, body } = await held.get('/v1/webhooks');
        return status !== 200 && { status, code: body.code };
      },
      'the key to be refused',
      30_000,
    );
    expect(refused).toEqual({ status: 401, code: 'api_key_revoked' });
  },
  LONG,
);

test(
  'kill -9 of one API under load: the other takes what got no answer, and each event arrives once',
  async () => {
    const type = await watchedType(other, receiver.url);
    const ids: string[] = [];
    const unanswered: { id: string; error: Error }[] = [];
    let answered = 0;
    /** One after the other, until one gets no answer: so each sender has one on its way whenever the process ends. */
    const sendOn = async (): Promise<void> => {
      for (;;) {
        const id = unique('event');
        ids.push(id);
        const error = await sendOne(one, type, id).then(() => undefined, asBroken);
        if (error !== undefined) return void unanswered.push({ id, error });
        answered += 1;
      }
    };
    const senders = Promise.all(Array.from({ length: 16 }, sendOn));
    await until(() => answered >= 30, 'events to be accepted');
    await apis[0].kill();
    await senders;
    // Cut off, and not refused by a port that nobody listened on any more.
    const cut = unanswered.filter(({ error }) => (error.cause as { code?: string }).code !== 'ECONNREFUSED');
    expect(cut.length).toBeGreaterThan(0);
    for (const { id } of unanswered) expect(['accepted', 'duplicate']).toContain(await sendOne(other, type, id));
    await receiver.arrived(ids.length);
    await settled();
    expect(countBy(receiver.received.map(({ text }) => JSON.parse(text).data.event.id))).toEqual(onceEach(ids));
    await until(async () => (await succeeded(type)) === ids.length, 'all to be recorded');
  },
  LONG,
);

/** What `fetch` fails with has a cause: the connection. @throws everything else */
function asBroken(error: Error): Error {
  if (error.cause === undefined) throw error;
  return error;
}

/** Sends them as one batch, repeats too. @returns what became of each, in order. @throws Error where the API does not answer 202 */
async function statusesOf(api: Api, type: string, ids: string[]): Promise<string[]> {
  const answer = await api.post('/v1/events/batch', { events: ids.map((id) => ({ id, type, data: {} })) });
  expect(answer.status).toBe(202);
  return answer.body.items.map(({ status }: { status: string }) => status);
}

async function sendOne(api: Api, type: string, id: string): Promise<string> {
  const answer = await api.post('/v1/events', { id, type, data: {} });
  expect(answer.status).toBe(202);
  return answer.body.status;
}

/** Every attempt for events of a type, with the process that made it. */
async function attemptsOf(
  type: string,
): Promise<{ id: string; number: number; outcome: string | null; pid: number }[]> {
  const { rows } = await session.query(
    `select d.id, a.number, a.outcome, split_part(a.created_by, ':', 2)::int as pid
     from delivery_attempts a join deliveries d on d.id = a.delivery_id where d.event_type = $1 order by d.id, a.number`,
    [type],
  );
  return rows;
}

async function succeeded(type: string): Promise<number> {
  const { rows } = await session.query(
    "select count(*)::int as count from deliveries where event_type = $1 and status = 'succeeded'",
    [type],
  );
  return rows[0].count;
}

/** Nothing is accepted and not recorded, and nothing is to be sent any more. The watch of open runs stays. */
async function settled(): Promise<void> {
  const types = ['eventWorkflow', 'deliveryWorkflow', 'deliveryGroupWorkflow'].map((type) => `'${type}'`).join(', ');
  const query = `ExecutionStatus = 'Running' and WorkflowType in (${types})`;
  try {
    await until(async () => (await workflows.client.workflow.count(query)).count === 0, 'every delivery to end');
  } catch (error) {
    throw new Error(`${(error as Error).message} ${await whatIsOpen(query)}`, { cause: error });
  }
}

/** What a person would look for in the Temporal Web UI and in the log of each process. */
async function whatIsOpen(query: string): Promise<string> {
  const open: string[] = [];
  for await (const { workflowId } of workflows.client.workflow.list({ query })) {
    const { status, historyLength, raw } = await workflows.client.workflow.getHandle(workflowId).describe();
    const { pendingWorkflowTask, pendingActivities } = raw;
    open.push(
      JSON.stringify({ workflowId, status: status.name, historyLength, pendingWorkflowTask, pendingActivities }),
    );
  }
  const said = [...apis, ...workers].map((each) => each.complaints().slice(-5).join('\n'));
  return `Open: ${open.join('; ')}. Complaints: ${said.join('\n')}`;
}

const webhookId = ({ headers }: Received) => String(headers['webhook-id']);

const onceEach = (keys: string[]) => Object.fromEntries(keys.map((key) => [key, 1]));
