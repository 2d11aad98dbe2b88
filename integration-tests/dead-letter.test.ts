import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { deliverOne, deliveryWith } from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

const ONE_ATTEMPT = { retry_policy: { maximum_attempts: 1 } };

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

const letterOf = async (id: string) => (await service.api.get(`/v1/dead-letters/${id}`)).body;
const workflowOf = (id: string) => service.temporal.workflow.getHandle(`dead-letter/${id}`);
const statusOf = (id: string) => workflowOf(id).query<{ phase: string; last_decision: string | null }>('status');
const retry = (id: string) => service.api.post(`/v1/dead-letters/${id}/retry`);

/** A delivery that failed once and waits. */
async function parked(fields: { endpoint?: object; rule?: object } = {}) {
  receiver.answer(500);
  const made = await deliverOne(service.api, receiver.url, {
    ...fields,
    endpoint: { ...ONE_ATTEMPT, ...fields.endpoint },
  });
  await deliveryWith(service.api, made.delivery.id, 'dead_lettered');
  return { ...made, id: made.delivery.id as string };
}

describe('a parked dead letter', () => {
  test('is listed, can be read, and its workflow can be signalled as soon as the status says so', async () => {
    const { id, endpoint, rule, eventId } = await parked();
    await workflowOf(id).signal('retry');
    await receiver.arrived(2);
    await deliveryWith(service.api, id, 'dead_lettered');
    const listed = await service.api.get(`/v1/dead-letters?endpoint_id=${endpoint.id}&rule_id=${rule.id}`);
    expect(listed.body.items).toMatchObject([
      {
        id,
        status: 'waiting',
        reason: 'maximum_attempts',
        last_error: 'HTTP 500',
        rounds: 2,
        event_id: eventId,
        closed_at: null,
      },
    ]);
    expect(listed.body.items[0].workflow).toMatchObject({
      id: `dead-letter/${id}`,
      url: expect.stringContaining('/workflows/'),
    });
    expect(await letterOf(id)).toEqual(listed.body.items[0]);
    expect((await service.api.get('/v1/dead-letters?status=discarded')).body.items).toEqual([]);
  });

  test('retried by REST: a fresh round, attempt numbers go on, and it closes when it arrives', async () => {
    const { id } = await parked();
    receiver.answer(200);
    expect(await retry(id)).toMatchObject({ status: 202, body: { id, status: 'accepted' } });
    const settled = await deliveryWith(service.api, id, 'succeeded');
    expect(settled.attempts).toMatchObject([
      { number: 1, outcome: 'http_error' },
      { number: 2, outcome: 'success' },
    ]);
    expect(settled.round).toBe(2);
    expect(await workflowOf(id).result()).toBe('succeeded');
    expect(await letterOf(id)).toMatchObject({ status: 'succeeded', closed_at: expect.any(String) });
    expect(await retry(id)).toMatchObject({ status: 409, body: { code: 'already_closed' } });
  });

  test('that fails again waits again, in the same run of its workflow', async () => {
    const { id } = await parked();
    const before = await workflowOf(id).describe();
    await retry(id);
    await receiver.arrived(2);
    await until(
      async () => (await letterOf(id)).rounds === 2 && (await letterOf(id)).status === 'waiting',
      'it to wait again',
    );
    expect((await workflowOf(id).describe()).runId).toBe(before.runId);
    receiver.answer(200);
    await retry(id);
    expect(await deliveryWith(service.api, id, 'succeeded')).toMatchObject({ attempt_count: 3, round: 3 });
  });

  test('ignores a retry while a round is under way', async () => {
    const { id } = await parked();
    const answers: (() => void)[] = [];
    receiver.answer((response) => void answers.push(() => response.writeHead(500).end()));
    await retry(id);
    await receiver.arrived(2);
    expect(await retry(id)).toMatchObject({ status: 409, body: { code: 'in_progress' } });
    await workflowOf(id).signal('retry');
    expect((await statusOf(id)).phase).toBe('in_round');
    for (const answer of answers) answer();
    await deliveryWith(service.api, id, 'dead_lettered');
    expect((await statusOf(id)).phase).toBe('waiting');
    expect(receiver.received).toHaveLength(2);
  });

  test('discarded: closed with the reason, nothing is sent', async () => {
    const { id } = await parked();
    expect((await service.api.post(`/v1/dead-letters/${id}/discard`, { reason: 'known outage' })).status).toBe(202);
    expect(await deliveryWith(service.api, id, 'discarded')).toMatchObject({ reason: 'known outage' });
    expect(await letterOf(id)).toMatchObject({ status: 'discarded', closed_reason: 'known outage' });
    expect(await workflowOf(id).result()).toBe('discarded');
    expect(receiver.received).toHaveLength(1);
  });

  test('discarded during a round that fails: the discard holds', async () => {
    const { id } = await parked();
    const answers: (() => void)[] = [];
    receiver.answer((response) => void answers.push(() => response.writeHead(500).end()));
    await retry(id);
    await receiver.arrived(2);
    await service.api.post(`/v1/dead-letters/${id}/discard`);
    for (const answer of answers) answer();
    expect(await deliveryWith(service.api, id, 'discarded')).toMatchObject({ reason: 'discarded by key_bootstrap' });
  });
});

describe('the endpoint at a retry', () => {
  test('off: REST answers 409, a signal leaves it parked and its details say so', async () => {
    const { id, endpoint } = await parked();
    await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: false });
    expect(await retry(id)).toMatchObject({ status: 409, body: { code: 'endpoint_disabled' } });
    await workflowOf(id).signal('retry');
    const refused = await until(async () => {
      const status = await statusOf(id);
      return status.last_decision?.startsWith('retry refused') && status;
    }, 'the retry to be refused');
    expect(refused.phase).toBe('waiting');
    const metadata = await workflowOf(id).query<{ currentDetails?: string }>('__temporal_workflow_metadata');
    expect(metadata.currentDetails).toContain('switched off');
    await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: true });
    receiver.answer(200);
    expect((await retry(id)).status).toBe(202);
    await deliveryWith(service.api, id, 'succeeded');
  });

  test('deleted: it ends as skipped', async () => {
    const { id, endpoint } = await parked();
    await service.api.delete(`/v1/webhooks/${endpoint.id}`);
    expect((await retry(id)).status).toBe(202);
    expect(await deliveryWith(service.api, id, 'skipped')).toMatchObject({ reason: 'endpoint_deleted' });
    expect(await letterOf(id)).toMatchObject({ status: 'skipped' });
  });

  test("changed: the round follows the present policy, and the rule's state does not matter", async () => {
    const { id, endpoint, rule } = await parked();
    await service.api.patch(`/v1/webhooks/${endpoint.id}`, {
      retry_policy: { maximum_attempts: 2, initial_interval: '1s', maximum_interval: '1s', jitter: 0 },
    });
    await service.api.delete(`/v1/alert-rules/${rule.id}`);
    receiver.answer(503, 200);
    await retry(id);
    expect(await deliveryWith(service.api, id, 'succeeded')).toMatchObject({ attempt_count: 3 });
  });

  test('mended after a 410: re-enabled by PATCH, then retried', async () => {
    receiver.answer(410);
    const { delivery, endpoint } = await deliverOne(service.api, receiver.url);
    await deliveryWith(service.api, delivery.id, 'dead_lettered');
    expect(await retry(delivery.id)).toMatchObject({ status: 409, body: { code: 'endpoint_disabled' } });
    const enabled = await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: true });
    expect(enabled.body).toMatchObject({ health: 'healthy', disabled_reason: null });
    receiver.answer(200);
    await retry(delivery.id);
    await deliveryWith(service.api, delivery.id, 'succeeded');
  });
});

/** What retention will do one day to all but the dead letter itself. */
async function removeHistory(id: string): Promise<void> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query('delete from deliveries where id = $1', [id]);
  await client.query('delete from events');
  await client.end();
}

describe('accidents', () => {
  /** A dead letter in a round, whose POST is on its way and unanswered. */
  async function inRound() {
    const made = await parked();
    const answers: ((status: number) => void)[] = [];
    receiver.answer((response) => void answers.push((status) => response.writeHead(status).end()));
    await retry(made.id);
    await receiver.arrived(2);
    return { id: made.id, answerAll: (status: number) => answers.splice(0).forEach((answer) => void answer(status)) };
  }
  const attemptsOf = async (id: string) => (await service.api.get(`/v1/deliveries/${id}`)).body.attempts;

  test('a round terminated while its POST is under way: the late failure counts, and the next retry is sent', async () => {
    const { id, answerAll } = await inRound();
    await service.temporal.workflow.getHandle(`delivery/${id}`).terminate('by accident');
    await until(async () => (await letterOf(id)).status === 'waiting', 'it to be parked again');
    answerAll(500);
    await until(async () => (await attemptsOf(id))[1]?.outcome === 'http_error', 'the late answer to be recorded');
    expect((await service.api.get(`/v1/deliveries/${id}`)).body.status).toBe('dead_lettered');
    receiver.answer(200);
    await retry(id);
    expect(await deliveryWith(service.api, id, 'succeeded')).toMatchObject({ attempt_count: 3 });
  });

  test('a late success closes a dead letter that was parked meanwhile', async () => {
    const { id, answerAll } = await inRound();
    await service.temporal.workflow.getHandle(`delivery/${id}`).terminate('by accident');
    await until(async () => (await letterOf(id)).status === 'waiting', 'it to be parked again');
    answerAll(200);
    await deliveryWith(service.api, id, 'succeeded');
    expect(await letterOf(id)).toMatchObject({ status: 'succeeded', closed_at: expect.any(String) });
    await workflowOf(id).signal('retry');
    expect(await workflowOf(id).result()).toBe('succeeded');
    expect(receiver.received).toHaveLength(2);
  });

  test('a dead-letter workflow terminated in a round: the next retry takes it up', async () => {
    const { id, answerAll } = await inRound();
    await workflowOf(id).terminate('by accident');
    answerAll(500);
    await until(async () => (await attemptsOf(id))[1]?.outcome === 'http_error', 'the round to fail');
    receiver.answer(200);
    expect((await retry(id)).status).toBe(202);
    await deliveryWith(service.api, id, 'succeeded');
    await until(async () => (await letterOf(id)).status === 'succeeded', 'the dead letter to close');
  });

  test('a dead-letter workflow cancelled: it stays parked, and a retry by REST takes it up', async () => {
    const { id } = await parked();
    await workflowOf(id).cancel();
    await until(async () => (await workflowOf(id).describe()).status.name === 'CANCELLED', 'the workflow to end');
    expect(await letterOf(id)).toMatchObject({ status: 'waiting' });
    receiver.answer(200);
    await retry(id);
    await deliveryWith(service.api, id, 'succeeded');
  });

  test('a terminated dead-letter workflow comes back with the next retry', async () => {
    const { id } = await parked();
    await workflowOf(id).terminate('by accident');
    receiver.answer(200);
    expect((await retry(id)).status).toBe(202);
    await deliveryWith(service.api, id, 'succeeded');
    await until(async () => (await letterOf(id)).status === 'succeeded', 'the dead letter to close');
  });

  test('a cancelled delivery becomes a dead letter', async () => {
    receiver.answer(500);
    const endpoint = { retry_policy: { initial_interval: '1h', maximum_interval: '1h' } };
    const { delivery } = await deliverOne(service.api, receiver.url, { endpoint });
    await deliveryWith(service.api, delivery.id, 'retrying');
    await service.temporal.workflow.getHandle(`delivery/${delivery.id}`).cancel();
    expect(await deliveryWith(service.api, delivery.id, 'dead_lettered')).toMatchObject({ reason: 'cancelled' });
  });

  test('a dead letter whose delivery retention has removed can be discarded', async () => {
    const { id } = await parked();
    await removeHistory(id);
    await service.api.post(`/v1/dead-letters/${id}/discard`);
    await until(async () => (await letterOf(id)).closed_at !== null, 'the dead letter to close');
    expect(await letterOf(id)).toMatchObject({ status: 'discarded', closed_reason: 'discarded by key_bootstrap' });
  });

  test('a dead letter outlives its delivery: what retention removed is sent all the same', async () => {
    const { id } = await parked();
    const [first] = receiver.received;
    await removeHistory(id);
    receiver.answer(200);
    await retry(id);
    await deliveryWith(service.api, id, 'succeeded');
    expect(receiver.received[1]?.text).toBe(first?.text);
  });
});
