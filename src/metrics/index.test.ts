import { expect, test } from '@jest/globals';
import { createMetrics } from './index.ts';

const attempt = { kind: 'http', outcome: 'success', duration_ms: 5, latency_ms: 9, exhausted: null };

test('what cannot be counted fails nothing, is told once, and leaves the rest to be counted', async () => {
  const errors: unknown[] = [];
  const about = { version: '1', role: 'all', ofProcess: false, onError: (error: unknown) => void errors.push(error) };
  const metrics = createMetrics(about);
  for (let n = 0; n < 3; n += 1) metrics.attempt({ ...attempt, duration_ms: 'long' as unknown as number });
  expect(errors).toEqual([expect.any(TypeError)]);
  metrics.attempt(attempt);
  metrics.events('refused', 3);
  const page = await metrics.registry.metrics();
  expect(page).toMatch(/^exosphere_delivery_attempt_duration_seconds_count\{kind="http"\} 1$/m);
  expect(page).toMatch(/^exosphere_events_total\{result="refused"\} 3$/m);
});
