/**
 * JSON in and out without touching a number: `12345678901234567890`, `1.0` and `1e400` leave as they came. A number that
 * JavaScript would rewrite is kept as a raw value, which `JSON.stringify` writes as its source; all others are plain.
 *
 * No imports: this also runs inside Temporal's workflow sandbox.
 */

/** A number kept as its source text. */
export type RawNumber = RawJson;

/** The value is nested deeper than this machine's stack can walk. Its limit is far above the API's 64 levels. */
export class JsonDepthError extends Error {
  override name = 'JsonDepthError';
  constructor(cause: unknown) {
    super('JSON is nested too deeply: flatten it to at most 64 levels.', { cause });
  }
}

/**
 * A number token that JavaScript may rewrite: -0; 16 or more digits; a fraction that ends in 0; a fraction below 1e-6
 * (written with an exponent); any exponent. All other decimals have at most 15 digits, and those survive a double.
 * It may also match inside a string, which costs time and nothing else; it must never miss.
 */
const MAY_BE_REWRITTEN = /(?<![^\s:,[])-?(?:0|[\d.]{16,}|\d+\.\d*0|0\.000000\d*|\d[\d.]*[eE][+-]?\d+)(?![^\s,\]}])/;

/**
 * Like JSON.parse, with numbers kept exactly. A `__proto__` key becomes an own property, as with JSON.parse.
 *
 * @throws SyntaxError when the text is not JSON
 * @throws JsonDepthError when it is nested too deeply to be walked
 */
export function parseLossless(text: string): unknown {
  if (!MAY_BE_REWRITTEN.test(text)) return JSON.parse(text);
  return orTooDeep(() => JSON.parse(text, keepSource));
}

function keepSource(_key: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;
}

/**
 * Like JSON.stringify for a JSON value; raw numbers are written as they came.
 *
 * @throws TypeError for what JSON cannot hold, such as undefined at the top
 * @throws JsonDepthError when it is nested too deeply to be walked
 */
export function stringifyLossless(value: unknown): string {
  const text: string | undefined = orTooDeep(() => JSON.stringify(value));
  if (text === undefined) throw new TypeError(`A value of type ${typeof value} has no JSON form.`);
  return text;
}

/** V8's own walks recurse: a RangeError out of them can only be the stack's end. */
function orTooDeep<T>(walk: () => T): T {
  try {
    return walk();
  } catch (cause) {
    if (cause instanceof RangeError) throw new JsonDepthError(cause);
    throw cause;
  }
}

/** Whether a value is a number kept as its source (in `rawJSON`); such a one is no plain object to be walked. */
export function isRawNumber(value: unknown): value is RawNumber {
  return JSON.isRawJSON(value);
}

/** One thing wrong with a value: `path` as in `data.items[3].name`, empty for the value itself. */
export interface JsonFault {
  path: string;
  message: string;
}

/** More faults than a person reads; the walk ends there. */
const MAX_FAULTS = 100;

/**
 * Looks for what PostgreSQL cannot store or what costs too much: U+0000 or unpaired surrogates in a string or key,
 * more than `maxDepth` levels (the value itself is the first), more than `maxKeys` object keys in total.
 *
 * @param value a parsed JSON value, however deep; raw numbers are fine
 * @param limits the contract's by default; `maxDepth` also bounds the recursion here, so keep it under 1,000.
 *   `protoKey` false: the key `__proto__` is a fault too, for what copies objects member by member (zod's records do)
 *   leaves it out without a word
 * @returns a fault for each bad place, at most 100; none for a good value
 */
export function checkJsonValue(value: unknown, { maxDepth = 64, maxKeys = 10_000, protoKey = true } = {}): JsonFault[] {
  const faults: JsonFault[] = [];
  let keys = 0;
  const report = (path: string, message: string) => faults.push({ path, message });
  const isOver = () => keys > maxKeys || faults.length >= MAX_FAULTS;

  const visit = (node: unknown, path: () => string, depth: number): void => {
    if (typeof node === 'string') {
      const fault = textFault(node);
      if (fault) report(path(), fault);
    } else if (typeof node !== 'object' || node === null || isRawNumber(node)) {
      return;
    } else if (depth > maxDepth) {
      report(path(), `is nested over ${maxDepth} levels deep: flatten it`);
    } else if (Array.isArray(node)) {
      for (let index = 0; index < node.length && !isOver(); index++) {
        visit(node[index], () => `${path()}[${index}]`, depth + 1);
      }
    } else {
      visitObject(node as Record<string, unknown>, path, depth);
    }
  };

  const visitObject = (node: Record<string, unknown>, path: () => string, depth: number): void => {
    for (const key of Object.keys(node)) {
      if (isOver()) return;
      keys += 1;
      if (keys > maxKeys)
        return void report('', `has over ${maxKeys.toLocaleString('en-US')} keys in total: send less`);
      const fault = textFault(key);
      if (fault) report(memberPath(path(), key), `the key ${fault}`);
      if (key === '__proto__' && !protoKey) report(memberPath(path(), key), 'is not a known field');
      visit(node[key], () => memberPath(path(), key), depth + 1);
    }
  };

  visit(value, () => '', 1);
  return faults;
}

function textFault(text: string): string | undefined {
  if (text.includes('\0')) return 'must not contain U+0000: remove it';
  if (!text.isWellFormed()) return 'must not contain an unpaired surrogate: send valid Unicode';
  return undefined;
}

/** Odd keys are quoted as JSON, which also escapes what must not be shown as it is. */
function memberPath(parent: string, key: string): string {
  if (!/^[\p{ID_Start}_$][\p{ID_Continue}$-]*$/u.test(key)) return `${parent}[${JSON.stringify(key.slice(0, 100))}]`;
  return parent ? `${parent}.${key}` : key;
}
