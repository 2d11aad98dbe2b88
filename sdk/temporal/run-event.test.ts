import { expect, test } from '@jest/globals';
import type { Report } from './report.ts';
import { runEventOf } from './run-event.ts';

const report: Report = {
  status: 'completed',
  temporalNamespace: 'shop',
  workflowId: 'order-7',
  runId: '0198c2ae-0000-7000-8000-000000000001',
  workflowType: 'checkout',
  taskQueue: 'orders',
  startedAt: Date.parse('2026-01-31T09:00:00Z'),
  at: Date.parse('2026-01-31T09:01:11Z'),
  labels: {},
};
const place = { address: 'temporal.example:7233', uiUrl: 'https://temporal.example/' };

test('an outcome is told in the words of a watched source', () => {
  expect(runEventOf({ ...report, labels: { Customer: 'c1' } }, place)).toEqual({
    id: `order-7/${report.runId}/completed`,
    source: 'temporal/temporal.example:7233/shop',
    type: 'workflow.succeeded',
    subject: `workflows/order-7/runs/${report.runId}`,
    occurred_at: '2026-01-31T09:01:11.000Z',
    data: {
      namespace: 'shop',
      graph_name: 'checkout',
      run_id: report.runId,
      workflow_id: 'order-7',
      workflow_type: 'checkout',
      task_queue: 'orders',
      status: 'completed',
      started_at: '2026-01-31T09:00:00.000Z',
      closed_at: '2026-01-31T09:01:11.000Z',
      duration_ms: 71_000,
      labels: { Customer: 'c1' },
      links: { temporal: `https://temporal.example/namespaces/shop/workflows/order-7/${report.runId}/history` },
    },
  });
});

test.each([
  ['running', {}, 'workflow.started'],
  ['failed', { error: { type: 'E', message: 'm' } }, 'workflow.failed'],
  ['failed', { willRunAgain: true }, 'state.retry_scheduled'],
  ['cancelled', {}, 'workflow.cancelled'],
  ['continued_as_new', {}, 'custom.temporal.continued_as_new'],
] as const)('%s with %j is %s', (status, more, type) => {
  const event = runEventOf({ ...report, status, ...more }, place);
  expect(event).toMatchObject({ type, id: `order-7/${report.runId}/${status}` });
  expect('duration_ms' in event.data).toBe(status !== 'running');
});

test('each activity of a run that failed is an event of its own', () => {
  const error = { type: 'E', message: 'm', node_name: 'load', state_id: '4' };
  const event = runEventOf({ ...report, status: 'errored', activitySeq: 4, error }, place);
  expect(event).toMatchObject({ type: 'state.errored', id: `order-7/${report.runId}/activities/4`, data: { error } });
  expect(event.data).not.toHaveProperty('closed_at');
});

test.each(['x'.repeat(1_000), 'line\nbreak', '€'.repeat(100)])(
  'a workflow id that is no identifier: %j',
  (workflowId) => {
    const { id, subject, data } = runEventOf({ ...report, workflowId }, place);
    expect(id).toMatch(/^[0-9a-f]{32}\/[0-9a-f-]{36}\/completed$/);
    expect(subject).toMatch(/^workflows\/[0-9a-f]{32}\/runs\//);
    expect(data.workflow_id).toBe(workflowId);
  },
);

test('without an address the source names the namespace alone; a long one is a digest', () => {
  expect(runEventOf(report, { address: undefined, uiUrl: undefined }).source).toBe('temporal/shop');
  const far = { address: `${'x'.repeat(250)}:7233`, uiUrl: undefined };
  expect(runEventOf(report, far).source).toMatch(/^temporal\/[0-9a-f]{32}$/);
});
