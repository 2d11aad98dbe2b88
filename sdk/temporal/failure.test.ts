import { expect, test } from '@jest/globals';
import { type FailureMessage, failureErrorOf, isRunAgain } from './failure.ts';

const application = (more: object = {}, message = 'no such table'): FailureMessage => ({
  message,
  applicationFailureInfo: { type: 'DatabaseError', ...more },
});
const inActivity = (cause: FailureMessage, name = 'load'): FailureMessage => ({
  message: 'Activity task failed',
  activityFailureInfo: { activityType: { name } },
  cause,
});

test('the innermost failure is told, and the activity that it happened in', () => {
  const failure = inActivity({ ...application({}, 'outer'), cause: application({ type: 'Deepest' }, 'bottom') });
  expect(failureErrorOf(failure)).toEqual({ type: 'Deepest', message: 'bottom', node_name: 'load' });
});

test("a child's failure is told by what failed in the child", () => {
  const failure = {
    message: 'Child Workflow execution failed',
    childWorkflowExecutionFailureInfo: { workflowType: { name: 'child' } },
    cause: inActivity(application(), 'query'),
  };
  expect(failureErrorOf(failure)).toEqual({ type: 'DatabaseError', message: 'no such table', node_name: 'query' });
});

test('a long message is cut at a character', () => {
  const { message } = failureErrorOf(application({}, '😀'.repeat(2_000)));
  expect(new TextEncoder().encode(message).length).toBeLessThanOrEqual(2_048);
  expect(message).toMatch(/^(😀)+…$/u);
});

test('causes without an end are not followed for ever', () => {
  const endless = application();
  endless.cause = endless;
  expect(failureErrorOf(endless)).toMatchObject({ type: 'DatabaseError' });
});

const policy = { retryPolicy: { maximumAttempts: 3 }, attempt: 1, now: 1_000 };

test.each([
  ['without a policy of its own', application(), { ...policy, retryPolicy: undefined }, false],
  ['at its first attempt of three', application(), policy, true],
  ['at its last', application(), { ...policy, attempt: 3 }, false],
  ['with no bound', application(), { ...policy, retryPolicy: {}, attempt: 99 }, true],
  ['by a failure that is for good', application({ nonRetryable: true }), policy, false],
  [
    'by a type that the policy excludes',
    application(),
    { ...policy, retryPolicy: { nonRetryableErrorTypes: ['DatabaseError'] } },
    false,
  ],
  ['by an activity whose failure was for good', inActivity(application({ nonRetryable: true })), policy, true],
  ['after its execution timeout', application(), { ...policy, expiresAt: 1_000 }, false],
  ['by a cancellation', { canceledFailureInfo: {} }, policy, false],
])('a workflow that fails %s: run again or not', (_, failure, given, expected) => {
  expect(isRunAgain(failure, given as never)).toBe(expected);
});
