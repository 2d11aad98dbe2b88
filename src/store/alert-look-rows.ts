import type { SilenceMatchers } from '../domain/alerting/silence-schema.ts';
import type { Side } from '../domain/alerting/watched-types.ts';
import type { Severity } from '../domain/rule.ts';
import type { CandidateRule, RuleEndpoint } from './candidate-rule.ts';
import type { AlertStatus } from './entities/alert.ts';

/* What a look takes from PostgreSQL and gives to it, as rows. */

/** One key of a stateful rule that is to be looked at. `key_text` are its `per` values in words. */
export interface AlertKey {
  namespace: string;
  rule_id: string;
  key_digest: string;
  key_text: string;
}

/** A key's state, locked until the transaction ends. */
export interface LockedState extends AlertKey {
  meaning: string;
  state: unknown;
  notify_state: unknown;
  alert_id: string | null;
  next_look_at: Date | null;
  watched_until: Date | null;
  shard: number | null;
  created_at: Date;
}

/** An entry that is being taken into its key's state. */
export interface TakenEntry {
  rule_id: string;
  key_digest: string;
  event_ref: string;
  /** Of the rule that put it down; '' of one that did not say. */
  meaning: string;
  /** Its event's place in the list that it was recorded with. */
  place: number;
  sides: Side[];
  epoch: string | null;
  time: Date;
  received_at: Date;
  created_at: Date;
}

/** A state as it is to be from now on. */
export interface NextState {
  rule_id: string;
  key_digest: string;
  meaning: string;
  state: unknown;
  notify_state: unknown;
  alert_id: string | null;
  shard: number | null;
  next_look_at: string | null;
  watched_until: string | null;
  forget_at: string | null;
}

/** A silence that holds back now. */
export interface StoredSilence {
  id: string;
  namespace: string;
  matchers: SilenceMatchers;
  starts_at: Date;
  ends_at: Date;
}

/** An alert as its row has it. */
export interface StoredAlert {
  id: string;
  namespace: string;
  rule_id: string;
  rule_name: string;
  rule_revision: number;
  key_digest: string;
  key_text: string;
  dedup_key: string;
  status: AlertStatus;
  severity: Severity;
  summary: string;
  value: number | null;
  threshold: number | null;
  event_ref: string | null;
  event_id: string | null;
  event_type: string | null;
  started_at: Date;
  fired_at: Date;
  resolved_at: Date | null;
  resolve_reason: string | null;
  held_reason: string | null;
  /** Those that its firing was sent to; null of one that is older than this note. */
  told_endpoint_ids: string[] | null;
  created_by: string;
}

/** An event of the service's own; `data` is an object. */
export interface OwnEventRow {
  id: string;
  namespace: string;
  type: string;
  subject: string | null;
  data: object;
  about_rule_id: string;
}

/** An event as its row has it. */
export interface StoredEvent {
  id: string;
  event_id: string;
  source: string;
  type: string;
  subject: string | null;
  time: Date;
  data: string;
  extensions: string;
}

/** A rule as a look needs it: whatever it is now, switched off too. */
export interface LookedRule extends CandidateRule {
  is_active: boolean;
}

/** An endpoint that was told of a firing and is not among its rule's any more. */
export interface ToldEndpoint extends RuleEndpoint {
  id: string;
  namespace: string;
}
