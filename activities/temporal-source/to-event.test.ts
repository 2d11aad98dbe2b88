import { expect, test } from '@jest/globals';
import type { ProtoFailure } from '@temporalio/common';
import fc from 'fast-check';
import { parseEvent } from '../../src/domain/event.ts';
import { parseLossless } from '../../src/domain/lossless-json.ts';
import { causeOf } from './cause.ts';
import { endingOf, type HistoryEvent } from './ending.ts';
import { type Run, type RunStatus, runOf } from './run.ts';
import { toEvent } from './to-event.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const PLACE = { address: 'temporal.example:7233', temporalNamespace: 'shop', uiUrl: 'https://ui.example' };
const RUN: Run = {
  workflowId: 'order-7',
  runId: '01a223ae-e2e3-780e-b18b-527fb132f6bd',
  type: 'chargeOrder',
  taskQueue: 'orders',
  status: 'failed',
  startedAt: NOW - 9_000,
  beganAt: NOW - 8_000,
  closedAt: NOW - 1_000,
  labels: { Customer: 'c-1' },
};
/** As gRPC gives it: what is absent is a default, or not there at all. */
const failure = (fields: object): ProtoFailure => fields as ProtoFailure;
const event = (fields: object): HistoryEvent => fields as HistoryEvent;
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

test('says all that is known of a failed run, in the common words of events', () => {
  const declined = failure({ message: 'declined', applicationFailureInfo: { type: 'CardDeclined' } });
  const last = event({
    workflowExecutionFailedEventAttributes: {
      retryState: 5,
      failure: {
        message: 'Activity task failed',
        activityFailureInfo: { activityType: { name: 'charge' } },
        cause: declined,
      },
    },
  });
  expect(toEvent(RUN, endingOf(last), PLACE, NOW)).toEqual({
    specversion: '1.0',
    id: `order-7/${RUN.runId}/failed`,
    source: 'temporal/temporal.example:7233/shop',
    type: 'workflow.failed',
    subject: `workflows/order-7/runs/${RUN.runId}`,
    time: '2026-11-28T11:59:59.000Z',
    data: {
      namespace: 'shop',
      graph_name: 'chargeOrder',
      run_id: RUN.runId,
      workflow_id: 'order-7',
      workflow_type: 'chargeOrder',
      task_queue: 'orders',
      status: 'failed',
      started_at: '2026-11-28T11:59:52.000Z',
      closed_at: '2026-11-28T11:59:59.000Z',
      duration_ms: 7_000,
      error: { type: 'CardDeclined', message: 'declined', node_name: 'charge' },
      labels: { Customer: 'c-1' },
      links: { temporal: `https://ui.example/namespaces/shop/workflows/order-7/${RUN.runId}/history` },
    },
  });
});

test.each<[RunStatus, object, string, object]>([
  ['running', {}, 'workflow.started', { status: 'running' }],
  ['completed', {}, 'workflow.succeeded', { status: 'completed' }],
  ['cancelled', {}, 'workflow.cancelled', { status: 'cancelled' }],
  ['continued_as_new', {}, 'custom.temporal.continued_as_new', { status: 'continued_as_new' }],
  [
    'terminated',
    { workflowExecutionTerminatedEventAttributes: { reason: 'lost', identity: 'ann' } },
    'workflow.cancelled',
    { status: 'terminated', error: { type: 'Terminated', message: 'lost (by ann)' } },
  ],
  [
    'timed_out',
    { workflowExecutionTimedOutEventAttributes: { retryState: 3 } },
    'workflow.timed_out',
    { status: 'timed_out', error: { type: 'WorkflowTimeout' } },
  ],
  [
    'timed_out',
    { workflowExecutionTimedOutEventAttributes: { retryState: 1, newExecutionRunId: 'next' } },
    'state.retry_scheduled',
    { status: 'timed_out', next_run_id: 'next' },
  ],
  [
    'failed',
    {
      workflowExecutionFailedEventAttributes: { retryState: 1, newExecutionRunId: 'next', failure: { message: 'no' } },
    },
    'state.retry_scheduled',
    { status: 'failed', next_run_id: 'next', error: { type: 'Failure', message: 'no' } },
  ],
])('%s, with %j, is %s', (status, last, type, data) => {
  const run = { ...RUN, status, closedAt: status === 'running' ? null : RUN.closedAt };
  expect(toEvent(run, endingOf(event(last)), PLACE, NOW)).toMatchObject({ type, data });
});

test('the cause is the innermost failure of the application, and the activity that it came out of', () => {
  const inner = failure({ message: 'x is undefined', applicationFailureInfo: { type: 'TypeError' } });
  const outer = failure({ message: 'order failed', applicationFailureInfo: { type: '' }, cause: inner });
  const child = failure({
    message: 'child failed',
    childWorkflowExecutionFailureInfo: { workflowType: { name: 'pay' } },
    cause: failure({
      message: 'activity failed',
      activityFailureInfo: { activityType: { name: 'charge' } },
      cause: outer,
    }),
  });
  expect(causeOf(child)).toEqual({ type: 'TypeError', message: 'x is undefined', activity: 'charge' });
  const late = failure({
    message: 'activity failed',
    activityFailureInfo: { activityType: { name: 'charge' } },
    cause: failure({ message: 'activity StartToClose timeout', timeoutFailureInfo: { timeoutType: 1 } }),
  });
  expect(causeOf(late)).toEqual({
    type: 'TimeoutFailure',
    message: 'activity StartToClose timeout (start-to-close timeout)',
    activity: 'charge',
  });
  expect(causeOf(failure({ applicationFailureInfo: {} }))).toEqual({ type: 'ApplicationFailure', message: '' });
  const endless = failure({ message: 'round' });
  endless.cause = endless;
  expect(causeOf(endless)).toEqual({ type: 'Failure', message: 'round' });
});

test('what a codec has encoded is said to be so; what was only put aside is read', () => {
  const of = (encoding: string, data: string) =>
    causeOf(
      failure({
        message: 'Encoded failure',
        applicationFailureInfo: { type: 'E' },
        encodedAttributes: { metadata: { encoding: bytes(encoding) }, data: bytes(data) },
      }),
    ).message;
  expect(of('binary/encrypted', 'x')).toBe('encoded by a codec');
  expect(of('json/plain', '{"message":"no money","stack_trace":"at"}')).toBe('no money');
  for (const broken of ['{', 'null', '[]', '{"message":1}'])
    expect(of('json/plain', broken)).toBe('encoded by a codec');
});

test('a list entry becomes a run; what no event could be made of does not', () => {
  const seconds = (ms: number) => ({ seconds: ms / 1_000, nanos: 5_999_999 });
  const info = {
    execution: { workflowId: 'w', runId: 'r' },
    type: { name: 't' },
    taskQueue: 'q',
    status: 3,
    startTime: seconds(NOW),
    executionTime: seconds(NOW + 60_000),
    closeTime: seconds(NOW + 90_000),
    searchAttributes: {
      indexedFields: {
        B: { data: bytes('"b"') },
        A: { data: bytes('"\\ud800\\u0000"') },
        N: { data: bytes('1') },
        L: { data: bytes('["x"]') },
        X: {},
      },
    },
  };
  const of = (fields: object) => runOf({ ...info, ...fields } as never);
  expect(of({})).toEqual({
    workflowId: 'w',
    runId: 'r',
    type: 't',
    taskQueue: 'q',
    status: 'failed',
    startedAt: NOW + 5,
    beganAt: NOW + 60_005,
    closedAt: NOW + 90_005,
    labels: { A: '\ufffd\ufffd', B: 'b' },
  });
  expect(of({ status: 8, closeTime: null })).toMatchObject({ status: 'running', closedAt: null });
  for (const unusable of [
    { status: 0 },
    { status: 99 },
    { execution: null },
    { startTime: null },
    { closeTime: null },
  ]) {
    expect(of(unusable)).toBeUndefined();
  }
});

test('whatever texts a cluster has, the event is one that the service takes, within its bounds', () => {
  const wild = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 }).map((codes) => String.fromCharCode(...codes)),
    fc.constantFrom('', '\0', '\ud800', 'a\u0085b', '💥'.repeat(250), 'x'.repeat(1_000), 'y'.repeat(2_000_000)),
  );
  fc.assert(
    fc.property(
      wild,
      wild,
      wild,
      wild,
      wild,
      fc.constantFrom(NOW, NOW + 9e8, NOW - 9e11),
      (id, type, name, text, label, at) => {
        const run: Run = {
          ...RUN,
          workflowId: id || 'w',
          type,
          taskQueue: name,
          closedAt: at,
          labels: { l: label.slice(0, 9).toWellFormed().replaceAll('\0', '') },
        };
        const cause = causeOf(
          failure({
            message: text,
            applicationFailureInfo: { type: text },
            activityFailureInfo: { activityType: { name } },
          }),
        );
        const place = { ...PLACE, temporalNamespace: name.slice(0, 1_000) || 'n' };
        const made = toEvent(run, { cause }, place, NOW);
        const json = JSON.stringify(made);
        const parsed = parseEvent(parseLossless(json), { namespace: 'default', receivedAt: NOW });
        expect(parsed).toMatchObject({ ok: true });
        expect(Buffer.byteLength(json)).toBeLessThan(32 * 1_024);
        expect(Buffer.byteLength((made.data.error as { message: string }).message)).toBeLessThanOrEqual(2_048);
      },
    ),
    { numRuns: 200 },
  );
});

test('ids that are too long, or that no id may be, are told apart by their digests', () => {
  const of = (workflowId: string) => toEvent({ ...RUN, workflowId }, {}, PLACE, NOW);
  const ids = ['x'.repeat(1_000), 'x'.repeat(999), 'a\nb', 'a\rb', '\ud800'].map((id) => of(id).id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(new RegExp(`^[0-9a-f]{32}/${RUN.runId}/failed$`));
  expect(of('x'.repeat(1_000)).data.workflow_id).toBe('x'.repeat(1_000));
});
