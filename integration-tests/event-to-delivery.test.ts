import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { startTestService, type TestService } from './harness/service.ts';

let service: TestService;
let receiver: Receiver;

beforeAll(async () => {
  service = await startTestService();
  receiver = await startReceiver();
});

afterAll(async () => {
  await service.close();
  await receiver.close();
});

test('an event that a rule matches arrives, signed in both forms', async () => {
  const { body: endpoint } = await service.api.post('/v1/webhooks', { name: 'inbox', target_url: receiver.url });
  await service.api.post('/v1/alert-rules', {
    name: 'failed',
    event_type: 'workflow.failed',
    webhook_endpoint_id: endpoint.id,
  });
  const sent = await service.api.post(
    '/v1/events',
    '{"id":"big","type":"workflow.failed","data":{"n":12345678901234567890,"x":1.0}}',
  );
  expect(sent).toMatchObject({ status: 202, body: { id: 'big', status: 'accepted' } });
  const [request] = await receiver.arrived(1);
  expect(request?.text).toContain('"data":{"n":12345678901234567890,"x":1.0}');
  const headers = request?.headers as Record<string, string>;
  expect(new Webhook(endpoint.secret).verify(request?.text ?? '', headers)).toBeTruthy();
  expect(
    Stripe.webhooks.constructEvent(request?.text ?? '', headers['x-exosphere-signature'] ?? '', endpoint.secret),
  ).toBeTruthy();
});
