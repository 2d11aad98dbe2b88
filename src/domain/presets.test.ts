import { expect, test } from '@jest/globals';
import { ruleFaults } from './alerting/rule-check.ts';
import { notifySchema, resolveSchema, triggerSchema } from './alerting/trigger-schema.ts';
import { compileCondition } from './condition.ts';
import { eventTypePatternSchema } from './event.ts';
import { presets } from './presets.ts';

test('there are at least 8, with ids, titles and names of their own', () => {
  expect(presets.length).toBeGreaterThanOrEqual(8);
  for (const pick of [
    ({ id }: (typeof presets)[number]) => id,
    ({ title }: (typeof presets)[number]) => title,
    ({ rule }: (typeof presets)[number]) => rule.name,
  ]) {
    expect(new Set(presets.map(pick)).size).toBe(presets.length);
  }
});

test.each(presets.map((preset) => [preset.id, preset] as const))('%s is a rule that can be saved', (_, { rule }) => {
  const trigger = triggerSchema.parse(rule.trigger ?? { kind: 'event' });
  const resolve = rule.resolve === undefined ? null : resolveSchema.parse(rule.resolve);
  if (rule.notify !== undefined) notifySchema.parse(rule.notify);
  const event_types = rule.event_types ?? (rule.event_type === undefined ? [] : [rule.event_type]);
  for (const type of event_types) eventTypePatternSchema.parse(type);
  expect(ruleFaults({ event_types, trigger, resolve })).toEqual([]);
  if (rule.condition !== undefined) expect(compileCondition(rule.condition)).toMatchObject({ ok: true });
  expect(rule.name.length).toBeLessThanOrEqual(100);
});
