import type { Silence } from '../domain/alerting/notify/message.ts';
import type { Notify, Resolve, Trigger } from '../domain/alerting/trigger-schema.ts';
import type { ChannelKind } from '../domain/channel-kind.ts';
import type { RetryPolicyInput } from '../domain/retry-policy-schema.ts';
import type { Severity } from '../domain/rule.ts';

/** An endpoint as far as a rule has to know it. */
export interface RuleEndpoint {
  name: string;
  kind: ChannelKind;
  is_active: boolean;
  retry_policy: RetryPolicyInput | null;
}

/** A rule that may match, with those of its endpoints that still exist. */
export interface CandidateRule {
  id: string;
  name: string;
  revision: number;
  condition: string | null;
  event_types: string[];
  severity: Severity;
  webhook_endpoint_ids: string[];
  retry_policy: RetryPolicyInput | null;
  trigger: Trigger;
  resolve: Resolve | null;
  notify: Notify | null;
  /** The digest of what it counts by. */
  meaning: string;
  endpoints: Record<string, RuleEndpoint> | null;
  /** Those of the namespace that may hold back now: one list for all rules. Looks read them by themselves. */
  silences?: readonly Silence[];
}

/** A rule's columns, with those of its endpoints that are there; of `alert_rules r`. */
export const RULE_COLUMNS = `r.id, r.name, r.revision, r.condition, r.event_types, r.severity, r.webhook_endpoint_ids,
    r.retry_policy, r.trigger, r.resolve, r.notify, r.meaning,
    (select json_object_agg(e.id, json_build_object('name', e.name, 'kind', e.kind, 'is_active', e.is_active,
        'retry_policy', e.retry_policy))
       from webhook_endpoints e where e.namespace = r.namespace and e.id = any(r.webhook_endpoint_ids)) as endpoints`;
