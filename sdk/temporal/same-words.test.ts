import { expect, test } from '@jest/globals';
import { causeOf } from '../../activities/temporal-source/cause.ts';
import { toEvent } from '../../activities/temporal-source/to-event.ts';
import { failureErrorOf } from './failure.ts';
import { runEventOf } from './run-event.ts';

/* What the plugin of a worker and a watched source both tell is one event: here their words are held against each other. */

type Run = Parameters<typeof toEvent>[0];

const CLOSED = Date.parse('2026-01-31T09:01:11Z');
const STARTED = CLOSED - 71_000;
const FAILED = {
  message: 'Activity task failed',
  activityFailureInfo: { activityType: { name: 'load' } },
  cause: { message: 'x'.repeat(5_000), applicationFailureInfo: { type: 'E' } },
};
const LATE = { message: 'activity timeout', timeoutFailureInfo: { timeoutType: 1 } };

const ids = ['order-7', 'x'.repeat(900), 'a\nb', '€'.repeat(60), 'half\ud800'];
const addresses = ['temporal.example:7233', 'x'.repeat(250)];
const ends: { status: Run['status']; failure?: object; willRunAgain?: boolean }[] = [
  { status: 'running' },
  { status: 'completed' },
  { status: 'failed', failure: FAILED },
  { status: 'failed', failure: LATE },
  { status: 'failed', failure: FAILED, willRunAgain: true },
  { status: 'cancelled' },
  { status: 'continued_as_new' },
];

test.each(ends)('$status, run again: $willRunAgain', ({ status, failure, willRunAgain = false }) => {
  for (const workflowId of ids) {
    for (const address of addresses) {
      const about = { workflowId, runId: 'r-1', taskQueue: 'orders', labels: { Region: 'eu' } };
      const closedAt = status === 'running' ? null : CLOSED;
      const { specversion, time, ...watched } = toEvent(
        { ...about, type: 'checkout', status, startedAt: STARTED, beganAt: STARTED, closedAt },
        {
          ...(failure === undefined ? {} : { cause: causeOf(failure as Parameters<typeof causeOf>[0]) }),
          ...(willRunAgain ? { nextRunId: '' } : {}),
        },
        { address, temporalNamespace: 'shop', uiUrl: 'https://ui.example' },
        CLOSED,
      );
      const told = runEventOf(
        {
          ...about,
          temporalNamespace: 'shop',
          workflowType: 'checkout',
          status: status as Parameters<typeof runEventOf>[0]['status'],
          startedAt: STARTED,
          at: closedAt ?? STARTED,
          willRunAgain,
          ...(failure === undefined ? {} : { error: failureErrorOf(failure as Parameters<typeof failureErrorOf>[0]) }),
        },
        { address, uiUrl: 'https://ui.example' },
      );
      expect(told).toEqual({ ...watched, occurred_at: time });
    }
  }
});
