import type { NotifyInput, ResolveInput, TriggerInput } from './alerting/trigger-schema.ts';
import type { Severity } from './rule.ts';

/** A ready rule: all of a body for `POST /v1/alert-rules` but whom to tell. */
export interface Preset {
  /** Stable; what links and other programs name it by. */
  id: string;
  title: string;
  description: string;
  rule: {
    name: string;
    event_type?: string;
    event_types?: string[];
    condition?: string;
    severity: Severity;
    trigger?: TriggerInput;
    resolve?: ResolveInput;
    notify?: NotifyInput;
  };
}

/** What people ask for first; `GET /v1/alert-rules/presets`. */
export const presets: readonly Preset[] = [
  {
    id: 'workflow-failed',
    title: 'A run failed',
    description: 'Tells of every failed run, once all of its retries are used up.',
    rule: { name: 'A run failed', event_type: 'workflow.failed', severity: 'error' },
  },
  {
    id: 'failed-three-times-in-a-row',
    title: 'Failed three times in a row',
    description: 'Fires when three runs of a graph fail with no success between. Resolves at the next success.',
    rule: {
      name: 'Failed three times in a row',
      event_type: 'workflow.failed',
      severity: 'critical',
      trigger: { kind: 'consecutive', threshold: 3, reset_on: 'workflow.succeeded', per: ['data.graph_name'] },
    },
  },
  {
    id: 'success-rate-low',
    title: 'Success rate under 95 %',
    description: 'Fires when under 95 % of the runs of a graph within an hour succeed, out of at least 20.',
    rule: {
      name: 'Success rate under 95 %',
      severity: 'error',
      trigger: {
        kind: 'ratio',
        of: 'workflow.succeeded',
        against: ['workflow.succeeded', 'workflow.failed'],
        below: 0.95,
        window: '1h',
        min_samples: 20,
        per: ['data.graph_name'],
      },
    },
  },
  {
    id: 'long-running',
    title: 'Still running after 30 minutes',
    description: 'Fires while the run is still running. Resolves when it ends, with how long it took.',
    rule: {
      name: 'Still running after 30 minutes',
      severity: 'warning',
      trigger: {
        kind: 'duration',
        longer_than: '30m',
        ended: ['workflow.succeeded', 'workflow.failed', 'workflow.cancelled', 'workflow.timed_out'],
      },
    },
  },
  {
    id: 'no-success-for-a-day',
    title: 'Stuck: no success for a day',
    description: 'Fires when a graph that has succeeded before does not for 24 hours. Resolves at its next success.',
    rule: {
      name: 'Stuck: no success for a day',
      severity: 'critical',
      trigger: { kind: 'absence', of: 'workflow.succeeded', within: '24h', grace: '30m', per: ['data.graph_name'] },
    },
  },
  {
    id: 'no-success-by-six',
    title: 'Nightly work not done by 6:00',
    description: 'Fires when nothing has succeeded between midnight and 6:00. Narrow it to a graph by its condition.',
    rule: {
      name: 'Nightly work not done by 6:00',
      condition: 'event.data.graph_name == "nightly"',
      severity: 'critical',
      trigger: { kind: 'absence', of: 'workflow.succeeded', by: '06:00', timezone: 'UTC' },
    },
  },
  {
    id: 'recovered',
    title: 'A run recovered',
    description: 'Tells when a run that had failed is made good.',
    rule: { name: 'A run recovered', event_type: 'workflow.recovered', severity: 'info' },
  },
  {
    id: 'dead-letters-pile-up',
    title: 'Dead letters pile up',
    description: 'Fires at ten dead letters within an hour. Resolves after an hour without any.',
    rule: {
      name: 'Dead letters pile up',
      event_type: 'delivery.dead_lettered',
      severity: 'error',
      trigger: { kind: 'count', threshold: 10, window: '1h' },
    },
  },
  {
    id: 'first-failure-after-a-good-week',
    title: 'First failure after a good week',
    description: 'Fires at a failure of a graph, and not again until it has gone a week without one.',
    rule: {
      name: 'First failure after a good week',
      event_type: 'workflow.failed',
      severity: 'warning',
      trigger: { kind: 'count', threshold: 1, window: '7d', per: ['data.graph_name'] },
    },
  },
  {
    id: 'states-fail-once-per-run',
    title: 'States of a run fail, told once a run',
    description: 'Fires at the first failing state of a run, however many follow. Resolves when the run succeeds.',
    rule: {
      name: 'States of a run fail',
      event_type: 'state.errored',
      severity: 'warning',
      trigger: { kind: 'count', threshold: 1, window: '1h', per: ['data.run_id'] },
      resolve: { on: 'workflow.succeeded' },
    },
  },
  {
    id: 'endpoint-disabled',
    title: 'An endpoint was disabled',
    description: 'Tells when the service gives up on a webhook endpoint. Send it to another endpoint.',
    rule: { name: 'An endpoint was disabled', event_type: 'webhook.disabled', severity: 'critical' },
  },
  {
    id: 'temporal-failed-three-times-in-a-row',
    title: 'Temporal: a workflow type failed three times in a row',
    description:
      'Fires when three runs of a workflow type of a watched Temporal namespace fail or time out with no success between. Resolves at the next success.',
    rule: {
      name: 'A workflow type failed three times in a row',
      event_types: ['workflow.failed', 'workflow.timed_out'],
      condition: 'event.source.startsWith("temporal/")',
      severity: 'critical',
      trigger: {
        kind: 'consecutive',
        threshold: 3,
        reset_on: 'workflow.succeeded',
        per: ['data.namespace', 'data.workflow_type'],
      },
    },
  },
  {
    id: 'temporal-long-running',
    title: 'Temporal: a workflow still runs after 30 minutes',
    description:
      'Fires while a run of a watched Temporal namespace is still open. Resolves when it ends, is tried again or continues as new.',
    rule: {
      name: 'A workflow still runs after 30 minutes',
      condition: 'event.source.startsWith("temporal/")',
      severity: 'warning',
      trigger: {
        kind: 'duration',
        longer_than: '30m',
        ended: [
          'workflow.succeeded',
          'workflow.failed',
          'workflow.cancelled',
          'workflow.timed_out',
          'state.retry_scheduled',
          'custom.temporal.continued_as_new',
        ],
      },
    },
  },
];
