import type { ConditionFault } from './fault.ts';
import { limits } from './limits.ts';
import { compileRegex, type Regex } from './regex.ts';
import { regexAtoms } from './regex-size.ts';
import { childrenOf, countNodes, type Expr, type Syntax, stringLiteral } from './syntax.ts';

const MIN_INT = -(2n ** 63n);
const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

/** What the bounds say of a condition, and the patterns that it matches with, ready for use. */
export interface Bounded {
  faults: ConditionFault[];
  regexes: Map<string, Regex>;
}

/** Checks all bounds that can be read off the syntax tree. */
export function checkBounds({ expr, positionOf }: Syntax): Bounded {
  const faults: ConditionFault[] = [];
  const regexes = new Map<string, Regex>();
  const report = (node: Expr, message: string) => faults.push({ message, position: positionOf(node) });
  let atoms = 0;

  const visitCall = (name: string, args: Expr[]) => {
    if (name !== 'matches') return;
    // Of `text.matches(pattern)` the last argument; any other form is not known and refused by the types.
    const pattern = args.at(-1);
    const text = pattern && stringLiteral(pattern);
    if (pattern === undefined) return;
    if (text === undefined) return void report(pattern, 'a pattern of `matches` must be written out as a string');
    atoms += regexAtoms(text);
    if (atoms > limits.regexAtoms) {
      return void report(pattern, `patterns are too large: at most ${limits.regexAtoms} characters, repeats included`);
    }
    const compiled = compileRegex(text);
    if (compiled.ok) regexes.set(text, compiled.regex);
    else report(pattern, `is not a valid pattern: ${compiled.message}`);
  };

  const visit = (node: Expr, loops: number): void => {
    const { exprKind } = node;
    if (exprKind.case === 'callExpr') visitCall(exprKind.value.function, exprKind.value.args);
    else if (exprKind.case === 'listExpr' && exprKind.value.elements.length > limits.listItems) {
      report(node, `has a list of more than ${limits.listItems} items`);
    } else if (exprKind.case === 'structExpr' && exprKind.value.entries.length > limits.listItems) {
      report(node, `has a map of more than ${limits.listItems} entries`);
    } else if (exprKind.case === 'constExpr' && !fits(exprKind.value.constantKind)) {
      report(node, 'has a number beyond 64 bits');
    } else if (exprKind.case === 'comprehensionExpr') {
      if (loops > 0) return void report(node, 'has `all`, `exists`, `map` or `filter` inside another of these');
      // What is gone through is worked out once, outside of the loop.
      const { iterRange } = exprKind.value;
      for (const child of childrenOf(node)) visit(child, child === iterRange ? loops : loops + 1);
      return;
    }
    for (const child of childrenOf(node)) visit(child, loops);
  };

  if (countNodes(expr) > limits.nodes) {
    faults.push({ message: `is too large: more than ${limits.nodes} parts`, position: 0 });
  } else {
    visit(expr, 0);
  }
  return { faults, regexes };
}

type Constant = Extract<Expr['exprKind'], { case: 'constExpr' }>['value']['constantKind'];

function fits(constant: Constant): boolean {
  if (constant.case === 'int64Value') return constant.value >= MIN_INT && constant.value <= MAX_INT;
  return constant.case !== 'uint64Value' || constant.value <= MAX_UINT;
}
