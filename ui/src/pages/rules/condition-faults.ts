/* What the API says of a condition, as ranges of its text, in words that say what to do, and as a way to mend it. */

export interface Fault {
  message: string;
  position?: number | undefined;
  suggestion?: string | undefined;
}

/** A change of the text that mends a fault. */
export interface Fix {
  from: number;
  to: number;
  insert: string;
  label: string;
}

/** What a fault underlines: a name, an operator or a character; the last one where the end is what is wrong. */
export function rangeOf(source: string, position = 0): { from: number; to: number } {
  const from = Math.min(position, source.length);
  if (from === source.length) return { from: Math.max(0, from - 1), to: from };
  const token = /^(?:[A-Za-z_]\w*|[=<>!&|]+|"[^"\n]*"|'[^'\n]*'|\d[\w.]*|[\s\S])/.exec(source.slice(from))?.[0] ?? '';
  return { from, to: from + Math.max(1, token.length) };
}

/** The fault in words, with what is usually meant. */
export function explain(source: string, { message, position = 0 }: Fault): string {
  const rest = source.slice(position);
  if (/unexpected|not valid CEL/.test(message)) return explainSyntax(source, rest) ?? upper(message);
  if (/`[<>=!]+` does not take .*string/.test(message))
    return `${upper(message)}: a number has no quotes, a text has. Compare like with like.`;
  if (/^must be true or false, not/.test(message))
    return `${upper(message)}: compare it with something, such as ${source.trim()} == "…".`;
  if (/is not a variable/.test(message) && !/did you mean/.test(message))
    return `${upper(message)}. A text is in quotes; a field begins with event.data.`;
  return upper(message);
}

function explainSyntax(source: string, rest: string): string | undefined {
  if (openQuote(source)) return 'A text is not closed: put the same quote at its end.';
  if (/[“”‘’]/.test(source)) return 'Curly quotes are no quotes here: use "…".';
  if (/^=/.test(rest) && !/^==/.test(rest)) return 'One = says nothing: equality is ==.';
  if (/={3}/.test(bare(source))) return 'Equality is == here.';
  if (/^<>/.test(rest)) return 'Not equal is != here.';
  if (/[^=!<>]=(?!=)/.test(bare(source))) return 'One = says nothing: equality is ==.';
  if (wordAt(source, 'and')) return 'Both must hold is && here.';
  if (wordAt(source, 'or')) return 'One must hold is || here.';
  if (/^not\b/i.test(source)) return 'Not is ! here.';
  if (missingBracket(source)) return `A bracket is not closed: ${missingBracket(source)} is missing.`;
  if (/(&&|\|\||==|!=|[<>+*/-])\s*$/.test(source)) return 'Something must follow the last operator.';
  return undefined;
}

/** The change that mends a fault, where it can be known. */
export function fixOf(source: string, { message, position, suggestion }: Fault): Fix | undefined {
  if (position === undefined) return undefined;
  if (suggestion !== undefined) return { ...rangeOf(source, position), insert: suggestion, label: `Use ${suggestion}` };
  if (/is not a variable/.test(message) && /^data\b/.test(source.slice(position)))
    return { from: position, to: position, insert: 'event.', label: 'Use event.data' };
  if (!/unexpected/.test(message) || openQuote(source)) return undefined;
  for (const [pattern, insert] of [
    [/(?<![=!<>])={1}(?!=)/, '=='],
    [/={3}/, '=='],
    [/<>/, '!='],
    [/\band\b/i, '&&'],
    [/\bor\b/i, '||'],
    [/^not\s+/i, '!'],
    [/[“”‘’]/, '"'],
  ] as const) {
    // Within a text anything may stand.
    const found = pattern.exec(bare(source));
    if (found) return { from: found.index, to: found.index + found[0].length, insert, label: `Use ${insert}` };
  }
  const bracket = missingBracket(source);
  const end = source.length;
  return bracket === undefined ? undefined : { from: end, to: end, insert: bracket, label: `Add ${bracket}` };
}

/** Without its texts: what stands in them is no syntax. */
const bare = (source: string) =>
  source.replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g, (text) => '_'.repeat(text.length));
const openQuote = (source: string) => /["']/.test(bare(source));
const wordAt = (source: string, word: string) => new RegExp(`\\b${word}\\b`, 'i').test(bare(source));
const upper = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function missingBracket(source: string): string | undefined {
  const open: string[] = [];
  for (const [character] of bare(source).matchAll(/[()[\]{}]/g)) {
    if ('([{'.includes(character)) open.push({ '(': ')', '[': ']', '{': '}' }[character] as string);
    else if (open.at(-1) === character) open.pop();
  }
  return open.at(-1);
}
