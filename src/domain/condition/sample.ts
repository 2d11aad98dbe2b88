import type { AcceptedEvent } from '../event.ts';

/** An event with every common key, on which a condition is tried when it is saved. */
export const sampleEvent: AcceptedEvent = {
  id: 'evt_1',
  source: '/namespaces/default',
  type: 'workflow.failed',
  subject: 'graphs/etl/runs/5f0e',
  time: '2026-01-01T00:00:00.000Z',
  data: {
    namespace: 'default',
    graph_name: 'etl',
    run_id: '5f0e',
    run_epoch: 1,
    status: 'failed',
    started_at: '2025-12-31T23:59:00.000Z',
    duration_ms: 60_000,
    error: { type: 'TimeoutError', message: 'no answer', state_id: 'st_1', node_name: 'load' },
    labels: {},
    counts: {},
    links: {},
  },
  extensions: {},
};
