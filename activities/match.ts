import { notifyAlert } from '../src/domain/alert-body.ts';
import { keyOf } from '../src/domain/alerting/alert-key.ts';
import { ABOUT_ITSELF, countedAs, type Decided, decidedBy } from '../src/domain/alerting/decide-event.ts';
import { epochOf } from '../src/domain/alerting/entry.ts';
import { whySilenced } from '../src/domain/alerting/notify/silence-stage.ts';
import type { AcceptedEvent } from '../src/domain/event.ts';
import type { IdFactory } from '../src/domain/ids.ts';
import { coversType, type Decision } from '../src/domain/rule.ts';
import type { CandidateRule } from '../src/store/candidate-rule.ts';
import type { DeliveryRow } from '../src/store/delivery-rows.ts';
import type { EntryRow } from '../src/store/event-log.ts';
import { deliveriesOf } from './alert-deliveries.ts';
import { createPreparer, keepsState } from './alerting/prepared-rule.ts';
import { subjectOf } from './alerting/subject.ts';
import { createConditions } from './conditions.ts';

/** A rule whose condition failed on an event: the rule is to be shown as degraded. */
export interface ConditionFault {
  rule: CandidateRule;
  message: string;
}

export interface Matched {
  decisions: Decision[];
  deliveries: DeliveryRow[];
  /** What the event counts for in rules that keep state: a look decides about these. */
  entries: EntryRow[];
  faults: ConditionFault[];
}

export interface MatchContext {
  namespace: string;
  /** The events row's id. */
  eventRef: string;
  /** The event's place in its list. */
  place: number;
  at: string;
  publicUrl: string | undefined;
  newId: IdFactory;
}

/** Decides for one event what every candidate rule says of it and whom it tells. Pure but for new ids. */
export type Matcher = (event: AcceptedEvent, rules: CandidateRule[], context: MatchContext) => Matched;

/** Makes a matcher with its own caches of planned conditions and prepared triggers. */
export function createMatcher(): Matcher {
  const conditions = createConditions();
  const prepare = createPreparer();

  return (event, rules, context) => {
    const matched: Matched = { decisions: [], deliveries: [], entries: [], faults: [] };
    for (const rule of rules) {
      const decided = keepsState(rule) ? book(event, rule, context, matched) : tell(event, rule, context, matched);
      if (decided === undefined) continue;
      matched.decisions.push({ rule_id: rule.id, rule_name: rule.name, revision: rule.revision, ...decided });
      if (decided.reason === 'condition_error') matched.faults.push({ rule, message: decided.detail ?? 'failed' });
    }
    return matched;
  };

  /** A rule that tells of every match. */
  function tell(
    event: AcceptedEvent,
    rule: CandidateRule,
    context: MatchContext,
    matched: Matched,
  ): Decided | undefined {
    if (!coversType(rule.event_types, event.type)) return undefined;
    if (event.about?.rule_id === rule.id) return ABOUT_ITSELF;
    const decided = decidedBy(rule, conditions(rule, event));
    if (decided.outcome === 'matched') {
      const alert = notifyAlert(context.newId('al'), rule, event, context.at);
      const { silences = [] } = rule;
      const held =
        silences.length === 0 ? undefined : whySilenced(silences, subjectOf(rule, event), Date.parse(context.at));
      matched.deliveries.push(...deliveriesOf(alert, rule, context, held));
      if (held !== undefined) return { ...decided, detail: `held back: ${held}` };
    }
    return decided;
  }

  /** A rule that keeps state: the event is put down for its key. */
  function book(
    event: AcceptedEvent,
    rule: CandidateRule,
    context: MatchContext,
    matched: Matched,
  ): Decided | undefined {
    const { sidesOf, keyPaths } = prepare(rule);
    const { sides, evaluated } = sidesOf(event, rule.condition === null ? undefined : () => conditions(rule, event));
    if (sides.length > 0 && event.about?.rule_id === rule.id) return ABOUT_ITSELF;
    if (sides.length === 0) return evaluated === null ? undefined : decidedBy(rule, evaluated);
    const { digest, text } = keyOf(rule.id, keyPaths, event);
    matched.entries.push({
      rule_id: rule.id,
      key_digest: digest,
      key_text: text,
      event_ref: context.eventRef,
      meaning: rule.meaning,
      place: context.place,
      sides,
      epoch: epochOf(event),
      time: event.time,
    });
    const decided = decidedBy(rule, evaluated ?? { matched: true });
    return countedAs(decided, sides, text);
  }
}
