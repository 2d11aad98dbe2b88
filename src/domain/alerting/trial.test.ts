import { expect, test } from '@jest/globals';
import type { AcceptedEvent } from '../event.ts';
import { createJudge, createTrial, type TriedRule } from './trial.ts';
import { type TriggerInput, triggerSchema } from './trigger-schema.ts';

const START = Date.UTC(2026, 0, 1);
const SECOND = 1_000;

const event = (type: string, atS = 0, data: object = {}): AcceptedEvent => ({
  id: `${type}@${atS}`,
  source: '/test',
  type,
  subject: null,
  time: new Date(START + atS * SECOND).toISOString(),
  data,
  extensions: {},
});
const ruleOf = (trigger: TriggerInput, more: Partial<TriedRule> = {}): TriedRule => ({
  id: 'ar_1',
  event_types: ['bad'],
  trigger: triggerSchema.parse(trigger),
  resolve: null,
  ...more,
});

function sumOf(rule: TriedRule, events: AcceptedEvent[], endS?: number) {
  const trial = createTrial(rule, null, START);
  for (const one of events) trial.take(one, one.id, Date.parse(one.time));
  return trial.sum(endS === undefined ? undefined : START + endS * SECOND);
}

test('an event ends what another began, long before its time comes', () => {
  const rule = ruleOf({ kind: 'duration', longer_than: '60s', started: 'on', ended: 'off' }, { event_types: [] });
  const run = (run_id: string) => ({ run_id });
  const events = [
    event('on', 0, run('a')),
    event('on', 1, run('b')),
    event('off', 5, run('b')),
    event('off', 300, run('a')),
  ];
  const { firings } = sumOf(rule, events);
  expect(firings).toMatchObject([
    { keyText: 'run_id=a', at: START + 60 * SECOND, resolvedAt: START + 300 * SECOND, resolveReason: 'ended' },
  ]);
});

test('a run whose end is lost is given up in a trial too, and its end after that changes nothing', () => {
  const rule = ruleOf({ kind: 'duration', longer_than: '60s', started: 'on', ended: 'off' }, { event_types: [] });
  const day = 86_400;
  const { fired, firings } = sumOf(rule, [event('on', 0), event('off', 8 * day)], 9 * day);
  expect([fired, firings]).toMatchObject([
    1,
    [{ at: START + 60 * SECOND, resolvedAt: START + (60 + 7 * day) * SECOND, resolveReason: 'key_gone' }],
  ]);
});

test('time comes in its order between events, and after the last one up to now', () => {
  const rule = ruleOf({ kind: 'absence', of: 'seen', within: '60s', per: ['data.k'] }, { event_types: [] });
  const events = [event('seen', 0, { k: 'a' }), event('seen', 30, { k: 'b' }), event('seen', 100, { k: 'a' })];
  const { firings } = sumOf(rule, events, 200);
  expect(firings.map(({ keyText, at, resolveReason }) => [keyText, (at - START) / SECOND, resolveReason])).toEqual([
    ['k=a', 60, 'seen'],
    ['k=b', 90, null],
    ['k=a', 160, null],
  ]);
  expect(sumOf(rule, events).firings).toHaveLength(2);
});

test('an absence that keeps nothing apart is watched from the beginning', () => {
  const rule = ruleOf({ kind: 'absence', of: 'seen', within: '60s' }, { event_types: [] });
  expect(sumOf(rule, [event('other', 0), event('other', 70)]).firings).toMatchObject([{ at: START + 60 * SECOND }]);
  expect(sumOf(rule, [event('seen', 0), event('seen', 59), event('seen', 118)]).fired).toBe(0);
});

test('time that is asked for again and again comes to an end: a year of missed deadlines is one firing', () => {
  const rule = ruleOf({ kind: 'absence', of: 'seen', by: '06:00', timezone: 'UTC' }, { event_types: [] });
  const { fired, firings } = sumOf(rule, [event('other', 0)], 365 * 86_400);
  expect([fired, firings[0]?.at]).toEqual([1, START + 6 * 3_600_000]);
});

test('every match of a rule that tells of each, counted beyond what is shown; the others by their reasons', () => {
  const events = Array.from({ length: 150 }, (_, index) => event(index % 5 === 0 ? 'other' : 'bad', index));
  const { fired, matched, firings, notMatched } = sumOf(ruleOf({ kind: 'event' }), events);
  expect({ fired, matched, shown: firings.length, notMatched }).toEqual({
    fired: 120,
    matched: 120,
    shown: 100,
    notMatched: { other_type: 30 },
  });
});

test('a firing that is not shown ends without a trace among those that are', () => {
  const rule = ruleOf({ kind: 'count', threshold: 1, window: '10s' }, { resolve: { on: 'good' } });
  const events = Array.from({ length: 240 }, (_, index) => event(index % 2 === 0 ? 'bad' : 'good', index));
  const { fired, firings } = sumOf(rule, events);
  expect([fired, firings.length]).toEqual([120, 100]);
  expect(firings.every(({ at, resolvedAt }) => resolvedAt === at + SECOND)).toBe(true);
});

test('an event of the service about this very rule does not count', () => {
  const about = { endpoint_id: null, rule_id: 'ar_1' };
  for (const trigger of [{ kind: 'event' }, { kind: 'count', threshold: 1, window: '1m' }] as const) {
    const judge = createJudge(ruleOf(trigger), null);
    expect(judge({ ...event('bad'), about })).toMatchObject({ outcome: 'not_matched', reason: 'about_itself' });
    expect(judge({ ...event('bad'), about: { ...about, rule_id: 'ar_2' } })).toMatchObject({ outcome: 'matched' });
  }
});
