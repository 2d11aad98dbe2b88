import { dedupKey } from './dedup-key.ts';
import type { AcceptedEvent } from './event.ts';
import { stringifyLossless } from './lossless-json.ts';
import type { Severity } from './rule.ts';

/** One rule firing for one event. */
export interface Alert {
  id: string;
  rule: { id: string; name: string; revision: number; severity: Severity };
  event: AcceptedEvent;
  summary: string;
  dedupKey: string;
  /** RFC 3339: when the service fired it. */
  at: string;
  /** Where a stateful rule's alert stands. Absent: a stateless rule's, which notifies once. */
  state?: AlertState;
  /** Alerts of this key that were held back since the last one that was sent. */
  suppressedSinceLast?: number;
}

/** A stateful rule's alert: `firing` and `resolved` are two messages about one thing, joined by the dedup key. */
export interface AlertState {
  status: 'firing' | 'resolved';
  /** RFC 3339 */
  startedAt: string;
  resolvedAt: string | null;
  /** What was counted or measured, and the bound that it crossed. */
  value: number | null;
  threshold: number | null;
}

/** The `notify` alert of a stateless rule: its key is the event's own, so a repeat meets the first at the receiver. */
export function notifyAlert(id: string, rule: Alert['rule'], event: AcceptedEvent, at: string): Alert {
  return {
    id,
    rule,
    event,
    at,
    summary: summarize(rule.name, event),
    dedupKey: dedupKey(rule.id, [event.source, event.id]),
  };
}

/** A receiver shows it in one line of a phone's screen; PagerDuty cuts at 1,024. */
const SUMMARY_CHARACTERS = 300;

/** One line with rule, type, place and cause, e.g. `ETL failures: workflow.failed — etl run 5f0e: TimeoutError: no answer`. */
export function summarize(ruleName: string, event: AcceptedEvent): string {
  const data = asRecord(event.data);
  const error = asRecord(data.error);
  const place = [text(data.graph_name), text(data.run_id) && `run ${text(data.run_id)}`].filter(Boolean).join(' ');
  const cause = [text(error.type), text(error.message)].filter(Boolean).join(': ');
  const line = `${ruleName}: ${event.type}${place && ` — ${place}`}${cause && `: ${cause}`}`.replace(/\s+/g, ' ');
  const characters = Array.from(line);
  return characters.length <= SUMMARY_CHARACTERS ? line : `${characters.slice(0, SUMMARY_CHARACTERS - 1).join('')}…`;
}

/**
 * The text that a `kind: http` endpoint gets, contract §3: CloudEvents 1.0 JSON, fixed, versioned by `dataschema`.
 *
 * @param deliveryId becomes the CloudEvent's id, and the `webhook-id` header
 * @param publicUrl base of links, without a trailing slash; absent: no links, a relative schema
 */
export function renderHttpBody(alert: Alert, namespace: string, deliveryId: string, publicUrl?: string): string {
  const { event, rule, state } = alert;
  const subject = subjectOf(event);
  return stringifyLossless({
    specversion: '1.0',
    id: deliveryId,
    type: 'exosphere.alert.v1',
    source: `/namespaces/${namespace}`,
    ...(subject === undefined ? {} : { subject }),
    time: alert.at,
    datacontenttype: 'application/json',
    dataschema: `${publicUrl ?? ''}/schemas/alert.v1.json`,
    data: {
      alert: {
        id: alert.id,
        status: state?.status ?? 'notify',
        severity: rule.severity,
        dedup_key: alert.dedupKey,
        summary: alert.summary,
        started_at: state?.startedAt ?? event.time,
        resolved_at: state?.resolvedAt ?? null,
        value: state?.value ?? null,
        threshold: state?.threshold ?? null,
        suppressed_since_last: alert.suppressedSinceLast ?? 0,
      },
      rule: { id: rule.id, name: rule.name, revision: rule.revision },
      event: { id: event.id, type: event.type, time: event.time, data: event.data },
      links: alertLinks(deliveryId, publicUrl),
    },
  });
}

/** Where a reader of an alert can go on, by name; the event's own links are in its data. */
export function alertLinks(deliveryId: string, publicUrl?: string): Record<string, string> {
  return publicUrl === undefined ? {} : { delivery: `${publicUrl}/v1/deliveries/${deliveryId}` };
}

function subjectOf(event: AcceptedEvent): string | undefined {
  if (event.subject !== null) return event.subject;
  const data = asRecord(event.data);
  const graph = text(data.graph_name);
  const run = text(data.run_id);
  if (!graph && !run) return undefined;
  return [graph && `graphs/${graph}`, run && `runs/${run}`].filter(Boolean).join('/');
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
