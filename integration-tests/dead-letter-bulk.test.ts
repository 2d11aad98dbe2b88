import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { DeadLetterBulkInput, DeadLetterBulkProgress } from '../workflows/contract.ts';
import { hold, lettersWith, listLetters, parkMany, parkMore } from './harness/dead-letters.ts';
import { insertDeadLetters } from './harness/many-rows.ts';
import { type Receiver, startReceiver, withReceiver } from './harness/receiver.ts';
import { unique } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

let service: TestService;
let receiver: Receiver;
beforeAll(async () => {
  service = await startTestService();
});
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());
afterAll(() => service.close());

const LONG = 240_000;
const bulk = (decision: string, filter: object) => service.api.post(`/v1/dead-letters/${decision}`, filter);
const handleOf = (id: string) => service.temporal.workflow.getHandle(id);
const progressOf = (id: string) => handleOf(id).query<DeadLetterBulkProgress>('progress');
const detailsOf = async (id: string) =>
  (await handleOf(id).query<{ currentDetails?: string }>('__temporal_workflow_metadata')).currentDetails;
const ended = (id: string) =>
  until(async () => (await handleOf(id).describe()).status.name !== 'RUNNING', `${id} to end`, 120_000);

/** So many dead letters of one rule: these were really parked, the others are written as if they had been. */
const PARKED = 5;
async function withLetters(receiver: Receiver, count: number) {
  const made = await parkMany(service.api, receiver, PARKED);
  const of = { count: count - PARKED, endpoint_id: made.endpoint.id, rule_id: made.rule.id };
  await insertDeadLetters(service.databaseUrl, 'default', of);
  return made;
}

/** An operation as the API starts it, but for a window that a few dead letters fill. */
async function start(decision: 'retry' | 'discard', filter: object, window: number, matched: number) {
  const workflowId = unique('dead-letter-bulk/test');
  const requestedAt = new Date().toISOString();
  const input: DeadLetterBulkInput = {
    namespace: 'default',
    decision,
    filter,
    requested_at: requestedAt,
    matched,
    window,
  };
  await service.temporal.workflow.start('deadLetterBulkWorkflow', {
    taskQueue: 'exosphere-alerts',
    workflowId,
    args: [input],
  });
  return workflowId;
}

describe('a retry of many', () => {
  test(
    'is made for all that match and wait, and its progress and end can be seen',
    async () => {
      const { endpoint, rule } = await withLetters(receiver, 70);
      const other = await parkMore(service.api, receiver, endpoint.id, 2);
      receiver.answer(200);
      const { status, body } = await bulk('retry', { endpoint_id: endpoint.id, rule_id: rule.id });
      expect(status).toBe(202);
      expect(body).toEqual({
        matched: 70,
        counted_at: expect.stringMatching(/Z$/),
        id: expect.stringMatching(/^[0-9a-z]{26}$/),
        workflow: { id: expect.stringMatching(/^dead-letter-bulk\//), url: expect.stringContaining('/workflows/') },
      });
      await lettersWith(service.api, rule.id, 'succeeded', 70);
      await ended(body.workflow.id);
      const counts = { matched: 70, done: 70, failed: 0, refused: 0, under_way: 0, left: 0 };
      expect(await handleOf(body.workflow.id).result()).toEqual({ phase: 'completed', ...counts });
      expect(await progressOf(body.workflow.id)).toEqual({ phase: 'completed', ...counts });
      expect(await detailsOf(body.workflow.id)).toContain('70 dead letters matched');
      const described = await handleOf(body.workflow.id).describe();
      expect(described.staticSummary ? await described.staticSummary() : '').toContain('Retry of 70 dead letters');
      // Each arrived once more than it was refused, and those of the other rule were left alone.
      expect(receiver.received).toHaveLength(PARKED + 2 + 70);
      expect(await listLetters(service.api, other.id, 'waiting')).toHaveLength(2);
    },
    LONG,
  );

  test.concurrent(
    'has no more rounds under way than the window, and goes on as they end',
    () =>
      withReceiver(async (receiver) => {
        const { endpoint, rule } = await parkMany(service.api, receiver, 14);
        const held = hold(receiver);
        const id = await start('retry', { endpoint_id: endpoint.id }, 4, 14);
        // One of the four is held from here on until all are released: within its 30 s.
        await until(() => held.open() === 4, 'a full window', 60_000);
        for (const arrived of [5, 6, 7]) {
          held.release(1, 200);
          await receiver.arrived(14 + arrived, 60_000);
        }
        const counted = await until(async () => {
          const progress = await progressOf(id);
          return held.open() === 4 && progress.done === 3 && progress.under_way === 4 && progress;
        }, 'the three to be counted, and the window to be full again');
        expect(counted).toMatchObject({ phase: 'running', left: 7 });
        expect(await listLetters(service.api, rule.id, 'waiting')).toHaveLength(7);
        expect(held.mostOpen()).toBe(4);
        held.releaseAll(200);
        await lettersWith(service.api, rule.id, 'succeeded', 14);
        await ended(id);
      }),
    LONG,
  );

  test.concurrent(
    'that fails again is counted and not made twice',
    () =>
      withReceiver(async (receiver) => {
        const { rule } = await parkMany(service.api, receiver, 12);
        const id = await start('retry', { rule_id: rule.id }, 5, 12);
        await ended(id);
        expect(await progressOf(id)).toMatchObject({ phase: 'completed', done: 0, failed: 12, left: 0 });
        expect(receiver.received).toHaveLength(24);
        expect((await listLetters(service.api, rule.id, 'waiting')).map(({ rounds }) => rounds)).toEqual(
          Array(12).fill(2),
        );
      }),
    LONG,
  );

  test(
    'is held up by a broken endpoint for that endpoint alone',
    async () => {
      const since = new Date().toISOString();
      const healthy = await startReceiver();
      const broken = await parkMany(service.api, receiver, 6);
      const mended = await parkMany(service.api, healthy, 6);
      healthy.answer(200);
      const held = hold(receiver);
      const id = await start('retry', { since }, 2, 12);
      await lettersWith(service.api, mended.rule.id, 'succeeded', 6);
      await until(() => held.open() === 2, 'the held endpoint to have its two', 60_000);
      expect(held.mostOpen()).toBe(2);
      held.releaseAll(200);
      await lettersWith(service.api, broken.rule.id, 'succeeded', 6);
      await ended(id);
      await healthy.close();
    },
    LONG,
  );

  test.concurrent(
    'can be cancelled: what is under way goes on, the rest waits',
    () =>
      withReceiver(async (receiver) => {
        const { endpoint, rule } = await parkMany(service.api, receiver, 9);
        const held = hold(receiver);
        const id = await start('retry', { endpoint_id: endpoint.id }, 3, 9);
        await until(async () => held.open() === 3 && (await progressOf(id)).under_way === 3, 'a full window', 60_000);
        await handleOf(id).cancel();
        await ended(id);
        expect((await handleOf(id).describe()).status.name).toBe('CANCELLED');
        expect(await progressOf(id)).toMatchObject({ phase: 'cancelled', under_way: 3, left: 6 });
        expect(await detailsOf(id)).toContain('Cancelled: the 6 left stay as they were');
        held.releaseAll(200);
        await lettersWith(service.api, rule.id, 'succeeded', 3);
        expect(await listLetters(service.api, rule.id, 'waiting')).toHaveLength(6);
        expect(receiver.received).toHaveLength(9 + 3);
      }),
    LONG,
  );

  test.concurrent(
    'of an endpoint that is off: 409 when it is named; otherwise its own wait on and are counted',
    () =>
      withReceiver(async (receiver) => {
        const { endpoint, rule } = await parkMany(service.api, receiver, 3);
        await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: false });
        expect(await bulk('retry', { endpoint_id: endpoint.id })).toMatchObject({
          status: 409,
          body: { code: 'endpoint_disabled', detail: expect.stringContaining('PATCH it') },
        });
        const { body } = await bulk('retry', { rule_id: rule.id });
        await ended(body.workflow.id);
        expect(await progressOf(body.workflow.id)).toMatchObject({ done: 0, refused: 3, left: 0 });
        expect(await detailsOf(body.workflow.id)).toContain('their endpoint is off');
        expect(await listLetters(service.api, rule.id, 'waiting')).toHaveLength(3);
        expect(receiver.received).toHaveLength(3);
        // Given up they can be all the same.
        expect((await bulk('discard', { endpoint_id: endpoint.id })).body.matched).toBe(3);
        await lettersWith(service.api, rule.id, 'discarded', 3);
      }),
    LONG,
  );
});

describe('over the API', () => {
  test.concurrent(
    'many are counted before, selected by their ids, followed, and cancelled',
    () =>
      withReceiver(async (receiver) => {
        const { endpoint, rule } = await parkMany(service.api, receiver, 5);
        const letters = await listLetters(service.api, rule.id, 'waiting');
        const selected = letters.slice(0, 3).map(({ id }) => id);
        const dry = await service.api.post('/v1/dead-letters/retry?dry_run=true', { endpoint_id: endpoint.id });
        expect(dry).toMatchObject({ status: 200, body: { matched: 5, id: null, workflow: null } });
        // What comes to wait after the count is not taken with what was counted.
        const later = await parkMore(service.api, receiver, endpoint.id, 1);
        const counted = { endpoint_id: endpoint.id, parked_before: dry.body.counted_at };
        expect((await service.api.post('/v1/dead-letters/discard?dry_run=true', counted)).body).toMatchObject({
          matched: 5,
          counted_at: dry.body.counted_at,
        });
        expect((await bulk('discard', { rule_id: later.id, parked_before: dry.body.counted_at })).body.id).toBeNull();
        expect(await listLetters(service.api, later.id, 'waiting')).toHaveLength(1);
        expect((await bulk('discard', { parked_before: 'then' })).body.errors).toMatchObject([
          { path: 'parked_before' },
        ]);
        // Counted and taken by the reason that the list shows and filters by.
        const { reason } = (await service.api.get(`/v1/dead-letters/${selected[0]}`)).body;
        for (const [of, matched] of [
          [reason, 5],
          ['blocked', 0],
        ]) {
          const filter = { rule_id: rule.id, reason: of };
          expect((await service.api.post('/v1/dead-letters/retry?dry_run=true', filter)).body.matched).toBe(matched);
          const listed = (await service.api.get(`/v1/dead-letters?rule_id=${rule.id}&reason=${of}`)).body.items;
          expect(listed).toHaveLength(matched);
          for (const letter of listed) {
            expect(letter).toMatchObject({ endpoint_name: endpoint.name, rule_name: rule.name });
          }
        }
        expect((await bulk('discard', { rule_id: rule.id, reason: 'blocked' })).body.matched).toBe(0);
        const held = hold(receiver);
        const { body } = await bulk('retry', { ids: [...selected, 'dlv_00000000000000000000000000'] });
        expect(body).toMatchObject({ matched: 3, workflow: { id: `dead-letter-bulk/${body.id}` } });
        const path = `/v1/dead-letters/bulk/${body.id}`;
        const progress = async () => (await service.api.get(path)).body;
        await until(
          async () => held.open() === 3 && (await progress()).under_way === 3,
          'all three to be sent',
          60_000,
        );
        expect(await progress()).toMatchObject({ id: body.id, phase: 'running', matched: 3, done: 0, left: 0 });
        // Nothing was done by counting, nor to what was not selected.
        expect(await listLetters(service.api, rule.id, 'waiting')).toHaveLength(2);
        expect(await service.api.post(`${path}/cancel`)).toMatchObject({ status: 202, body: { status: 'accepted' } });
        await until(async () => (await progress()).phase === 'cancelled', 'it to be cancelled', 60_000);
        const again = await service.api.post(`${path}/cancel`);
        expect(again).toMatchObject({ status: 409, body: { code: 'already_ended' } });
        held.releaseAll(200);
        await lettersWith(service.api, rule.id, 'succeeded', 3);
      }),
    LONG,
  );

  test.concurrent(
    'one that was terminated does not run for ever',
    () =>
      withReceiver(async (receiver) => {
        const { rule } = await parkMany(service.api, receiver, 1);
        const held = hold(receiver);
        const { body } = await bulk('retry', { rule_id: rule.id });
        await until(() => held.open() === 1, 'it to be sent', 60_000);
        await handleOf(body.workflow.id).terminate('by accident');
        const path = `/v1/dead-letters/bulk/${body.id}`;
        expect((await service.api.get(path)).body).toMatchObject({ phase: 'cancelled', matched: 1 });
        expect((await service.api.post(`${path}/cancel`)).body.code).toBe('already_ended');
        held.releaseAll(200);
        await lettersWith(service.api, rule.id, 'succeeded', 1);
      }),
    LONG,
  );

  test('an id that is none, or too many of them, is refused', async () => {
    for (const id of ['nothing', '0'.repeat(26), 'x%2Fy']) {
      expect((await service.api.get(`/v1/dead-letters/bulk/${id}`)).status).toBe(404);
    }
    for (const ids of [[], Array(501).fill('dlv_x')]) {
      expect(await bulk('discard', { ids })).toMatchObject({ status: 422, body: { errors: [{ path: 'ids' }] } });
    }
  });
});

describe('a discard of many', () => {
  test.concurrent(
    'takes up those whose workflow somebody has terminated, and is signed by who asked',
    () =>
      withReceiver(async (receiver) => {
        const { endpoint, rule } = await withLetters(receiver, 25);
        const [terminated] = await listLetters(service.api, rule.id, 'waiting');
        await handleOf(`dead-letter/${terminated?.id}`).terminate('by accident');
        const { body } = await bulk('discard', { endpoint_id: endpoint.id });
        expect(body.matched).toBe(25);
        await lettersWith(service.api, rule.id, 'discarded', 25);
        await ended(body.workflow.id);
        expect(await progressOf(body.workflow.id)).toMatchObject({ phase: 'completed', done: 25, left: 0 });
        const letter = await service.api.get(`/v1/dead-letters/${terminated?.id}`);
        expect(letter.body).toMatchObject({ status: 'discarded', closed_reason: 'discarded by key_bootstrap' });
        expect(receiver.received).toHaveLength(PARKED);
      }),
    LONG,
  );

  test.concurrent(
    'takes those of a period, and none that came to wait after it was asked for',
    () =>
      withReceiver(async (receiver) => {
        const { endpoint, rule: early } = await parkMany(service.api, receiver, 3);
        const between = new Date().toISOString();
        const late = await parkMore(service.api, receiver, endpoint.id, 2);
        expect(
          (await bulk('discard', { endpoint_id: endpoint.id, since: between, until: between })).body,
        ).toMatchObject({
          matched: 0,
          id: null,
          workflow: null,
        });
        expect((await bulk('discard', { endpoint_id: endpoint.id, until: between })).body.matched).toBe(3);
        await lettersWith(service.api, early.id, 'discarded', 3);
        expect(await listLetters(service.api, late.id, 'waiting')).toHaveLength(2);
        const id = unique('dead-letter-bulk/test');
        const input = { namespace: 'default', decision: 'discard', filter: { endpoint_id: endpoint.id } };
        await service.temporal.workflow.start('deadLetterBulkWorkflow', {
          taskQueue: 'exosphere-alerts',
          workflowId: id,
          args: [{ ...input, requested_at: between, matched: 0 }],
        });
        await ended(id);
        expect(await listLetters(service.api, late.id, 'waiting')).toHaveLength(2);
        expect((await bulk('discard', { endpoint_id: endpoint.id, since: between })).body.matched).toBe(2);
        await lettersWith(service.api, late.id, 'discarded', 2);
      }),
    LONG,
  );
});

describe('a body', () => {
  /** An endpoint and a rule of another tenant. */
  async function foreign(): Promise<{ endpoint_id: string; rule_id: string }> {
    const { endpoint, rule } = await parkMany(service.api, receiver, 1);
    const client = new pg.Client({ connectionString: service.databaseUrl });
    await client.connect();
    await client.query(`update webhook_endpoints set namespace = 'other' where id = $1`, [endpoint.id]);
    await client.query(`update alert_rules set namespace = 'other' where id = $1`, [rule.id]);
    await client.query(`update dead_letters set namespace = 'other' where rule_id = $1`, [rule.id]);
    await client.end();
    return { endpoint_id: endpoint.id, rule_id: rule.id };
  }

  test('with ids that mean nothing here, or with anything else, is a 422 with an entry for each', async () => {
    const ids = await foreign();
    for (const decision of ['retry', 'discard']) {
      for (const body of [ids, { endpoint_id: 'we_none', rule_id: '' }]) {
        const answer = await bulk(decision, body);
        expect(answer.status).toBe(422);
        expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual(['endpoint_id', 'rule_id']);
      }
      expect((await bulk(decision, { since: 'yesterday' })).body.errors[0].path).toBe('since');
      expect((await bulk(decision, { endpoint: 'x' })).body.errors[0].path).toBe('endpoint');
      expect((await bulk(decision, [])).status).toBe(422);
      expect((await service.api.post(`/v1/dead-letters/${decision}`)).status).toBe(415);
    }
  });

  test(
    'that is empty means all that wait',
    async () => {
      const { rule } = await parkMany(service.api, receiver, 2);
      const { body } = await bulk('discard', {});
      expect(body.matched).toBeGreaterThanOrEqual(2);
      await lettersWith(service.api, rule.id, 'discarded', 2);
      await ended(body.workflow.id);
      expect((await service.api.get('/v1/dead-letters?status=waiting')).body.items).toEqual([]);
    },
    LONG,
  );

  test(
    'about an endpoint that was deleted is taken: its dead letters end as skipped when retried',
    async () => {
      const { endpoint, rule } = await parkMany(service.api, receiver, 2);
      await service.api.delete(`/v1/webhooks/${endpoint.id}`);
      expect((await bulk('retry', { endpoint_id: endpoint.id })).body.matched).toBe(2);
      await lettersWith(service.api, rule.id, 'skipped', 2);
    },
    LONG,
  );
});
