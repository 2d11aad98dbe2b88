import { formsOf } from './secret-forms.ts';

/** What takes the place of a secret, as in the API's answers. */
const MASK = '••••••••';

/** Shorter values say nothing by themselves, and would black out half of an innocent text. */
const SHORTEST = 6;

/** Parts of a URL from this length on are taken for tokens: Slack's have 24 characters, Discord's 68. */
const SHORTEST_TOKEN = 16;
/** So many characters of a secret in a row are masked wherever they stand: a receiver may show a part of what it got. */
const GRAM = 12;

/**
 * A receiver's words without what we sent it in confidence: debug pages and echo services show request headers, as they
 * are or encoded. The letters' case does not matter.
 *
 * The cost grows with the length of the text and of the values, whatever is in them: both come from outside.
 *
 * @param text an answer's beginning, which may end in the middle of a value, or a message about it
 * @param values secrets and header values; of `Bearer x` and its like the credentials alone count too
 */
export function redact(text: string, values: string[]): string {
  if (text.length < SHORTEST || values.length === 0) return text;
  const forms = formsOf(values)
    .map(lowerAscii)
    .filter((form) => form.length >= SHORTEST);
  const hidden = new Uint8Array(text.length);
  const lower = lowerAscii(text);
  hideGrams(lower, forms, hidden);
  for (const form of forms) {
    if (form.length < GRAM) hideWhole(lower, form, hidden);
    hideCutEnd(lower, form, hidden);
  }
  return masked(text, hidden);
}

/** Every part of the text that is at least `GRAM` characters of a form in a row. */
function hideGrams(text: string, forms: string[], hidden: Uint8Array): void {
  const places = new Map<string, number[]>();
  // Nearly all grams of the forms are in no text: this tells at the cost of a sum.
  const known = new Uint8Array(SUMS);
  eachSum(text, (sum, at) => {
    known[sum] = 1;
    const gram = text.slice(at, at + GRAM);
    const same = places.get(gram);
    if (same) same.push(at);
    else places.set(gram, [at]);
  });
  for (const form of forms) {
    eachSum(form, (sum, at) => {
      if (known[sum] === 0) return;
      const gram = form.slice(at, at + GRAM);
      for (const place of places.get(gram) ?? []) hidden.fill(1, place, place + GRAM);
      // Hidden once and for all: a text of one letter has thousands of places.
      places.delete(gram);
    });
  }
}

/** Distinct sums of a gram: a power of two, for they wrap around by a mask. */
const SUMS = 1 << 16;
const FACTOR = 31;
const FACTOR_OF_FIRST = power(FACTOR, GRAM - 1);

/** Calls with a rolling sum of each gram of a text, and where the gram begins. */
function eachSum(text: string, visit: (sum: number, at: number) => void): void {
  let sum = 0;
  for (let end = 0; end < text.length; end += 1) {
    if (end >= GRAM) sum -= text.charCodeAt(end - GRAM) * FACTOR_OF_FIRST;
    sum = (Math.imul(sum, FACTOR) + text.charCodeAt(end)) & (SUMS - 1);
    if (end >= GRAM - 1) visit(sum, end - GRAM + 1);
  }
}

function hideWhole(text: string, form: string, hidden: Uint8Array): void {
  for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) hidden.fill(1, at, at + form.length);
}

/**
 * What must not be shown of a URL that is itself a secret: a service may quote the whole of it, its path, or a token alone.
 *
 * @returns values for `redact`; a path's ordinary words are not among them
 */
export function urlSecrets(url: string): string[] {
  const { pathname, search, searchParams } = new URL(url);
  const segments = pathname.split('/').filter(Boolean);
  const tokens = [...segments, ...searchParams.values()].filter((value) => value.length >= SHORTEST_TOKEN);
  const values = [url, ...(pathname.length > 1 ? [pathname + search, pathname] : []), search, ...tokens];
  // Where nothing follows it, the last part of the path is the token, however short.
  return search === '' ? [...values, segments.at(-1) ?? ''] : values;
}

/** The text was cut somewhere, perhaps within a secret: its beginning is none of a reader's business either. */
function hideCutEnd(text: string, form: string, hidden: Uint8Array): void {
  for (let length = Math.min(GRAM, form.length) - 1; length >= SHORTEST; length -= 1) {
    if (!text.endsWith(form.slice(0, length))) continue;
    hidden.fill(1, text.length - length);
    return;
  }
}

function masked(text: string, hidden: Uint8Array): string {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    const isHidden = hidden[from];
    let to = from + 1;
    while (to < text.length && hidden[to] === isHidden) to += 1;
    parts.push(isHidden ? MASK : text.slice(from, to));
    from = to;
  }
  return parts.join('');
}

/** Of ASCII alone: other letters may change their length with their case, and header values have none. */
const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Modulo `SUMS`. */
function power(base: number, exponent: number): number {
  let result = 1;
  for (let count = 0; count < exponent; count += 1) result = Math.imul(result, base) & (SUMS - 1);
  return result;
}
