/** No text of ours needs more of one field than this; the rest of a longer one is not even looked at. */
const LOOKED_AT = 20_000;

/**
 * What a chat shows as text and nothing else: unpaired surrogates and control characters are gone, and so are the marks
 * that turn the direction of what follows them (right-to-left text itself is left as it is). Line ends are `\n`.
 */
export function clean(text: string): string {
  return text
    .slice(0, LOOKED_AT)
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069\uFEFF\uFFFD]/gu, '')
    .trim();
}

/** The same in one line. */
export function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ');
}

/**
 * A text within a limit, with `…` where it was cut. No character is cut in half, and nothing that `escapeOne` made of one.
 * Services do not say whether they count characters or UTF-16 code units: these are never fewer, so they are counted.
 *
 * @param max in UTF-16 code units of the escaped text, at least 1
 * @param escapeOne what the service needs for one character to be shown as it is
 */
export function cut(
  text: string,
  max: number,
  escapeOne: (character: string) => string = (character) => character,
): string {
  let whole = '';
  let fitting = '';
  for (const character of text) {
    whole += escapeOne(character);
    if (whole.length > max) return `${fitting.trimEnd()}…`;
    if (whole.length < max) fitting = whole;
  }
  return whole;
}

/** Joins as many of the parts as fit, in their order. */
export function joinWithin(parts: string[], separator: string, max: number): string {
  return parts.reduce((joined, part) => {
    const longer = joined === '' ? part : joined + separator + part;
    return longer.length <= max ? longer : joined;
  }, '');
}

/** A JSON value that reads as a text in one piece; the empty text for any other. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.isRawJSON(value) ? (value as { rawJSON: string }).rawJSON : '';
}
