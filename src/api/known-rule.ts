import type { EntityManager } from '@mikro-orm/postgresql';
import { AlertRule } from '../store/entities/alert-rule.ts';
import { invalid } from './problem.ts';

/** The rule that a body or a filter names at `path`. @throws ApiError 422 where it is not in the namespace */
export async function knownRule(em: EntityManager, id: string, path: string): Promise<AlertRule> {
  const rule = await em.findOne(AlertRule, { id });
  if (rule) return rule;
  throw invalid([{ path, message: 'there is no alert rule with this id in your namespace' }]);
}
