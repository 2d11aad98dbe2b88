/** A text of Temporal's query language: in quotes of any kind, with what is escaped in it. */
const TEXTS = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`/gsu;

/**
 * Whether a list filter is one condition within brackets too: `a) OR (b` would take the others out of force. A server
 * refuses that, but one that is away is not asked.
 */
export function hasItsBrackets(query: string): boolean {
  let depth = 0;
  for (const character of query.replaceAll(TEXTS, '')) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
