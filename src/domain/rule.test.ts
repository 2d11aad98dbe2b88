import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { eventTypePatternSchema } from './event.ts';
import { coversType, patternsFor } from './rule.ts';

describe('patternsFor', () => {
  test.each([
    ['workflow.failed', ['workflow.failed', 'workflow.*', '*']],
    ['custom.team.job.late', ['custom.team.job.late', 'custom.team.job.*', 'custom.team.*', 'custom.*', '*']],
    ['ping', ['ping', '*']],
  ])('of %s', (type, patterns) => {
    expect(patternsFor(type)).toEqual(patterns);
  });

  test('gives nothing that a rule could not be saved with', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,10}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        for (const pattern of patternsFor(parts.join('.'))) {
          expect(eventTypePatternSchema.safeParse(pattern).success).toBe(true);
        }
      }),
    );
  });
});

describe('coversType', () => {
  test.each<[string[], string, boolean]>([
    [['workflow.failed'], 'workflow.failed', true],
    [['workflow.failed'], 'workflow.failed.hard', false],
    [['workflow.failed'], 'workflow.fail', false],
    [['workflow.*'], 'workflow.failed', true],
    [['workflow.*'], 'workflow.failed.hard', true],
    [['workflow.*'], 'workflow', false],
    [['workflow.*'], 'workflows.failed', false],
    [['work.*'], 'workflow.failed', false],
    [['*'], 'anything', true],
    [['*'], 'any.thing', true],
    [['a', 'b.*'], 'b.c', true],
    [['a', 'b.*'], 'c', false],
    [['Workflow.failed'], 'workflow.failed', false],
    [[], 'workflow.failed', false],
  ])('%j and %s: %s', (eventTypes, type, expected) => {
    expect(coversType(eventTypes, type)).toBe(expected);
  });
});
