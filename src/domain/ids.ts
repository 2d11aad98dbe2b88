/** What an id is of: endpoint, rule, delivery, alert, event, API key, source, silence, entry of the audit log. */
export type IdPrefix = 'we' | 'ar' | 'dlv' | 'al' | 'ev' | 'key' | 'src' | 'sil' | 'aud';

/** Crockford's base 32 (no i, l, o, u), lower-case so that ids read the same in URLs and workflow ids. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ULID = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Where ids come from: a clock in epoch milliseconds, and a cryptographic source. */
export interface UlidSources {
  now: () => number;
  randomBytes: (size: number) => Uint8Array;
}

/**
 * Makes lower-case ULIDs: the first 10 characters are the time, the other 16 random. Within a millisecond, and while the
 * clock stands behind the latest one, the random part is counted up instead of drawn: those of one factory sort by
 * creation, always.
 *
 * Written by hand because it is on the hot path: it draws randomness once a millisecond, not once an id.
 */
export function createUlidFactory({ now, randomBytes }: UlidSources): () => string {
  let time = -1;
  let timeText = '';
  let digits = new Uint8Array(16);

  const startMillisecond = (ms: number) => {
    time = ms;
    timeText = encodeTime(ms);
    // 256 is a multiple of 32: the low 5 bits of a random byte are a uniform digit.
    digits = randomBytes(16).map((byte) => byte & 31);
  };

  return () => {
    const ms = now();
    if (ms > time) startMillisecond(ms);
    else if (!increment(digits)) startMillisecond(time + 1);
    let text = timeText;
    for (let index = 0; index < 16; index++) text += ALPHABET[digits[index]!];
    return text;
  };
}

/**
 * Makes ids: a prefix, `_` and a ULID. `after` is an id that another process may have made, by a clock that is ahead: the
 * new one sorts behind it all the same.
 */
export function createIdFactory(sources: UlidSources) {
  const newUlid = createUlidFactory(sources);
  return (prefix: IdPrefix, after?: string): string => {
    const id = `${prefix}_${newUlid()}`;
    if (after === undefined || id > after) return id;
    // By a factory of its own: this one's next ids keep to its clock.
    return `${prefix}_${createUlidFactory({ ...sources, now: () => timeOf(after) + 1 })()}`;
  };
}

/** When an id was made, epoch milliseconds. */
const timeOf = (id: string): number =>
  [...id.slice(id.indexOf('_') + 1).slice(0, 10)].reduce((time, digit) => time * 32 + ALPHABET.indexOf(digit), 0);

/** Adds one to a big-endian base-32 number in place; false when it was at its highest. */
function increment(digits: Uint8Array): boolean {
  for (let index = digits.length - 1; index >= 0; index--) {
    if (digits[index]! < 31) {
      digits[index]! += 1;
      return true;
    }
    digits[index] = 0;
  }
  return false;
}

function encodeTime(ms: number): string {
  let text = '';
  for (let rest = Math.floor(ms), index = 0; index < 10; index++, rest = Math.floor(rest / 32)) {
    text = ALPHABET[rest % 32] + text;
  }
  return text;
}

/** Whether a text is an id of that kind, as the factory makes them. Use it before a text reaches a query. */
export function isId(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && ULID.test(text.slice(prefix.length + 1));
}

/** Makes an id of the given kind. */
export type IdFactory = ReturnType<typeof createIdFactory>;

/**
 * The least id that could have been made at a time: bounds a query by creation time on the id column itself.
 *
 * @param ms epoch milliseconds
 */
export function idTimeBound(prefix: string, ms: number): string {
  return `${prefix}_${encodeTime(Math.max(0, ms))}${'0'.repeat(16)}`;
}
