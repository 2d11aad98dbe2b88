import type { CelEnv, CelFunc } from '@bufbuild/cel';
import type { ConditionFault } from './fault.ts';
import { type TypeName, typesOf } from './fields.ts';
import { resolvePath } from './paths.ts';
import { nearest } from './suggest.ts';
import { childrenOf, type Expr, type Syntax } from './syntax.ts';

/** The types that a node's value can have; `dyn` among them: unknown. */
type Types = readonly TypeName[];
/** The variables of the comprehensions around a node. */
type Scope = ReadonlyMap<string, Types>;

const DYN: Types = ['dyn'];
const BOOL: Types = ['bool'];
/** Names that are values of CEL's type `type`, as in `type(x) == string`. */
const TYPE_NAMES = ['int', 'uint', 'double', 'bool', 'string', 'bytes', 'list', 'map', 'null_type', 'type'];

/**
 * Finds what is wrong with a condition whatever the event: names and fields that cannot exist, functions that are not
 * there, operands that no overload takes, a result that is not boolean. What depends on the event is left to it.
 */
export function checkTypes(syntax: Syntax, env: CelEnv): ConditionFault[] {
  const { positionOf } = syntax;
  const faults: ConditionFault[] = [];
  const report = (node: Expr, message: string, suggestion?: string) => {
    const position = positionOf(node) + (startsWithStop(node) ? 1 : 0);
    faults.push({ message, position, ...(suggestion === undefined ? {} : { suggestion }) });
    return DYN;
  };

  const infer = (node: Expr, scope: Scope): Types => {
    const { exprKind } = node;
    const path = resolvePath(node, syntax, (name) => scope.has(name));
    if (path?.kind === 'impossible') {
      // The chain's own end reports; its longer forms, which lead here too, add nothing.
      if (!faults.some(({ position }) => position === path.fault.position)) faults.push(path.fault);
      return DYN;
    }
    if (exprKind.case === 'selectExpr' && exprKind.value.testOnly) {
      if (path === undefined) inferAll(node, scope);
      return BOOL;
    }
    if (path !== undefined) return path.kind === 'field' ? typesOf(path.field) : DYN;

    switch (exprKind.case) {
      case 'constExpr':
        return [CONSTANT_TYPES[exprKind.value.constantKind.case ?? ''] ?? 'dyn'];
      case 'identExpr':
        return inferName(node, exprKind.value.name, scope);
      case 'callExpr':
        return inferCall(node, exprKind.value, scope);
      case 'comprehensionExpr':
        return inferLoop(exprKind.value, scope);
      case 'listExpr':
        inferAll(node, scope);
        return ['list'];
      case 'structExpr':
        if (exprKind.value.messageName !== '') return report(node, 'must not make protobuf messages');
        inferAll(node, scope);
        return ['map'];
      default:
        inferAll(node, scope);
        return DYN;
    }
  };

  const inferAll = (node: Expr, scope: Scope) => childrenOf(node).map((child) => infer(child, scope));

  const inferName = (node: Expr, name: string, scope: Scope): Types => {
    const types = scope.get(name);
    if (types !== undefined) return types;
    if (TYPE_NAMES.includes(name)) return ['type'];
    const suggestion = nearest(name, ['event', ...scope.keys()]);
    const hint = suggestion === undefined ? '; the only one is `event`' : `; did you mean \`${suggestion}\`?`;
    return report(node, `\`${name}\` is not a variable${hint}`, suggestion);
  };

  const mustBeBool = (node: Expr | undefined, scope: Scope) => {
    if (node === undefined) return;
    const types = infer(node, scope);
    if (!overlap(types, 'bool')) report(node, `must be true or false here, not ${show(types)}`);
  };

  const inferCall = (node: Expr, call: Call, scope: Scope): Types => {
    switch (call.function) {
      case '_&&_':
      case '_||_':
      case '!_':
      case '@not_strictly_false':
        for (const operand of call.args) mustBeBool(operand, scope);
        return BOOL;
      case '_?_:_': {
        const [condition, ...branches] = call.args;
        mustBeBool(condition, scope);
        return branches.flatMap((branch) => [...infer(branch, scope)]);
      }
      case '_[_]': {
        const [operand] = call.args.map((arg) => infer(arg, scope));
        if (operand && !overlap(operand, 'list') && !overlap(operand, 'map')) {
          return report(node, `cannot take an item of ${show(operand)}`);
        }
        return DYN;
      }
      default:
        return inferOverload(node, call, scope);
    }
  };

  const inferOverload = (node: Expr, call: Call, scope: Scope): Types => {
    const target = call.target && infer(call.target, scope);
    const args = call.args.map((arg) => infer(arg, scope));
    const named = [...(env.funcs.find(call.function) ?? [])];
    if (named.length === 0) {
      const suggestion = nearest(call.function, callableNames(env));
      const hint = suggestion === undefined ? '' : `; did you mean \`${suggestion}\`?`;
      return report(node, `there is no function \`${call.function}\`${hint}`, suggestion);
    }
    const fitting = named.filter((func) => takes(func, target, args));
    if (fitting.length > 0) return fitting.map((func) => func.result.name);
    const operands = [...(target ? [target] : []), ...args].map(show).join(' and ');
    return report(node, `${describe(call.function)} does not take ${operands || 'nothing'}`);
  };

  const inferLoop = (loop: Loop, scope: Scope): Types => {
    const { iterRange, accuInit, loopCondition, loopStep, result } = loop;
    if (!iterRange || !accuInit || !loopCondition || !loopStep || !result) return DYN;
    const range = infer(iterRange, scope);
    if (!overlap(range, 'list') && !overlap(range, 'map')) report(iterRange, `cannot go through ${show(range)}`);
    const inner = new Map(scope).set(loop.iterVar, DYN).set(loop.accuVar, infer(accuInit, scope));
    infer(loopCondition, inner);
    infer(loopStep, inner);
    return infer(result, inner);
  };

  const result = infer(syntax.expr, new Map());
  if (faults.length === 0 && !result.every((type) => type === 'bool' || type === 'dyn')) {
    report(syntax.expr, `must be true or false, not ${show(result)}`);
  }
  return faults;
}

type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value'];
type Loop = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value'];

const CONSTANT_TYPES: Record<string, TypeName> = {
  boolValue: 'bool',
  bytesValue: 'bytes',
  doubleValue: 'double',
  int64Value: 'int',
  nullValue: 'null_type',
  stringValue: 'string',
  uint64Value: 'uint',
};

/** Of `a.b` and `a.b()` the position is the full stop, which is not what is wrong. */
function startsWithStop({ exprKind }: Expr): boolean {
  if (exprKind.case === 'selectExpr') return !exprKind.value.testOnly;
  return exprKind.case === 'callExpr' && exprKind.value.target !== undefined;
}

const overlap = (types: Types, wanted: TypeName) => wanted === 'dyn' || types.includes('dyn') || types.includes(wanted);

function takes(func: CelFunc, target: Types | undefined, args: Types[]): boolean {
  if ((func.target === undefined) !== (target === undefined) || func.arguments.length !== args.length) return false;
  if (func.target !== undefined && target !== undefined && !overlap(target, func.target.name)) return false;
  return args.every((types, index) => overlap(types, func.arguments[index]!.name));
}

/** Operators have names such as `_+_` and are not called by them; `@…` are the engine's own. */
function callableNames(env: CelEnv): string[] {
  const names = [...env.funcs].map((func) => func.name).filter((name) => /^[a-z]/i.test(name));
  return [...new Set([...names, 'has', 'all', 'exists', 'exists_one', 'filter', 'map'])];
}

const describe = (name: string) => `\`${name === '@in' ? 'in' : name.replaceAll('_', '') || name}\``;

const show = (types: Types) =>
  [...new Set(types)].map((type) => type.replace('google.protobuf.', '').toLowerCase()).join(' or ');
