import { describe, expect, test } from '@jest/globals';
import { sampleEvent } from '../condition/sample.ts';
import { dedupKey } from '../dedup-key.ts';
import type { AcceptedEvent } from '../event.ts';
import { parseLossless } from '../lossless-json.ts';
import { keyOf } from './alert-key.ts';
import { createSides, epochOf } from './entry.ts';
import { meaningOf } from './meaning.ts';
import { type TriggerInput, triggerSchema } from './trigger-schema.ts';

const trigger = (input: TriggerInput) => triggerSchema.parse(input);
const event = (type: string, data: unknown = sampleEvent.data): AcceptedEvent => ({ ...sampleEvent, type, data });

describe('the side of an event', () => {
  const yes = () => ({ matched: true }) as const;
  const no = () => ({ matched: false, reason: 'condition_false' }) as const;
  const never = () => {
    throw new Error('the condition was asked where it does not count');
  };

  test('the condition is asked of what counts only: ends need no more than the key', () => {
    const consecutive = createSides({
      event_types: ['workflow.failed'],
      trigger: trigger({ kind: 'consecutive', threshold: 3, reset_on: 'workflow.succeeded' }),
    });
    expect(consecutive(event('workflow.failed'), yes)).toEqual({ sides: ['match'], evaluated: { matched: true } });
    expect(consecutive(event('workflow.failed'), no).sides).toEqual([]);
    expect(consecutive(event('workflow.succeeded'), never)).toEqual({ sides: ['reset'], evaluated: null });
    expect(consecutive(event('other'), never)).toEqual({ sides: [], evaluated: null });
    expect(consecutive(event('workflow.failed'))).toEqual({ sides: ['match'], evaluated: null });
  });

  test('both sides of a ratio count, and one event may be on both', () => {
    const ratio = createSides({
      trigger: trigger({ kind: 'ratio', of: 'a', against: ['a', 'b'], below: 0.9, window: '1h' }),
    });
    expect(ratio(event('a'), yes).sides).toEqual(['of', 'against']);
    expect(ratio(event('b'), yes).sides).toEqual(['against']);
    expect(ratio(event('b'), no).sides).toEqual([]);
  });

  test('a duration: its start is asked, its end is not', () => {
    const duration = createSides({ trigger: trigger({ kind: 'duration', longer_than: '1m' }) });
    expect(duration(event('workflow.started'), no).sides).toEqual([]);
    expect(duration(event('workflow.cancelled'), never).sides).toEqual(['ended']);
  });

  test('an event that counts and ends at once keeps its end where the condition says no', () => {
    const count = createSides({
      event_types: ['workflow.*'],
      trigger: trigger({ kind: 'count', threshold: 3, window: '1m' }),
      resolve: { on: 'workflow.succeeded' },
    });
    expect(count(event('workflow.succeeded'), no).sides).toEqual(['resolve']);
    expect(count(event('workflow.succeeded'), yes).sides).toEqual(['match', 'resolve']);
  });

  test('what is missed by an absence is asked too', () => {
    const absence = createSides({ trigger: trigger({ kind: 'absence', of: 'a', within: '1h' }) });
    expect(absence(event('a'), yes).sides).toEqual(['seen']);
    expect(absence(event('a'), no).sides).toEqual([]);
  });
});

describe('the key of an event', () => {
  const of = (paths: string[], data: string) => keyOf('ar_1', paths, event('a', parseLossless(data)));

  test('is the dedup key of the values, and a text for people', () => {
    const key = of(['data.graph_name', 'event.data.n'], '{"graph_name":"etl","n":12345678901234567890}');
    expect(key.dedupKey).toBe(dedupKey('ar_1', ['etl', parseLossless('12345678901234567890')]));
    expect(key.digest).toBe(key.dedupKey.split(':')[1]);
    expect(key.digest).toMatch(/^[0-9a-f]{26}$/);
    expect(key.text).toBe('graph_name=etl, n=12345678901234567890');
    expect(of(['data.n'], '{"n":12345678901234567891}').digest).not.toBe(
      of(['data.n'], '{"n":12345678901234567890}').digest,
    );
  });

  test('a value that is absent counts as null, and is not the empty text', () => {
    expect(of(['data.x'], '{}')).toEqual(of(['data.x'], '{"x":null}'));
    expect(of(['data.x.y'], '{"x":"text"}').text).toBe('y=null');
    expect(of(['data.x'], '{"x":""}').digest).not.toBe(of(['data.x'], '{}').digest);
  });

  test('what objects inherit is no value', () => {
    for (const path of ['data.constructor', 'data.__proto__', 'data.x.length']) {
      expect(of([path], '{"x":"abc"}').text).toMatch(/=null$/);
    }
  });

  test('no per: one key for all', () => {
    expect(of([], '{"a":1}')).toEqual({ ...of([], '{"b":2}'), text: '' });
  });

  test('its text is one line, cut to whole characters', () => {
    const { text } = of(
      ['data.a', 'data.b', 'data.c'],
      JSON.stringify({ a: '😀'.repeat(500), b: 'x\n\u0007y', c: ['z'] }),
    );
    expect(Array.from(text).length).toBeLessThanOrEqual(200);
    expect(text).toContain('b=x y, c=["z"]');
    expect(text.isWellFormed()).toBe(true);
  });
});

test('run_epoch is a whole number or nothing', () => {
  const epoch = (text: string) => epochOf(event('a', parseLossless(text)));
  expect(epoch('{"run_epoch":3}')).toBe(3);
  expect(epoch('{"run_epoch":3.0}')).toBe(3);
  for (const other of [
    '{}',
    '{"run_epoch":"3"}',
    '{"run_epoch":1.5}',
    '{"run_epoch":12345678901234567890}',
    '{"run_epoch":null}',
  ]) {
    expect(epoch(other)).toBeNull();
  }
});

describe('the meaning of a rule', () => {
  const rule = {
    event_types: ['workflow.failed', 'workflow.timed_out'],
    condition: 'event.data.graph_name == "etl"',
    trigger: trigger({ kind: 'count', threshold: 3, window: '60s', per: ['event.data.graph_name'] }),
    resolve: { on: 'workflow.succeeded' },
  };
  const meaning = meaningOf(rule);

  test('stays the same however it is written, and whatever else changes', () => {
    const rewritten = {
      resolve: { on: ['workflow.succeeded'] },
      trigger: trigger({ per: ['data.graph_name'], window: '1m', threshold: 3, kind: 'count' }),
      condition: rule.condition,
      event_types: rule.event_types.toReversed(),
      name: 'another name',
      severity: 'info',
      webhook_endpoint_ids: ['we_2'],
      notify: { cooldown: '5m' },
    };
    expect(meaningOf(rewritten)).toBe(meaning);
    expect(meaningOf({ ...rule, resolve: undefined })).toBe(meaningOf({ ...rule, resolve: null }));
  });

  test.each([
    ['condition', { condition: null }],
    ['event types', { event_types: ['workflow.failed'] }],
    ['resolve', { resolve: null }],
    ['threshold', { trigger: trigger({ kind: 'count', threshold: 4, window: '1m', per: ['data.graph_name'] }) }],
    ['window', { trigger: trigger({ kind: 'count', threshold: 3, window: '61s', per: ['data.graph_name'] }) }],
    ['per', { trigger: trigger({ kind: 'count', threshold: 3, window: '1m' }) }],
  ])('changes with the %s', (_, change) => {
    expect(meaningOf({ ...rule, ...change })).not.toBe(meaning);
  });
});
