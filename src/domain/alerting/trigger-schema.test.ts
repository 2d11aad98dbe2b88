import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { plainMessage } from '../plain-message.ts';
import { ruleFaults } from './rule-check.ts';
import { planTrigger } from './trigger-plan.ts';
import { notifySchema, resolveSchema, type Trigger, type TriggerInput, triggerSchema } from './trigger-schema.ts';
import { isCovered, typesBySide, watchedPatterns } from './watched-types.ts';

const faults = (schema: z.ZodType, value: unknown) => {
  const parsed = schema.safeParse(value);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${plainMessage(issue)}`);
};
const trigger = (input: TriggerInput): Trigger => triggerSchema.parse(input);

describe('a trigger that a person writes', () => {
  test.each<[unknown]>([
    [{ kind: 'event' }],
    [{ kind: 'count', threshold: 1, window: '1s' }],
    [{ kind: 'count', threshold: 1_000, window: '7d', per: ['data.graph_name', 'event.data.labels.team', 'subject'] }],
    [{ kind: 'consecutive', threshold: 3, reset_on: 'workflow.succeeded' }],
    [{ kind: 'consecutive', threshold: 3, reset_on: ['workflow.succeeded', 'workflow.recovered'], per: [] }],
    [{ kind: 'ratio', of: 'a.b', against: ['a.b', 'a.c'], below: 0.95, window: '1h' }],
    [{ kind: 'ratio', of: 'a.b', against: 'a.*', at_least: 1, window: '1h', min_samples: 1 }],
    [{ kind: 'duration', longer_than: '30m' }],
    [{ kind: 'duration', longer_than: '30d', started: 'a', ended: 'b', key: 'data.job.id' }],
    [{ kind: 'absence', of: 'a', within: '1h', grace: '6h' }],
    [{ kind: 'absence', of: ['a', 'b'], by: '00:00', timezone: 'America/Argentina/Buenos_Aires', grace: '12h' }],
    [{ kind: 'absence', of: 'a', by: '23:59', timezone: 'UTC', per: ['data.graph_name'] }],
  ])('is accepted: %j', (value) => {
    expect(faults(triggerSchema, value)).toEqual([]);
  });

  test.each<[unknown, string]>([
    [null, ': must be an object with kind'],
    [{}, 'kind: kind must be one of event, count, consecutive, ratio, duration, absence'],
    [{ kind: 'cuont' }, 'kind: kind must be one of event, count, consecutive, ratio, duration, absence'],
    [{ kind: 'count', threshold: 0, window: '1m' }, 'threshold: must be at least 1'],
    [{ kind: 'count', threshold: 1_001, window: '1m' }, 'threshold: must be at most 1,000'],
    [{ kind: 'count', threshold: 1.5, window: '1m' }, 'threshold: must be a whole number'],
    [{ kind: 'count', threshold: 1, window: '8d' }, 'window: must be a duration from 1s to 7d'],
    [{ kind: 'count', threshold: 1, window: '500ms' }, 'window: must be a duration from 1s to 7d'],
    [{ kind: 'count', threshold: 1, window: 60 }, 'window: must be a duration from 1s to 7d, such as "7d"'],
    [
      { kind: 'count', threshold: 1, window: '1m', per: ['graph_name'] },
      'per.0: `graph_name` names a field that cannot exist; did you mean `data.graph_name`?',
    ],
    [
      { kind: 'count', threshold: 1, window: '1m', per: ['data.error.typ'] },
      'per.0: `typ` names a field that cannot exist; did you mean `type`?',
    ],
    [
      { kind: 'count', threshold: 1, window: '1m', per: ['data.graph_name.x'] },
      'per.0: `x` cannot exist: what is before it has no fields',
    ],
    [
      { kind: 'count', threshold: 1, window: '1m', per: ['id'] },
      'per.0: `id` names a field that cannot exist; there are type, source, subject, data',
    ],
    [
      { kind: 'count', threshold: 1, window: '1m', per: ['data'] },
      'per.0: must name a field within `data`, such as "data.graph_name"',
    ],
    [
      { kind: 'count', threshold: 1, window: '1m', per: ['data.a', 'event.data.a'] },
      'per: must not name a field twice',
    ],
    [
      { kind: 'count', threshold: 1, window: '1m', per: Array.from({ length: 6 }, (_, index) => `data.k${index}`) },
      'per: must name at most 5 fields',
    ],
    [
      { kind: 'consecutive', threshold: 3 },
      'reset_on: must be an event type, such as "workflow.failed", or a list of 1 to 20 different ones',
    ],
    [
      { kind: 'ratio', of: 'a', against: ['a'], window: '1h' },
      'at_least: give either at_least (fires at this share and above) or below (fires under it)',
    ],
    [
      { kind: 'ratio', of: 'a', against: ['a'], at_least: 0.5, below: 0.5, window: '1h' },
      'at_least: give either at_least (fires at this share and above) or below (fires under it)',
    ],
    [
      { kind: 'ratio', of: 'a', against: ['a'], below: 95, window: '1h' },
      'below: must be at most 1: a share is from 0 to 1, such as 0.95',
    ],
    [
      { kind: 'ratio', of: 'a', against: ['a'], below: 0, window: '1h' },
      'below: must be above 0: a share is from 0 to 1, such as 0.95',
    ],
    [
      { kind: 'absence', of: 'a' },
      'within: give either within (no event for so long) or by (none by that time of day)',
    ],
    [
      { kind: 'absence', of: 'a', by: '06:00' },
      'timezone: is required with by: say where it is that time, such as "Europe/Berlin" or "UTC"',
    ],
    [{ kind: 'absence', of: 'a', within: '1h', timezone: 'UTC' }, 'timezone: belongs to by, a time of day: remove it'],
    [
      { kind: 'absence', of: 'a', by: '6:00', timezone: 'UTC' },
      'by: must be a time of day from "00:00" to "23:59", such as "06:00"',
    ],
    [
      { kind: 'absence', of: 'a', by: '06:00', timezone: 'Europe/Berln' },
      'timezone: is not a time zone that is known here: use an IANA name such as "Europe/Berlin" or "UTC"',
    ],
    [
      { kind: 'absence', of: 'a', by: '06:00', timezone: '+02:00' },
      'timezone: is not a time zone that is known here: use an IANA name such as "Europe/Berlin" or "UTC"',
    ],
    [
      { kind: 'absence', of: 'a', within: '1s', grace: '12h' },
      'grace: must be at most 6 times within: after 7 times within a key is dropped',
    ],
  ])('is refused with the remedy: %j', (value, message) => {
    expect(faults(triggerSchema, value)).toContain(message);
  });

  test('unknown fields are refused', () => {
    expect(triggerSchema.safeParse({ kind: 'event', threshold: 3 }).success).toBe(false);
  });

  test('its JSON schema can be told to clients, and so can those of resolve and notify', () => {
    for (const schema of [triggerSchema, resolveSchema, notifySchema]) {
      for (const io of ['input', 'output'] as const) {
        expect(() => z.toJSONSchema(schema, { io, target: 'draft-2020-12' })).not.toThrow();
      }
    }
    const { $defs } = z.toJSONSchema(triggerSchema, { io: 'input' });
    expect($defs?.Trigger?.oneOf).toHaveLength(6);
  });

  test('notify', () => {
    expect(faults(notifySchema, {})).toEqual([]);
    expect(faults(notifySchema, { cooldown: '5m', repeat_every: '4h', max_per_hour: 10 })).toEqual([]);
    expect(faults(notifySchema, { max_per_hour: 0 })).toEqual([
      'max_per_hour: must be at least 1: to hold back everything, set a silence or is_active to false',
    ]);
  });
});

describe('plans', () => {
  test('durations in ms, defaults filled in', () => {
    expect(planTrigger(trigger({ kind: 'event' }))).toBeNull();
    expect(planTrigger(trigger({ kind: 'count', threshold: 3, window: '5m' }))).toEqual({
      kind: 'count',
      threshold: 3,
      windowMs: 300_000,
    });
    const ratio = trigger({ kind: 'ratio', of: 'a', against: ['a', 'b'], below: 0.95, window: '1h' });
    expect(planTrigger(ratio)).toMatchObject({ minSamples: 5, bound: { below: 0.95 }, windowMs: 3_600_000 });
    expect(trigger({ kind: 'duration', longer_than: '30m' })).toMatchObject({
      started: 'workflow.started',
      ended: ['workflow.succeeded', 'workflow.failed', 'workflow.cancelled'],
      key: 'event.data.run_id',
    });
    const absence = trigger({ kind: 'absence', of: 'a', by: '06:00', timezone: 'UTC', per: ['data.graph_name'] });
    expect(planTrigger(absence)).toMatchObject({ due: { by: '06:00', timezone: 'UTC' }, graceMs: 0, keyed: true });
  });
});

describe('the types of a rule', () => {
  const consecutive = trigger({ kind: 'consecutive', threshold: 3, reset_on: 'workflow.succeeded' });
  const count = trigger({ kind: 'count', threshold: 3, window: '1m' });
  const duration = trigger({ kind: 'duration', longer_than: '30m' });
  const ratio = trigger({ kind: 'ratio', of: 'a.b', against: ['a.c'], below: 0.9, window: '1h' });

  test('for each side, and all together', () => {
    const rule = { event_types: ['workflow.failed'], trigger: count, resolve: { on: 'workflow.succeeded' } };
    expect(typesBySide(rule)).toEqual({ match: ['workflow.failed'], resolve: ['workflow.succeeded'] });
    expect(watchedPatterns(rule)).toEqual(['workflow.failed', 'workflow.succeeded']);
    expect(typesBySide({ trigger: duration })).toEqual({
      started: ['workflow.started'],
      ended: ['workflow.succeeded', 'workflow.failed', 'workflow.cancelled'],
    });
  });

  test.each([
    ['missing', { trigger: count }, 'event_types'],
    ['empty', { event_types: [], trigger: consecutive }, 'event_types'],
    ['too many', { event_types: ['a'], trigger: duration }, 'event_types'],
    ['resolve without a count', { event_types: ['a'], trigger: consecutive, resolve: { on: 'b' } }, 'resolve'],
    ['a reset by every match', { event_types: ['workflow.succeeded'], trigger: consecutive }, 'trigger.reset_on'],
    ['a resolve by every match', { event_types: ['a.b'], trigger: count, resolve: { on: 'a.*' } }, 'resolve.on'],
    ['a share of what is not counted', { trigger: ratio }, 'trigger.of'],
    [
      'a run without length',
      { trigger: trigger({ kind: 'duration', longer_than: '1m', started: 'a', ended: '*' }) },
      'trigger.ended',
    ],
  ])('that contradict each other are refused: %s', (_, rule, path) => {
    expect(ruleFaults(rule).map((fault) => fault.path)).toEqual([path]);
  });

  test('the remedy for a share is ready to copy', () => {
    expect(ruleFaults({ trigger: ratio })[0]?.message).toContain('["a.b","a.c"]');
  });

  test('and good ones are not', () => {
    expect(ruleFaults({ event_types: ['workflow.*'], trigger: consecutive })).toEqual([]);
    expect(ruleFaults({ event_types: ['a'], trigger: trigger({ kind: 'event' }), resolve: null })).toEqual([]);
    expect(ruleFaults({ trigger: duration })).toEqual([]);
  });

  test.each([
    ['a', ['a'], true],
    ['a.b', ['a.*'], true],
    ['a.b.c', ['a.*'], true],
    ['a.*', ['a.*'], true],
    ['a.b.*', ['a.*'], true],
    ['a.*', ['a.b.*'], false],
    ['a.*', ['*'], true],
    ['*', ['a.*', 'b.*'], false],
    ['*', ['*'], true],
    ['a', ['a.*'], false],
  ])('%s is covered by %j: %s', (pattern, by, covered) => {
    expect(isCovered(pattern, by)).toBe(covered);
  });
});
