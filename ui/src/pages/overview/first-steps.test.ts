import { expect, test } from '@jest/globals';
import type { Delivery } from '../../api/queries.ts';
import { type FirstSteps, firstStepsOf, isFirstRun, sampleTypeOf, stepOf } from './first-steps.ts';

const delivery = (status: string, event_type = 'workflow.failed') => ({ status, event_type }) as Delivery;
const there = { endpoint: {}, rule: {}, event: {} } as FirstSteps;

test.each<[string, Partial<FirstSteps>, number]>([
  ['nothing', {}, 0],
  ['an endpoint', { endpoint: there.endpoint }, 1],
  ['a rule whose endpoint is gone', { rule: there.rule }, 0],
  ['an endpoint and a rule', { endpoint: there.endpoint, rule: there.rule }, 2],
  ['an event sent before any rule', { event: there.event, endpoint: there.endpoint }, 1],
  ['all but a delivery', there, 3],
  ['a delivery under way', { ...there, delivery: delivery('retrying') }, 3],
  ['a dead letter', { ...there, delivery: delivery('dead_lettered') }, 3],
  ['a delivery that has arrived', { ...there, delivery: delivery('succeeded') }, 4],
])('with %s', (_, steps, expected) => {
  const none = { endpoint: undefined, rule: undefined, event: undefined, delivery: undefined };
  expect(stepOf({ ...none, ...steps })).toBe(expected);
});

test('a test-send is no first alert, and what the service tells of itself is no first event', () => {
  expect(isFirstRun([])).toBe(true);
  expect(isFirstRun([delivery('succeeded', 'webhook.ping')])).toBe(true);
  expect(isFirstRun([delivery('succeeded', 'webhook.ping'), delivery('succeeded')])).toBe(false);
  const events = [{ accepted_by: 'service' }, { accepted_by: 'key_1' }] as never[];
  const steps = firstStepsOf({ endpoints: [], rules: [], events, deliveries: [delivery('succeeded', 'webhook.ping')] });
  expect(steps).toMatchObject({ event: { accepted_by: 'key_1' }, delivery: undefined });
});

test.each([
  [['custom.mine'], 'custom.mine'],
  [['workflow.*'], 'workflow.failed'],
  [['*'], 'workflow.failed'],
  [['delivery.dead_lettered'], 'workflow.failed'],
  [[], 'workflow.failed'],
])('the sample for a rule on %j is a %s', (event_types, type) => {
  expect(sampleTypeOf({ event_types })).toBe(type);
});
