import { type Alert, notifyAlert } from '../../src/domain/alert-body.ts';
import { alertSummary } from '../../src/domain/alerting/alert-text.ts';
import type { Transition } from '../../src/domain/alerting/decision.ts';
import {
  type KeyNotifyState,
  type MessageKind,
  newKeyState,
  newRuleState,
  type RuleNotifyState,
  type Silence,
} from '../../src/domain/alerting/notify/message.ts';
import { decideMessage, dueMessage, nextMessageAt } from '../../src/domain/alerting/notify/pipeline.ts';
import { heldReason } from '../../src/domain/alerting/notify/silence-stage.ts';
import { planNotify, type TriggerPlan } from '../../src/domain/alerting/trigger-plan.ts';
import type { AcceptedEvent } from '../../src/domain/event.ts';
import type { IdFactory } from '../../src/domain/ids.ts';
import type { LookedRule, OwnEventRow, StoredAlert } from '../../src/store/alert-look-log.ts';
import type { DeliveryRow } from '../../src/store/delivery-rows.ts';
import { deliveriesOf } from '../alert-deliveries.ts';
import { standIn } from './causes.ts';
import type { Decided } from './decided.ts';
import { subjectOf } from './subject.ts';

/** What telling needs that is in PostgreSQL: read once for all keys of a look. */
export interface TellContext {
  /** Events by the ids of their rows. */
  events: ReadonlyMap<string, AcceptedEvent>;
  /** Alerts that were firing before, by id. */
  alerts: ReadonlyMap<string, StoredAlert>;
  silencesOf: (namespace: string) => readonly Silence[];
  /** Of the rules that have a cap. */
  ruleStates: Map<string, RuleNotifyState>;
  at: number;
}

/** What is to be written of one key, and told. */
export interface Told {
  notify: KeyNotifyState;
  /** The alert that fires now. */
  alertId: string | null;
  /** When time alone gives something to tell, ms. */
  nextMessageAt: number | null;
  alerts: StoredAlert[];
  deliveries: DeliveryRow[];
  events: OwnEventRow[];
}

export interface TellDeps {
  newId: IdFactory;
  publicUrl: string | undefined;
  worker: string;
}

/**
 * Makes of a key's transitions what people get: alerts and their deliveries, held back or not, each with its reason.
 * Pure but for new ids.
 */
export function createTeller({ newId, publicUrl, worker }: TellDeps) {
  return { tell, giveUp };

  function tell(one: Decided & { rule: LookedRule }, plan: TriggerPlan | null, context: TellContext): Told {
    const { locked, rule } = one;
    const { at } = context;
    const notifyPlan = planNotify(rule.notify);
    const told: Told = {
      notify: (locked.notify_state as KeyNotifyState | null) ?? newKeyState(),
      alertId: locked.alert_id,
      nextMessageAt: null,
      alerts: [],
      deliveries: [],
      events: [],
    };
    let current = locked.alert_id === null ? undefined : context.alerts.get(locked.alert_id);

    for (const { event_ref } of one.matches) {
      const event = context.events.get(event_ref);
      if (event === undefined) continue;
      send('notify', notifyAlert(newId('al'), rule, event, new Date(at).toISOString()), event_ref);
    }
    for (const transition of one.transitions) {
      if (transition.kind === 'fire') fire(transition, plan as TriggerPlan);
      else end(transition, plan as TriggerPlan);
    }
    const due = current && dueMessage(told.notify, notifyPlan, at);
    if (current && due) {
      const event = eventOf(current.event_ref, current);
      send(due, alertOf(current, event, at), current.event_ref ?? '', current);
    }
    told.nextMessageAt = nextMessageAt(told.notify, notifyPlan);
    return told;

    function fire(transition: Transition, trigger: TriggerPlan): void {
      const id = newId('al');
      const event = eventOf(transition.causeRef, { id, started_at: new Date(transition.startedAt) });
      const summary = alertSummary(rule.name, trigger, transition, locked.key_text, event);
      current = alertRow(id, one, transition, event, summary);
      told.alerts.push(current);
      told.alertId = id;
      send('firing', alertOf(current, event, at), transition.causeRef ?? '', current);
      if (rule.trigger.kind === 'duration') told.events.push(exceeded(one, current, event, transition));
    }

    function end(transition: Transition, trigger: TriggerPlan): void {
      const alert = current;
      current = undefined;
      told.alertId = null;
      if (alert === undefined) return;
      const ref = transition.endedBy ?? alert.event_ref;
      const event = eventOf(ref, alert);
      const ended: StoredAlert = {
        ...alert,
        status: 'resolved',
        resolved_at: new Date(transition.endedAt ?? transition.at),
        resolve_reason: transition.reason,
        value: transition.value,
      };
      // One that began in this very look is written once, as it ended.
      told.alerts = [...told.alerts.filter(({ id }) => id !== alert.id), ended];
      const summary = alertSummary(rule.name, trigger, transition, locked.key_text, event);
      send('resolved', { ...alertOf(ended, event, at), summary }, ref ?? '', ended);
    }

    function send(message: MessageKind, alert: Alert, eventRef: string, row?: StoredAlert): void {
      const ruleState = context.ruleStates.get(rule.id) ?? newRuleState();
      const verdict = decideMessage({
        message,
        subject: subjectOf(rule, alert.event),
        silences: context.silencesOf(locked.namespace),
        plan: notifyPlan,
        key: told.notify,
        rule: ruleState,
        now: at,
      });
      told.notify = verdict.key;
      // A rule without a cap has no row for it.
      if (context.ruleStates.has(rule.id)) context.ruleStates.set(rule.id, verdict.rule);
      const held = 'held' in verdict ? heldReason(verdict) : undefined;
      if (row && message !== 'resolved') {
        row.held_reason = held ?? null;
        if (!told.alerts.includes(row)) told.alerts.push(row);
      }
      // One that was held back before has its record; a repeat that is held back is no alert of its own.
      if ('held' in verdict && (verdict.again || verdict.reason === 'not_due')) return;
      const suppressedSinceLast = 'held' in verdict ? 0 : verdict.suppressedSinceLast;
      const context_ = { namespace: locked.namespace, eventRef, publicUrl, newId };
      told.deliveries.push(...deliveriesOf({ ...alert, suppressedSinceLast }, rule, context_, held));
    }

    function eventOf(ref: string | null, alert: { id: string; started_at: Date }): AcceptedEvent {
      const event = ref === null ? undefined : context.events.get(ref);
      return event ?? standIn(rule, alert.id, locked.key_text, alert.started_at.getTime());
    }
  }

  /** Ends the alert of a rule that was deleted or switched off: that stops everything at once, messages too. */
  function giveUp({ locked, transitions }: Decided, context: TellContext): StoredAlert[] {
    const alert = locked.alert_id === null ? undefined : context.alerts.get(locked.alert_id);
    const [transition] = transitions;
    if (alert === undefined || transition === undefined) return [];
    const resolved_at = new Date(transition.at);
    return [{ ...alert, status: 'resolved', resolved_at, resolve_reason: transition.reason }];
  }

  function alertRow(
    id: string,
    { locked, rule }: Decided & { rule: LookedRule },
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
      dedup_key: `${rule.id}:${locked.key_digest}`,
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
      created_by: worker,
    };
  }

  /** The service's own event of a run that takes too long; contract §5. */
  function exceeded(
    { locked, rule }: Decided & { rule: LookedRule },
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
}

/** @param at when it is told, ms: the message's own time */
function alertOf(row: StoredAlert, event: AcceptedEvent, at: number): Alert {
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
