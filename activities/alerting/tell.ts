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
import type { LookedRule, OwnEventRow, StoredAlert, ToldEndpoint } from '../../src/store/alert-look-rows.ts';
import type { DeliveryRow } from '../../src/store/delivery-rows.ts';
import { deliveriesOf } from '../alert-deliveries.ts';
import { alertOf, alertRow, dedupKeyOf, exceeded } from './alert-row.ts';
import { standIn } from './causes.ts';
import type { Decided } from './decided.ts';
import { towardsTold } from './recipients.ts';
import { subjectOf } from './subject.ts';

/** What telling needs that is in PostgreSQL: read once for all keys of a look. */
export interface TellContext {
  /** Events by the ids of their rows. */
  events: ReadonlyMap<string, AcceptedEvent>;
  /** Alerts that were firing before, by id. */
  alerts: ReadonlyMap<string, StoredAlert>;
  /** The latest message of an incident that is still under way, by dedup key. */
  latestMessages: ReadonlyMap<string, string>;
  /** Endpoints that were told of a firing and that its rule does not name any more, by id. */
  endpoints: ReadonlyMap<string, ToldEndpoint>;
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
    let latest = context.latestMessages.get(dedupKeyOf(locked));
    let current = locked.alert_id === null ? undefined : context.alerts.get(locked.alert_id);

    for (const { event_ref } of one.matches) {
      const event = context.events.get(event_ref);
      if (event === undefined) continue;
      send('notify', notifyAlert(newId('al'), rule, event, new Date(at).toISOString()), event_ref);
    }
    for (const transition of one.transitions) {
      if (transition.kind === 'fire') fire(transition);
      else end(transition);
    }
    const due = current && dueMessage(told.notify, notifyPlan, at);
    if (current && due) {
      const event = eventOf(current.event_ref, current);
      send(due, alertOf(current, event, at), current.event_ref ?? '', current);
    }
    told.nextMessageAt = nextMessageAt(told.notify, notifyPlan);
    return told;

    function fire(transition: Transition): void {
      const id = newId('al');
      const event = eventOf(transition.causeRef, { id, started_at: new Date(transition.startedAt) });
      const summary = alertSummary(rule.name, plan, transition, locked.key_text, event);
      current = alertRow({ id, by: worker }, one, transition, event, summary);
      told.alerts.push(current);
      told.alertId = id;
      send('firing', alertOf(current, event, at), transition.causeRef ?? '', current);
      if (rule.trigger.kind === 'duration') told.events.push(exceeded(one, current, event, transition));
    }

    function end(transition: Transition): void {
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
      const summary = alertSummary(rule.name, plan, transition, locked.key_text, event);
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
        // Of one that was told a repeat may be held back: somebody knows of it all the same.
        if (message === 'firing') row.held_reason = held ?? null;
        if (!told.alerts.includes(row)) told.alerts.push(row);
      }
      // One that was held back before has its record; a repeat that is held back is no alert of its own.
      if ('held' in verdict && (verdict.again || verdict.reason === 'not_due')) return;
      const suppressedSinceLast = 'held' in verdict ? 0 : verdict.suppressedSinceLast;
      const after = row ? latest : undefined;
      const context_ = { namespace: locked.namespace, eventRef, publicUrl, newId, after };
      const towards = row && message === 'resolved' ? towardsTold(rule, row, context.endpoints) : rule;
      const deliveries = deliveriesOf({ ...alert, suppressedSinceLast }, towards, context_, held);
      told.deliveries.push(...deliveries);
      if (row) latest = deliveries.at(-1)?.id ?? latest;
      if (row && message !== 'resolved') row.told_endpoint_ids = toldBy(row, deliveries);
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
}

/** Who has heard of an alert, with those that hear of it now; null where it was never noted who did. */
const toldBy = ({ told_endpoint_ids }: StoredAlert, deliveries: readonly DeliveryRow[]): string[] | null => {
  const now = deliveries.filter(({ status }) => status === 'pending').map(({ endpoint_id }) => endpoint_id);
  return told_endpoint_ids && [...new Set([...told_endpoint_ids, ...now])];
};
