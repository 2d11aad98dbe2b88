import { expect, test } from '@jest/globals';
import { notifyAlert } from '../src/domain/alert-body.ts';
import type { CandidateRule } from '../src/store/candidate-rule.ts';
import { deliveriesOf } from './alert-deliveries.ts';

test('a large event for a thousand endpoints does not fill the memory: each body is made when it is read', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `we_${index}`);
  const endpoint = { name: 'e', kind: 'http' as const, is_active: true, retry_policy: null };
  const rule: CandidateRule = {
    id: 'ar_1',
    name: 'rule',
    revision: 1,
    condition: null,
    event_types: ['custom.large'],
    severity: 'error',
    webhook_endpoint_ids: ids,
    retry_policy: null,
    trigger: { kind: 'event' },
    resolve: null,
    notify: null,
    meaning: '',
    endpoints: Object.fromEntries(ids.map((id) => [id, endpoint])),
  };
  const time = '2026-01-01T00:00:00.000Z';
  const data = { text: 'x'.repeat(250_000) };
  const event = { id: '1', source: '/t', type: 'custom.large', subject: null, time, data, extensions: {} };
  let serial = 0;
  const newId = (prefix: string) => `${prefix}_${++serial}`;
  const before = process.memoryUsage().heapUsed;
  const deliveries = deliveriesOf(notifyAlert('al_1', rule, event, time), rule, {
    namespace: 'default',
    eventRef: 'ev_1',
    publicUrl: undefined,
    newId,
  });
  // All bodies together are 250 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 1024 * 1024);
  const { id, body, characters } = deliveries[999]!;
  expect(JSON.parse(body)).toMatchObject({ id, data: { event: { data } } });
  expect(Math.abs(body.length - characters)).toBeLessThan(1_000);
});
