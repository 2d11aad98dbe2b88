import type { Subject } from '../../src/domain/alerting/notify/message.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';

/** What silences look at: the rule, and graph and labels of the event. */
export function subjectOf(rule: { id: string; name: string }, event: AcceptedEvent): Subject {
  const data = recordOf(event.data);
  const labels = Object.entries(recordOf(data.labels)).filter(([, value]) => typeof value === 'string');
  return {
    rule: { id: rule.id, name: rule.name },
    graphName: typeof data.graph_name === 'string' ? data.graph_name : null,
    labels: Object.fromEntries(labels) as Record<string, string>,
  };
}

const recordOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
