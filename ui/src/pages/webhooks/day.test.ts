import { expect, test } from '@jest/globals';
import { dayOf } from './day.ts';

type Stats = Parameters<typeof dayOf>[0];

const statsOf = (count: number) =>
  ({
    buckets: [{ start: 'a' }, { start: 'b' }],
    endpoints: Array.from({ length: count }, (_, index) => ({
      endpoint_id: `we_${index}`,
      total: 2,
      counts: { succeeded: 1, dead_lettered: 1, discarded: 0 },
      buckets: [{ start: 'b', total: 2 }],
    })),
  }) as unknown as Stats;

test('an endpoint without deliveries has none; where there may be more than the figures have, it is not known', () => {
  expect(dayOf(statsOf(2), 'we_1')).toEqual({ values: [0, 2], label: '2 in 24 hours, 1 delivered, 1 given up' });
  expect(dayOf(statsOf(2), 'we_9')).toEqual({ values: [0, 0], label: 'No deliveries in 24 hours' });
  expect(dayOf(statsOf(200), 'we_999')).toBeUndefined();
});
