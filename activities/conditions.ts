import {
  type CompiledCondition,
  compileCondition,
  type Evaluated,
  evaluateCondition,
} from '../src/domain/condition.ts';
import type { AcceptedEvent } from '../src/domain/event.ts';

/** The part of a rule that a condition is kept by. */
interface Conditioned {
  id: string;
  revision: number;
  condition: string | null;
}

/** What a rule's condition says of an event; true where it has none. */
export type Conditions = (rule: Conditioned, event: AcceptedEvent) => Evaluated;

/** Conditions are planned once for a revision (0.5 ms each) and kept for the most recently used. */
const PLANS_KEPT = 20_000;

/** Makes an evaluator with its own cache of planned conditions. */
export function createConditions(): Conditions {
  const plans = new Map<string, CompiledCondition | Error>();

  return (rule, event) => {
    if (rule.condition === null) return { matched: true };
    const plan = planOf(rule, rule.condition);
    if (plan instanceof Error) return { matched: false, reason: 'error', message: plan.message };
    return evaluateCondition(plan, event);
  };

  function planOf({ id, revision }: Conditioned, source: string): CompiledCondition | Error {
    const key = `${id}:${revision}`;
    const plan = plans.get(key) ?? compile(source);
    // Delete and set: a Map keeps insertion order, so the first key is the least recently used.
    plans.delete(key);
    plans.set(key, plan);
    if (plans.size > PLANS_KEPT) plans.delete(plans.keys().next().value as string);
    return plan;
  }
}

function compile(source: string): CompiledCondition | Error {
  const compiled = compileCondition(source);
  return compiled.ok ? compiled.condition : new Error(compiled.errors.map((error) => error.message).join('; '));
}
