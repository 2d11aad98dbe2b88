import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import {
  createEndpoint,
  createRule,
  deliverOne,
  deliveryOf,
  deliveryWith,
  sendBatch,
  sendEvent,
} from './harness/scenario.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { until } from './harness/until.ts';

/* What waits for hours ends at once when it must not be sent any more. */

const PATIENT = 60_000;
jest.setTimeout(180_000);
const HOURLY = { retry_policy: { initial_interval: '1h', maximum_interval: '1h', jitter: 0 } };

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

/** A delivery that failed once and whose next attempt is due in an hour. */
async function waiting() {
  receiver.answer(500);
  const made = await deliverOne(service.api, receiver.url, { endpoint: HOURLY });
  const delivery = await deliveryWith(service.api, made.delivery.id, 'retrying', PATIENT);
  await sleeps(delivery.id);
  expect(Date.parse(delivery.next_attempt_at) - Date.now()).toBeGreaterThan(1_800_000);
  return { ...made, id: delivery.id as string };
}

/** What Temporal says of a workflow; undefined where there is none, or none yet. */
async function described(workflowId: string) {
  try {
    return await service.temporal.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

const isClosed = (workflowId: string) =>
  until(async () => (await described(workflowId))?.status.name === 'COMPLETED', `${workflowId} to complete`, PATIENT);

/** Its workflow has looked at it and sleeps until its next attempt. */
const sleeps = (deliveryId: string) =>
  until(
    async () => {
      const found = await described(`delivery/${deliveryId}`);
      return found?.raw.pendingActivities?.some(({ attempt }) => Number(attempt) > 1);
    },
    `delivery ${deliveryId} to sleep`,
    PATIENT,
  );

describe('a delivery that waits for an hour ends now', () => {
  test.each(['endpoint switched off', 'endpoint deleted', 'rule switched off', 'rule deleted'])('%s', async (what) => {
    const { id, endpoint, rule } = await waiting();
    const path = what.startsWith('endpoint') ? `/v1/webhooks/${endpoint.id}` : `/v1/alert-rules/${rule.id}`;
    const { api } = service;
    const answer = what.endsWith('deleted') ? await api.delete(path) : await api.patch(path, { is_active: false });
    expect([200, 204]).toContain(answer.status);
    const ended = await deliveryWith(api, id, 'skipped', PATIENT);
    expect(ended).toMatchObject({ reason: what.replaceAll(' ', '_'), next_attempt_at: null, attempt_count: 1 });
    await isClosed(`delivery/${id}`);
    await isClosed(`recheck/${what.startsWith('endpoint') ? endpoint.id : rule.id}`);
    expect(receiver.received).toHaveLength(1);
  });

  test('and those of other rules and endpoints go on waiting', async () => {
    const one = await waiting();
    const other = await waiting();
    const sibling = await createRule(service.api, [one.endpoint.id]);
    const { id: siblingId } = await deliveryOf(service.api, await sendEvent(service.api, sibling.event_types[0]));
    await deliveryWith(service.api, siblingId, 'retrying', PATIENT);
    await service.api.patch(`/v1/alert-rules/${one.rule.id}`, { is_active: false });
    await deliveryWith(service.api, one.id, 'skipped', PATIENT);
    await isClosed(`recheck/${one.rule.id}`);
    for (const id of [other.id, siblingId]) {
      expect((await service.api.get(`/v1/deliveries/${id}`)).body.status).toBe('retrying');
    }
  });

  test('many of a list, those in a group among them', async () => {
    receiver.answer(500);
    const endpoint = await createEndpoint(service.api, receiver.url, HOURLY);
    const { event_types } = await createRule(service.api, [endpoint.id]);
    await sendBatch(service.api, event_types[0], 40);
    const withStatus = async (status: string) =>
      (await service.api.get(`/v1/deliveries?endpoint_id=${endpoint.id}&status=${status}&limit=200`)).body.items.length;
    await until(async () => (await withStatus('retrying')) === 40, 'all to have failed once', PATIENT);
    await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: false });
    await until(async () => (await withStatus('skipped')) === 40, 'all to be skipped', PATIENT);
    await isClosed(`recheck/${endpoint.id}`);
  });
});

test('an endpoint that the service disables: what waits becomes dead letters now, and can be redelivered', async () => {
  const { id, endpoint, rule } = await waiting();
  receiver.answer(410);
  await sendEvent(service.api, rule.event_types[0]);
  expect(await deliveryWith(service.api, id, 'dead_lettered', PATIENT)).toMatchObject({ reason: 'endpoint_disabled' });
  await isClosed(`delivery/${id}`);
  expect((await service.api.get(`/v1/webhooks/${endpoint.id}`)).body).toMatchObject({ health: 'disabled' });
  const found = () => service.api.get(`/v1/dead-letters?endpoint_id=${endpoint.id}&status=waiting`);
  await until(async () => (await found()).body.items.length === 2, 'both to wait', PATIENT);
  const enabled = await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: true });
  expect(enabled.body).toMatchObject({ health: 'healthy', disabled_reason: null, dead_letters_waiting: 2 });
  receiver.answer(200);
  expect((await service.api.post(`/v1/dead-letters/${id}/retry`)).status).toBe(202);
  await deliveryWith(service.api, id, 'succeeded', PATIENT);
});

test('an attempt on its way comes to its end first', async () => {
  const answers: (() => void)[] = [];
  receiver.answer((response) => void answers.push(() => response.writeHead(500).end()));
  const { delivery, endpoint } = await deliverOne(service.api, receiver.url, { endpoint: HOURLY });
  await receiver.arrived(1, PATIENT);
  await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: false });
  await until(
    async () => {
      const found = await described(`recheck/${endpoint.id}`);
      return Number(found?.raw.workflowExecutionInfo?.historyLength) > 10;
    },
    'a walk that found it on its way',
    PATIENT,
  );
  expect((await service.api.get(`/v1/deliveries/${delivery.id}`)).body.status).toBe('pending');
  for (const answer of answers) answer();
  expect(await deliveryWith(service.api, delivery.id, 'skipped', PATIENT)).toMatchObject({
    reason: 'endpoint_switched_off',
    attempts: [{ outcome: 'http_error' }],
  });
  await isClosed(`delivery/${delivery.id}`);
});

test('asked to look again for nothing: it goes on waiting for its time', async () => {
  const { id, endpoint } = await waiting();
  const before = Number((await described(`delivery/${id}`))?.raw.workflowExecutionInfo?.historyLength) + 5;
  await service.temporal.workflow.getHandle(`delivery/${id}`).signal('look_again');
  await until(
    async () => Number((await described(`delivery/${id}`))?.raw.workflowExecutionInfo?.historyLength) > before,
    'it to have looked',
    PATIENT,
  );
  await sleeps(id);
  expect((await service.api.get(`/v1/deliveries/${id}`)).body).toMatchObject({ status: 'retrying', attempt_count: 1 });
  await service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: false });
  await deliveryWith(service.api, id, 'skipped', PATIENT);
});
