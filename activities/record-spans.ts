import { type Span, type Tracing, traceparentOf } from '../src/domain/trace.ts';
import type { ReadEvent } from './read-event.ts';

/** The list whose events are recorded, as the workflow that holds it. */
interface OfList {
  namespace: string;
  workflow_id: string;
  workflow_run_id: string;
}

/**
 * A span for each event, in the event's own trace, from when its recording begins until it is recorded with its
 * deliveries. The events of a list come from many traces: the list has one span of its own, and each points to the
 * other. An event that is in no trace yet begins one here, and carries it from now on.
 *
 * @returns ends them; where nobody collects spans it does nothing, and nothing was done
 */
export function beginRecordSpans(tracing: Tracing, list: OfList, read: ReadEvent[]): (error?: string) => void {
  if (!tracing.isOn) return () => {};
  const shared = {
    'exosphere.namespace': list.namespace,
    // As Temporal's own interceptors call them.
    temporalWorkflowId: list.workflow_id,
    temporalRunId: list.workflow_run_id,
    'messaging.batch.message_count': read.length,
  };
  const whole =
    read.length < 2
      ? undefined
      : tracing.begin('record list', { kind: 'consumer', parent: undefined, attributes: shared });
  const spans = read.map((one) => beginOne(tracing, one, shared));
  for (const span of spans) {
    whole?.link(span.traceparent);
    span.link(whole?.traceparent);
  }
  return (error) => {
    for (const span of [...spans, ...(whole ? [whole] : [])]) span.end({}, error);
  };
}

function beginOne(tracing: Tracing, one: ReadEvent, shared: Record<string, string | number>): Span {
  const { event } = one;
  const parent = event && traceparentOf(event.extensions);
  const attributes = { ...shared, 'exosphere.event_id': one.row.event_id, 'exosphere.event_type': one.row.type };
  const span = tracing.begin('record event', { kind: 'consumer', parent, attributes });
  if (event && parent === undefined && event.extensions.traceparent === undefined && span.traceparent !== undefined) {
    const extensions = { ...event.extensions, traceparent: span.traceparent };
    one.event = { ...event, extensions };
    one.row.extensions = JSON.stringify(extensions);
  }
  return span;
}
