import { type CelError, type CelResult, isCelError } from '@bufbuild/cel';
import { checkBounds } from './condition/bounds.ts';
import { createEngine, type Plan } from './condition/engine.ts';
import { toEventValue } from './condition/event-value.ts';
import type { ConditionFault } from './condition/fault.ts';
import { sampleEvent } from './condition/sample.ts';
import { parseCondition } from './condition/syntax.ts';
import { checkTypes } from './condition/types.ts';
import type { AcceptedEvent } from './event.ts';

/** A condition that passed all checks. Keep it: compiling takes a hundred times longer than evaluating. */
export interface CompiledCondition {
  source: string;
  plan: Plan;
}

export type Compiled = { ok: true; condition: CompiledCondition } | { ok: false; errors: ConditionFault[] };

/** Whether a condition holds for an event, and why not. `detail` and `message` are for people. */
export type Evaluated =
  | { matched: true }
  | { matched: false; reason: 'condition_false' }
  | { matched: false; reason: 'missing_field'; detail?: string }
  | { matched: false; reason: 'error'; message: string };

const engine = createEngine();

/**
 * Checks and plans a condition: CEL over the one variable `event`, boolean, within the bounds of `condition/limits.ts`.
 * What is refused here is wrong for every event; what depends on the event shows when it is evaluated.
 *
 * @returns the condition, or at least one fault; never throws, whatever the source
 */
export function compileCondition(source: string): Compiled {
  const parsed = parseCondition(source);
  if (!parsed.ok) return { ok: false, errors: [parsed.fault] };
  const { syntax } = parsed;
  const { faults, regexes } = checkBounds(syntax);
  if (faults.length > 0) return { ok: false, errors: faults };
  const typeFaults = checkTypes(syntax, engine.env);
  if (typeFaults.length > 0) return { ok: false, errors: typeFaults };
  try {
    const condition = { source, plan: engine.plan(syntax.expr, regexes) };
    const fault = dryRun(condition);
    return fault === undefined ? { ok: true, condition } : { ok: false, errors: [fault] };
  } catch (error) {
    return { ok: false, errors: [{ message: `cannot be planned: ${(error as Error).message}` }] };
  }
}

/** Tries a condition on the sample event: a result or an operand of a wrong type cannot be right on any other. */
function dryRun(condition: CompiledCondition): ConditionFault | undefined {
  const result = condition.plan(toEventValue(sampleEvent));
  if (isCelError(result)) {
    const typeError = allErrors(result).find(({ message }) => TYPE_ERROR.test(message));
    return typeError && { message: typeError.message };
  }
  return typeof result === 'boolean' ? undefined : { message: NOT_BOOLEAN };
}

/**
 * Evaluates a condition on an event, within a budget of work that no condition and no event can pass.
 *
 * @returns whether it matched; never throws
 */
export function evaluateCondition(condition: CompiledCondition, event: AcceptedEvent): Evaluated {
  const result = evaluate(condition, event);
  if (typeof result === 'boolean') return result ? { matched: true } : { matched: false, reason: 'condition_false' };
  if (!isCelError(result)) return { matched: false, reason: 'error', message: NOT_BOOLEAN };
  const errors = allErrors(result);
  const other = errors.find(({ message }) => !MISSING.test(message));
  if (other === undefined) return { matched: false, reason: 'missing_field', detail: result.message };
  return { matched: false, reason: 'error', message: other.message };
}

const NOT_BOOLEAN = 'must be true or false';

function evaluate({ plan }: CompiledCondition, event: AcceptedEvent): CelResult | Error {
  try {
    return plan(toEventValue(event));
  } catch (error) {
    return error as Error;
  }
}

/** The engine has no codes: these are all the messages of its 0.6.1 for a key or item that is not there. */
const MISSING = /^(field not found: |index -?\d+ out of bounds)/;
const TYPE_ERROR = /^(found no matching overload|type mismatch|unbound function|unresolved attribute)/;

/** An error of `&&` or `||` holds those of both sides: where one of them is another error, it is that one that counts. */
function allErrors(error: CelError): CelError[] {
  return [error, ...(Array.isArray(error.cause) ? error.cause.filter(isCelError).flatMap(allErrors) : [])];
}
