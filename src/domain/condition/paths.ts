import type { ConditionFault } from './fault.ts';
import { eventField, type Field } from './fields.ts';
import { nearest } from './suggest.ts';
import { type Expr, type Syntax, stringLiteral } from './syntax.ts';

/** What a chain such as `event.data.error.type` leads to. */
export type Resolved =
  | { kind: 'field'; field: Field }
  /** An extra key, or below one: whatever the sender put there. */
  | { kind: 'extra' }
  | { kind: 'impossible'; fault: ConditionFault };

/**
 * Follows a chain of `.name` and `["name"]` that begins at the variable `event`.
 *
 * @param isVariable whether a name is a comprehension's variable here: one may be called `event` too
 * @returns undefined when the node is no such chain
 */
export function resolvePath(node: Expr, syntax: Syntax, isVariable: (name: string) => boolean): Resolved | undefined {
  const { exprKind } = node;
  if (exprKind.case === 'identExpr') {
    // `.event` is the same variable, by CEL's rule for a leading full stop.
    const name = exprKind.value.name.replace(/^\./, '');
    return name === 'event' && !isVariable('event') ? { kind: 'field', field: eventField } : undefined;
  }
  const step = stepOf(node);
  if (step === undefined) return undefined;
  const parent = resolvePath(step.operand, syntax, isVariable);
  if (parent?.kind !== 'field') return parent;
  const { field } = parent;
  if ('fields' in field) {
    if (Object.hasOwn(field.fields, step.name)) return { kind: 'field', field: field.fields[step.name]! };
    if (field.open) return { kind: 'extra' };
  }
  const names = 'fields' in field ? Object.keys(field.fields) : [];
  const suggestion = nearest(step.name, names);
  const hint = suggestion === undefined ? listing(names) : `; did you mean \`${suggestion}\`?`;
  return {
    kind: 'impossible',
    fault: {
      message: `\`${step.name}\` names a field that cannot exist${hint}`,
      position: positionOfName(step, syntax),
      ...(suggestion === undefined ? {} : { suggestion }),
    },
  };
}

interface Step {
  operand: Expr;
  name: string;
  /** The node that the name belongs to. */
  at: Expr;
}

function stepOf(node: Expr): Step | undefined {
  const { exprKind } = node;
  if (exprKind.case === 'selectExpr') {
    const { operand, field } = exprKind.value;
    return operand && { operand, name: field, at: node };
  }
  if (exprKind.case !== 'callExpr' || exprKind.value.function !== '_[_]') return undefined;
  const [operand, index] = exprKind.value.args;
  const name = index && stringLiteral(index);
  return operand && index && name !== undefined ? { operand, name, at: index } : undefined;
}

function positionOfName({ operand, name, at }: Step, { source, positionOf }: Syntax): number {
  if (at.exprKind.case !== 'selectExpr') return positionOf(at);
  // `has(…)` stands where the macro does: there the name is looked for behind the operand's own.
  const from = at.exprKind.value.testOnly ? positionOf(operand) + nameLength(operand) : positionOf(at);
  return Math.max(source.indexOf(name, from), positionOf(at));
}

function nameLength({ exprKind }: Expr): number {
  if (exprKind.case === 'identExpr') return exprKind.value.name.length;
  return exprKind.case === 'selectExpr' ? exprKind.value.field.length + 1 : 0;
}

const listing = (names: string[]) => (names.length === 0 ? '' : `; there are ${names.join(', ')}`);
