import { parse } from '@bufbuild/cel';
import type { ConditionFault } from './fault.ts';
import { limits } from './limits.ts';

export type Expr = ReturnType<typeof parse>['expr'];

/** A parsed condition. */
export interface Syntax {
  source: string;
  expr: Expr;
  /** A node's offset in the source: of an operator the operator, of `a.b` and `a.b()` the full stop. */
  positionOf: (node: Expr) => number;
}

export type Parsed = { ok: true; syntax: Syntax } | { ok: false; fault: ConditionFault };

/** Parses a condition, after looking at what would be too much for the parser itself. */
export function parseCondition(source: string): Parsed {
  if (source.trim() === '') return refuse({ message: 'must not be empty; leave it out to match every event' });
  if (source.length > limits.sourceCharacters) {
    return refuse({
      message: `is longer than ${limits.sourceCharacters} characters`,
      position: limits.sourceCharacters,
    });
  }
  const tooDeep = positionBeyondDepth(source);
  if (tooDeep !== undefined) {
    return refuse({ message: `is nested more than ${limits.depth} levels deep`, position: tooDeep });
  }
  try {
    const { expr, sourceInfo } = parse(source);
    const positionOf = (node: Expr) => {
      const position = sourceInfo?.positions[String(node.id)] ?? 0;
      // Of some operators the engine gives the space before them.
      return position + /^\s*/.exec(source.slice(position))![0].length;
    };
    return { ok: true, syntax: { source, expr, positionOf } };
  } catch (error) {
    return refuse(syntaxFault(source, error));
  }
}

const refuse = (fault: ConditionFault): Parsed => ({ ok: false, fault });

/** String literals (raw ones have no escapes) and comments, in which a bracket is only a character; then brackets. */
const BRACKETS =
  /[bB]?[rR][bB]?(?:""".*?"""|'''.*?'''|"[^"\n]*"|'[^'\n]*')|"""(?:\\.|[^\\])*?"""|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|[([{]|[)\]}]/gs;

function positionBeyondDepth(source: string): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of source.matchAll(BRACKETS)) {
    if ('([{'.includes(token)) depth += 1;
    // One too many ends the parser's work there, so what it does to the count does not matter.
    else if (')]}'.includes(token)) depth -= 1;
    if (depth > limits.depth) return index;
  }
  return undefined;
}

/** The engine's parse errors carry `location` and `found`, but it does not export their class. */
function syntaxFault(source: string, error: unknown): ConditionFault {
  // The bracket scan above leaves no known way to the stack's end; should there be one, it is a refusal and no crash.
  if (error instanceof RangeError) return { message: 'is nested too deeply', position: 0 };
  const { location } = error as { location?: { start: { offset: number } } };
  if (location === undefined) return { message: `is not valid CEL: ${(error as Error).message}` };
  const position = location.start.offset;
  const found = Array.from(source.slice(position))[0];
  return { message: `is not valid CEL: unexpected ${found === undefined ? 'end' : JSON.stringify(found)}`, position };
}

/** The nodes right below one, in the order of the source as far as the tree tells. */
export function childrenOf({ exprKind }: Expr): Expr[] {
  const present = (...nodes: (Expr | undefined)[]) => nodes.filter((node) => node !== undefined);
  switch (exprKind.case) {
    case 'selectExpr':
      return present(exprKind.value.operand);
    case 'callExpr':
      return present(exprKind.value.target, ...exprKind.value.args);
    case 'listExpr':
      return exprKind.value.elements;
    case 'structExpr':
      return exprKind.value.entries.flatMap(({ keyKind, value }) =>
        present(keyKind.case === 'mapKey' ? keyKind.value : undefined, value),
      );
    case 'comprehensionExpr': {
      const { iterRange, accuInit, loopCondition, loopStep, result } = exprKind.value;
      return present(iterRange, accuInit, loopCondition, loopStep, result);
    }
    default:
      return [];
  }
}

/** How many nodes a tree has, itself included. */
export function countNodes(expr: Expr): number {
  return childrenOf(expr).reduce((sum, child) => sum + countNodes(child), 1);
}

/** The text of a string literal, or undefined for any other node. */
export function stringLiteral({ exprKind }: Expr): string | undefined {
  if (exprKind.case !== 'constExpr' || exprKind.value.constantKind.case !== 'stringValue') return undefined;
  return exprKind.value.constantKind.value;
}
