import {
  type CelEnv,
  type CelInput,
  type CelList,
  type CelResult,
  CelScalar,
  type CelValue,
  celEnv,
  celFunc,
  celList,
  isCelList,
  isCelMap,
  listType,
  plan,
} from '@bufbuild/cel';
import { Meter, unitsOfCall, unitsOfMatch } from './meter.ts';
import type { Regex } from './regex.ts';
import { childrenOf, countNodes, type Expr } from './syntax.ts';

/** A planned condition: gives its value, or the engine's error. */
export type Plan = (event: CelInput) => CelResult;

export interface Engine {
  env: CelEnv;
  /** Changes the tree: loops are made to charge for what they go through. */
  plan(expr: Expr, regexes: ReadonlyMap<string, Regex>): Plan;
}

/** Charges for a loop before it starts. `@` cannot begin a name in a source. */
const CHARGE_LOOP = '@charge_loop';

/**
 * CEL by @bufbuild/cel with what it lacks here: a budget, patterns compiled once, and arithmetic between ints and
 * doubles (JSON does not tell 1 from 1.0, so a person cannot know which of them an event holds).
 */
export function createEngine(): Engine {
  // Evaluation is synchronous, so one at a time uses these.
  let meter = new Meter();
  let patterns: ReadonlyMap<string, Regex> = new Map();

  const { INT, DOUBLE, DYN } = CelScalar;
  const LIST = listType(DYN);
  const mixed = (name: string, apply: (left: number, right: number) => number) => [
    celFunc(name, [INT, DOUBLE], DOUBLE, (left, right) => apply(Number(left), right)),
    celFunc(name, [DOUBLE, INT], DOUBLE, (left, right) => apply(left, Number(right))),
  ];
  const env = celEnv({
    funcs: [
      ...mixed('_+_', (left, right) => left + right),
      ...mixed('_-_', (left, right) => left - right),
      ...mixed('_*_', (left, right) => left * right),
      ...mixed('_/_', (left, right) => left / right),
      celFunc('_+_', [LIST, LIST], LIST, concat),
      celFunc(CHARGE_LOOP, [DYN, INT], DYN, (range: CelValue, nodes) => {
        const items = isCelList(range) || isCelMap(range) ? range.size : 0;
        meter.charge(items * Number(nodes));
        return range;
      }),
    ],
    re2: {
      compile: (pattern) => ({
        test(text) {
          const regex = patterns.get(pattern);
          if (regex === undefined) throw new Error('pattern was not checked');
          meter.charge(unitsOfMatch(text, regex.instructions));
          return regex.test(text);
        },
      }),
    },
  });
  const metered = meteredEnv(env, (name, operands) => meter.charge(unitsOfCall(name, operands)));

  return {
    env,
    plan(expr, regexes) {
      chargeLoops(expr);
      const evaluate = plan(metered, expr);
      return (event) => {
        meter = new Meter();
        patterns = regexes;
        return evaluate({ event });
      };
    },
  };
}

/** What is in a list that `concat` made: going through one is fifty times slower than copying what it was made of. */
const itemsOf = new WeakMap<CelList, CelValue[]>();

/** The engine's own keeps a list of lists, so what `map` makes of 1,000 items would be 1,000 lists deep. */
function concat(left: CelList, right: CelList): CelList {
  const items = [...(itemsOf.get(left) ?? left), ...(itemsOf.get(right) ?? right)];
  const list = celList(items);
  itemsOf.set(list, items);
  return list;
}

/** The same environment, whose functions charge before they run. The planner asks it for `funcs` and no more. */
function meteredEnv(env: CelEnv, charge: (name: string, operands: CelValue[]) => void): CelEnv {
  const funcs = {
    find(name: string) {
      const group = env.funcs.find(name);
      return (
        group && {
          name: group.name,
          call(id: number, target: CelValue | undefined, args: CelValue[]) {
            charge(name, target === undefined ? args : [target, ...args]);
            return group.call(id, target, args);
          },
        }
      );
    },
  };
  return Object.create(env, { funcs: { value: funcs } });
}

/** Puts the range of each loop through CHARGE_LOOP, with what one turn costs at most: the nodes of its body. */
function chargeLoops(expr: Expr): void {
  for (const child of childrenOf(expr)) chargeLoops(child);
  if (expr.exprKind.case !== 'comprehensionExpr') return;
  const loop = expr.exprKind.value;
  if (!loop.iterRange || !loop.loopStep || !loop.loopCondition) return;
  const turn = BigInt(countNodes(loop.loopStep) + countNodes(loop.loopCondition));
  const { $typeName, id } = loop.iterRange;
  loop.iterRange = {
    $typeName,
    id,
    exprKind: {
      case: 'callExpr',
      value: {
        $typeName: 'cel.expr.Expr.Call',
        function: CHARGE_LOOP,
        args: [
          loop.iterRange,
          {
            $typeName,
            id,
            exprKind: {
              case: 'constExpr',
              value: { $typeName: 'cel.expr.Constant', constantKind: { case: 'int64Value', value: turn } },
            },
          },
        ],
      },
    },
  };
}
