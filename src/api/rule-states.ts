import type { EntityManager } from '@mikro-orm/postgresql';
import { absenceSince } from '../domain/alerting/absence.ts';
import { dedupKey } from '../domain/dedup-key.ts';
import type { AlertRule } from '../store/entities/alert-rule.ts';
import { AlertEntry, AlertState } from '../store/entities/alert-state.ts';

/** What a change of a rule means for what is remembered of its keys. */

/** Long ago: whoever looks for what is due finds it at once. */
const AT_ONCE = new Date(0);

/**
 * Has every key of a rule looked at within moments: what the rule means now, or whether it is still there, decides there.
 *
 * @param em in the transaction that changes or deletes the rule: both take effect, or neither
 */
export async function lookAtAllKeys(em: EntityManager, ruleId: string): Promise<void> {
  await em.nativeUpdate(AlertState, { rule_id: ruleId, key_digest: { $ne: '' } }, { next_look_at: AT_ONCE });
}

/**
 * Has every key of a rule begin anew, as it means something else now or was switched off or on: what was reckoned until
 * then ends, and what was put down and not taken yet counts for nothing.
 *
 * @param em in the transaction that changes the rule: no look at the rule is under way then
 */
export async function resetAllKeys(em: EntityManager, ruleId: string): Promise<void> {
  await em.nativeUpdate(
    AlertState,
    { rule_id: ruleId, key_digest: { $ne: '' } },
    { next_look_at: AT_ONCE, meaning: '' },
  );
  await em.nativeDelete(AlertEntry, { rule_id: ruleId });
}

/**
 * Starts the clock of a rule that tells of an absence and keeps nothing apart: there is no event to start it.
 *
 * @param em in the transaction that saves the rule
 */
export async function startClock(em: EntityManager, rule: AlertRule, now: number): Promise<void> {
  const { trigger } = rule;
  if (trigger.kind !== 'absence' || trigger.per.length > 0 || !rule.is_active) return;
  const at = new Date(now);
  await em.upsert(
    AlertState,
    {
      rule_id: rule.id,
      key_digest: dedupKey(rule.id, []).slice(rule.id.length + 1),
      namespace: rule.namespace,
      key_text: '',
      meaning: rule.meaning,
      state: absenceSince(now),
      next_look_at: AT_ONCE,
      created_by: rule.created_by,
      created_at: at,
      updated_at: at,
    },
    // What fires has to end first: the look does that, and begins anew.
    { onConflictFields: ['rule_id', 'key_digest'], onConflictMergeFields: ['next_look_at'] },
  );
}
