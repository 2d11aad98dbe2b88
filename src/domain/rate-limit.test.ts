import { expect, test } from '@jest/globals';
import { type Bucket, takeTurn } from './rate-limit.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const newcomer = { turnAt: null, hasLookedAgain: false };
const insistent = { turnAt: null, hasLookedAgain: true };
const fresh = (): Bucket => ({ tokens: null, tokensAt: null, queueUntil: null });

/** Everything that comes at these times, until it is sent. @returns when each is sent */
function simulate(
  perSecond: number | ((at: number) => number),
  arrivals: number[],
  lateMs = (_: number) => 0,
): number[] {
  const bucket = fresh();
  const limit = typeof perSecond === 'number' ? () => perSecond : perSecond;
  const events = arrivals.map((at) => ({ at, turnAt: null as number | null, hasLookedAgain: false }));
  const sent: number[] = [];
  for (let steps = 0; events.length > 0; steps += 1) {
    if (steps > 100_000) throw new Error('it does not end');
    events.sort((a, b) => a.at - b.at);
    const event = events.shift()!;
    const turn = takeTurn(bucket, event, limit(event.at), event.at);
    if (turn.kind === 'go') sent.push(event.at + turn.afterMs);
    else if (turn.kind === 'look_again') events.push({ ...event, at: event.at + turn.afterMs, hasLookedAgain: true });
    else events.push({ ...event, at: turn.until + lateMs(steps), turnAt: turn.until });
  }
  return sent.sort((a, b) => a - b);
}

const most = (sent: number[], windowMs: number) =>
  Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + windowMs).length));

test.each([
  [0.1, 20],
  [1, 50],
  [3, 100],
  [10, 300],
  [600, 2_000],
])('at %d a second, %d at once: all are sent, at that rate and no faster', (perSecond, count) => {
  const sent = simulate(perSecond, Array(count).fill(NOW));
  expect(sent).toHaveLength(count);
  for (const seconds of [1, 2, 10, 60])
    expect(most(sent, seconds * 1_000)).toBeLessThanOrEqual(perSecond * seconds + 1);
  expect(sent.at(-1)! - NOW).toBeLessThan((count / perSecond) * 1_000 * 1.1 + 1_000);
});

test('those who come late for their turns do not send faster, and not much later', () => {
  const late = (step: number) => (step * 7_919) % 400;
  const sent = simulate(2, Array(200).fill(NOW), late);
  expect(most(sent, 1_000)).toBeLessThanOrEqual(3);
  expect(sent.at(-1)! - NOW).toBeLessThan(130_000);
});

test('what comes slowly is sent at once', () => {
  const arrivals = Array.from({ length: 50 }, (_, index) => NOW + index * 500);
  expect(simulate(2, arrivals)).toEqual(arrivals);
});

test('a little too many wait where they are; what would wait longer is given a turn', () => {
  const bucket = fresh();
  const turns = Array.from({ length: 5 }, () => takeTurn(bucket, newcomer, 2, NOW));
  expect(turns).toEqual([
    { kind: 'go', afterMs: 0 },
    { kind: 'go', afterMs: 500 },
    { kind: 'go', afterMs: 1_000 },
    { kind: 'put_off', until: NOW + 1_500, waitsFor: 'rate_limit' },
    { kind: 'put_off', until: NOW + 2_000, waitsFor: 'rate_limit' },
  ]);
});

test('a newcomer waits behind those who have turns', () => {
  const bucket = { tokens: 1, tokensAt: NOW, queueUntil: NOW + 5_000 };
  expect(takeTurn(bucket, newcomer, 2, NOW)).toEqual({ kind: 'put_off', until: NOW + 5_500, waitsFor: 'rate_limit' });
  expect(takeTurn(bucket, { ...newcomer, turnAt: NOW }, 2, NOW)).toEqual({ kind: 'go', afterMs: 0 });
});

test('a long queue that nobody uses holds nobody up', () => {
  const bucket = { tokens: 0, tokensAt: NOW, queueUntil: NOW + 3_600_000 };
  const turn = takeTurn(bucket, newcomer, 2, NOW);
  expect(turn).toEqual({ kind: 'look_again', afterMs: 2_501 });
  expect(takeTurn(bucket, insistent, 2, NOW + 2_501)).toEqual({ kind: 'go', afterMs: 0 });
  expect(takeTurn(bucket, newcomer, 2, NOW + 2_501)).toEqual({ kind: 'go', afterMs: 500 });
});

test('a long queue that is used does', () => {
  const bucket = { tokens: 0, tokensAt: NOW, queueUntil: NOW + 3_600_000 };
  expect(takeTurn(bucket, newcomer, 2, NOW)).toMatchObject({ kind: 'look_again' });
  expect(takeTurn(bucket, { ...newcomer, turnAt: NOW }, 2, NOW + 2_000)).toMatchObject({ kind: 'go' });
  expect(takeTurn(bucket, insistent, 2, NOW + 2_501)).toMatchObject({ kind: 'put_off', until: NOW + 3_600_500 });
});

test('a change of the limit counts at once, up and down', () => {
  const bucket = { tokens: -1, tokensAt: NOW, queueUntil: null };
  expect(takeTurn({ ...bucket }, newcomer, 0.1, NOW)).toEqual({
    kind: 'put_off',
    until: NOW + 20_000,
    waitsFor: 'rate_limit',
  });
  expect(takeTurn({ ...bucket, tokens: -90 }, newcomer, 1_000, NOW)).toEqual({ kind: 'go', afterMs: 91 });
  // What was taken ahead at 1,000 a second is not paid back at 0.1 for hours.
  expect(takeTurn({ ...bucket, tokens: -900 }, newcomer, 0.1, NOW)).toMatchObject({ until: NOW + 21_000 });
});

test('a process whose clock is behind adds nothing', () => {
  const bucket = { tokens: 0, tokensAt: NOW + 60_000, queueUntil: null };
  expect(takeTurn(bucket, newcomer, 2, NOW)).toEqual({ kind: 'go', afterMs: 500 });
  expect(bucket.tokensAt).toBe(NOW + 60_000);
});
