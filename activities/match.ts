import { channels } from '../src/channels/index.ts';
import { notifyAlert } from '../src/domain/alert-body.ts';
import type { CompiledCondition } from '../src/domain/condition.ts';
import { compileCondition, evaluateCondition } from '../src/domain/condition.ts';
import type { AcceptedEvent } from '../src/domain/event.ts';
import type { IdFactory } from '../src/domain/ids.ts';
import { coversType, type Decision } from '../src/domain/rule.ts';
import type { RetryLayers } from '../src/store/entities/delivery.ts';
import type { CandidateRule, DeliveryRow } from '../src/store/event-log.ts';

/** A rule whose condition failed on an event: the rule is to be shown as degraded. */
export interface ConditionFault {
  rule: CandidateRule;
  message: string;
}

export interface Matched {
  decisions: Decision[];
  deliveries: DeliveryRow[];
  faults: ConditionFault[];
}

export interface MatchContext {
  namespace: string;
  /** The events row's id. */
  eventRef: string;
  at: string;
  publicUrl: string | undefined;
  newId: IdFactory;
}

/** Decides for one event what every candidate rule says of it and whom it tells. Pure but for new ids. */
export type Matcher = (event: AcceptedEvent, rules: CandidateRule[], context: MatchContext) => Matched;

/** Conditions are planned once for a revision (0.5 ms each) and kept for the most recently used. */
const PLANS_KEPT = 20_000;

/** Makes a matcher with its own cache of planned conditions. */
export function createMatcher(): Matcher {
  const plans = new Map<string, CompiledCondition | Error>();

  function planOf(rule: CandidateRule, source: string): CompiledCondition | Error {
    const key = `${rule.id}:${rule.revision}`;
    const plan = plans.get(key) ?? compile(source);
    // Delete and set: a Map keeps insertion order, so the first key is the least recently used.
    plans.delete(key);
    plans.set(key, plan);
    if (plans.size > PLANS_KEPT) plans.delete(plans.keys().next().value as string);
    return plan;
  }

  function decide(event: AcceptedEvent, rule: CandidateRule): Pick<Decision, 'outcome' | 'reason' | 'detail'> {
    if (event.about?.rule_id === rule.id) return { outcome: 'not_matched', reason: 'about_itself' };
    if (rule.condition === null) return { outcome: 'matched', reason: 'no_condition' };
    const plan = planOf(rule, rule.condition);
    if (plan instanceof Error) return { outcome: 'not_matched', reason: 'condition_error', detail: plan.message };
    const result = evaluateCondition(plan, event);
    if (result.matched) return { outcome: 'matched', reason: 'condition_true' };
    if (result.reason === 'error') return { outcome: 'not_matched', reason: 'condition_error', detail: result.message };
    const { reason } = result;
    const detail = reason === 'missing_field' && result.detail !== undefined ? { detail: result.detail } : {};
    return { outcome: 'not_matched', reason, ...detail };
  }

  return (event, rules, context) => {
    const matched: Matched = { decisions: [], deliveries: [], faults: [] };
    for (const rule of rules) {
      if (!coversType(rule.event_types, event.type)) continue;
      const decided = decide(event, rule);
      const decision: Decision = { rule_id: rule.id, rule_name: rule.name, revision: rule.revision, ...decided };
      matched.decisions.push(decision);
      if (decided.reason === 'condition_error') matched.faults.push({ rule, message: decided.detail ?? 'failed' });
      if (decided.outcome === 'matched') matched.deliveries.push(...deliveriesOf(event, rule, context));
    }
    return matched;
  };
}

/** One delivery for each endpoint; those that cannot be sent to are kept as skipped, with the reason. */
function deliveriesOf(event: AcceptedEvent, rule: CandidateRule, context: MatchContext): DeliveryRow[] {
  const alert = notifyAlert(context.newId('al'), rule, event, context.at);
  return rule.webhook_endpoint_ids.map((endpointId) => {
    const id = context.newId('dlv');
    const endpoint = rule.endpoints?.[endpointId];
    const isAbout = event.about?.endpoint_id === endpointId;
    const reason = isAbout ? 'about_itself' : whyNotTo(endpoint);
    return {
      id,
      event_ref: context.eventRef,
      event_id: event.id,
      event_source: event.source,
      event_type: event.type,
      alert_id: alert.id,
      rule_id: rule.id,
      rule_name: rule.name,
      rule_revision: rule.revision,
      endpoint_id: endpointId,
      endpoint_name: endpoint?.name ?? endpointId,
      status: reason === null ? 'pending' : 'skipped',
      reason,
      body: channels[endpoint?.kind ?? 'http'].renderMessage(alert, { ...context, deliveryId: id }),
      retry_layers: layersOf(endpoint?.retry_policy ?? null, rule.retry_policy),
    };
  });
}

function whyNotTo(endpoint: { is_active: boolean } | undefined): string | null {
  if (endpoint === undefined) return 'endpoint_deleted';
  return endpoint.is_active ? null : 'endpoint_switched_off';
}

/** Most have neither, and null is cheaper to write than a pair of nulls. */
const layersOf = (...layers: RetryLayers): RetryLayers | null => (layers.some(Boolean) ? layers : null);

function compile(source: string): CompiledCondition | Error {
  const compiled = compileCondition(source);
  return compiled.ok ? compiled.condition : new Error(compiled.errors.map((error) => error.message).join('; '));
}
