import { expect, test } from '@jest/globals';
import { migratedDatabase } from './harness/migrated-database.ts';
import { startReceiver } from './harness/receiver.ts';
import { deliverOne, deliveryWith } from './harness/scenario.ts';
import { startTestService } from './harness/service.ts';
import { until } from './harness/until.ts';

const HOURLY = { retry_policy: { initial_interval: '1h', maximum_interval: '1h', jitter: 0 } };

test('switched off while no worker runs: noted with the change itself, and done when one comes', async () => {
  const database = await migratedDatabase();
  const receiver = await startReceiver();
  receiver.answer(500);
  const whole = await startTestService({ databaseUrl: database.url });
  const { delivery, endpoint } = await deliverOne(whole.api, receiver.url, { endpoint: HOURLY });
  await deliveryWith(whole.api, delivery.id, 'retrying', 60_000);
  await whole.stop();
  const api = await startTestService({ databaseUrl: database.url, role: 'api' });
  expect((await api.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: false })).status).toBe(200);
  await api.stop();
  const later = await startTestService({ databaseUrl: database.url });
  await deliveryWith(later.api, delivery.id, 'skipped', 60_000);
  const handle = later.temporal.workflow.getHandle(`delivery/${delivery.id}`);
  await until(async () => (await handle.describe()).status.name === 'COMPLETED', 'its workflow to close', 60_000);
  await later.stop();
  await receiver.close();
  await database.drop();
}, 150_000);
