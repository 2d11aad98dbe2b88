/** Crockford's base 32, in lower case as all ids of the service are. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';

/** @param now ms since the epoch; @returns 26 characters that sort by it: 10 of the time, 16 of chance */
export function ulid(now: number): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = DIGITS[rest % 32] + time;
  const chance = crypto.getRandomValues(new Uint8Array(16));
  return time + Array.from(chance, (byte) => DIGITS[byte % 32]).join('');
}
