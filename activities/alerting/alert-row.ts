import type { Alert } from '../../src/domain/alert-body.ts';
import type { Transition } from '../../src/domain/alerting/decision.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { LookedRule, OwnEventRow, StoredAlert } from '../../src/store/alert-look-rows.ts';
import type { Decided } from './decided.ts';

type OfRule = Decided & { rule: LookedRule };

/** What tells receivers which alerts are one incident; contract §3. */
export const dedupKeyOf = ({ rule_id, key_digest }: Decided['locked']): string => `${rule_id}:${key_digest}`;

/** The row of an alert that begins to fire. @param by who made it */
export function alertRow(
  { id, by }: { id: string; by: string },
  { locked, rule }: OfRule,
  transition: Transition,
  event: AcceptedEvent,
  summary: string,
): StoredAlert {
  const hasCause = transition.causeRef !== null;
  return {
    id,
    namespace: locked.namespace,
    rule_id: rule.id,
    rule_name: rule.name,
    rule_revision: rule.revision,
    key_digest: locked.key_digest,
    key_text: locked.key_text,
    dedup_key: dedupKeyOf(locked),
    status: 'firing',
    severity: rule.severity,
    summary,
    value: transition.value,
    threshold: transition.threshold,
    event_ref: transition.causeRef,
    event_id: hasCause ? event.id : null,
    event_type: hasCause ? event.type : null,
    started_at: new Date(transition.startedAt),
    fired_at: new Date(transition.at),
    resolved_at: null,
    resolve_reason: null,
    held_reason: null,
    told_endpoint_ids: [],
    created_by: by,
  };
}

/** The service's own event of a run that takes too long; contract §5. */
export function exceeded(
  { locked, rule }: OfRule,
  alert: StoredAlert,
  event: AcceptedEvent,
  { value, threshold }: Transition,
): OwnEventRow {
  const data = typeof event.data === 'object' && event.data !== null ? event.data : {};
  return {
    id: `${alert.id}.duration_exceeded`,
    namespace: locked.namespace,
    type: 'workflow.duration_exceeded',
    subject: event.subject,
    data: {
      ...data,
      namespace: locked.namespace,
      alert_rule_id: rule.id,
      alert_rule_name: rule.name,
      alert_id: alert.id,
      duration_ms: value,
      longer_than_ms: threshold,
    },
    about_rule_id: rule.id,
  };
}

/** An alert as messages have it. @param at when it is told, ms: the message's own time */
export function alertOf(row: StoredAlert, event: AcceptedEvent, at: number): Alert {
  return {
    id: row.id,
    rule: { id: row.rule_id, name: row.rule_name, revision: row.rule_revision, severity: row.severity },
    event,
    summary: row.summary,
    dedupKey: row.dedup_key,
    at: new Date(at).toISOString(),
    state: {
      status: row.status,
      startedAt: row.started_at.toISOString(),
      resolvedAt: row.resolved_at?.toISOString() ?? null,
      value: row.value,
      threshold: row.threshold,
    },
  };
}
