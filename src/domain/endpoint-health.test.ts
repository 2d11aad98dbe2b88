import { describe, expect, test } from '@jest/globals';
import { type EndpointRecord, judgeEndpoint } from './endpoint-health.ts';

const DAY = 86_400_000;
const record = (fields: Partial<EndpointRecord>): EndpointRecord => ({
  health: 'healthy',
  failed_attempts: 0,
  consecutive_exhausted: 0,
  failing_since: null,
  last_failed_at: null,
  said_gone: null,
  ...fields,
});
/** So many failures, the latest of them so long after the first. */
const failing = (failed_attempts: number, forMs: number) =>
  record({ failed_attempts, failing_since: new Date(0), last_failed_at: new Date(forMs) });

describe("the service's verdict on an endpoint", () => {
  test.each([
    [0, 'healthy', undefined],
    [3, 'healthy', undefined],
    [4, 'healthy', 'failing'],
    [39, 'healthy', 'failing'],
    [39, 'failing', undefined],
    [40, 'failing', 'disabled'],
    [40, 'healthy', 'disabled'],
    [0, 'failing', 'healthy'],
    [41, 'disabled', undefined],
    [0, 'disabled', undefined],
  ] as const)('%i deliveries exhausted in a row, %s → %s', (consecutive_exhausted, health, verdict) => {
    expect(judgeEndpoint(record({ consecutive_exhausted, health }))?.health).toBe(verdict);
  });

  test.each([
    [9, 6 * DAY, undefined],
    [10, 5 * DAY - 1, undefined],
    [10, 5 * DAY, 'disabled'],
    [1_000, 30 * DAY, 'disabled'],
  ] as const)('%i failures over %i ms → %s', (failures, forMs, verdict) => {
    expect(judgeEndpoint(failing(failures, forMs))?.health).toBe(verdict);
  });

  test('one 410 is enough; the reason is a sentence', () => {
    expect(judgeEndpoint(record({ said_gone: 'HTTP 410: gone' }))).toEqual({
      health: 'disabled',
      reason: 'HTTP 410: gone',
    });
    expect(judgeEndpoint(record({ consecutive_exhausted: 40 }))?.reason).toBe(
      '40 deliveries in a row were given up, with no success between',
    );
    expect(judgeEndpoint(failing(12, 5.5 * DAY))?.reason).toBe(
      'No success for 5 days: 12 attempts failed since 1970-01-01T00:00:00.000Z',
    );
  });
});
