import { expect, test } from '@jest/globals';
import { QueueFullError } from '../intake/coalescer.ts';
import type { Intake } from '../intake/intake.ts';
import { createQuota } from '../intake/quota.ts';
import { eventIntakeRoutes } from './event-intake.ts';
import type { Reply } from './route.ts';

const NAMESPACE = 'team';
const FULL = new QueueFullError('too many events wait to be accepted');

/** The two routes before an intake, with room for ten events in a time that does not pass. */
function routesBefore(intake: Intake) {
  const quota = createQuota(1, () => 0);
  const newId = () => 'ev_1';
  const [one, batch] = eventIntakeRoutes({ intake, quota, newId, now: () => 0, onEvents: () => {} });
  const send = (route: typeof one, body: unknown) => {
    const caller = { keyId: 'key_1', namespace: NAMESPACE, scopes: [] };
    const call = {
      caller,
      params: {},
      query: {},
      body,
      traceparent: undefined,
      requestId: 'r',
      recheck: () => Promise.resolve(),
      isSecure: false,
      header: () => undefined,
    };
    return route?.handle(call) as Promise<Reply>;
  };
  return {
    quota,
    sendOne: (event: unknown) => send(one, event),
    sendBatch: (events: unknown[]) => send(batch, { events }),
  };
}

const eventOf = (type = 'custom.some') => ({ type, data: {} });

test('an event that could not be taken in is not counted: there is as much room as before for its repetition', async () => {
  const { quota, sendOne, sendBatch } = routesBefore(() => Promise.reject(FULL));
  for (let time = 0; time < 30; time += 1) await expect(sendOne(eventOf())).rejects.toBe(FULL);
  await expect(sendBatch(Array.from({ length: 500 }, () => eventOf()))).rejects.toMatchObject({ status: 503 });
  expect(quota.waitMs(NAMESPACE)).toBe(0);
  for (let event = 0; event < 10; event += 1) expect(quota.take(NAMESPACE, 1)).toBe(0);
  expect(quota.take(NAMESPACE, 1)).toBe(1_000);
});

test('of a batch those are counted that were accepted, or were the fault of who sent them', async () => {
  const { quota, sendBatch } = routesBefore((event) =>
    event.type === 'custom.full' ? Promise.reject(FULL) : Promise.resolve('accepted'),
  );
  const events = [eventOf(), eventOf('custom.full'), eventOf('not a type'), ...Array(17).fill(eventOf('custom.full'))];
  const { body } = await sendBatch(events);
  const statuses = (body as { items: { status: string }[] }).items.map(({ status }) => status);
  expect(statuses.slice(0, 4)).toEqual(['accepted', 'unavailable', 'rejected', 'unavailable']);
  for (let event = 0; event < 8; event += 1) expect(quota.take(NAMESPACE, 1)).toBe(0);
  expect(quota.take(NAMESPACE, 1)).toBe(1_000);
});
