import { isIPv6 } from 'node:net';
import { ApiError } from './problem.ts';

/** Bounds how many bad API keys one address may send. A good key passes whatever its address has sent. */
export interface BadKeyLimit {
  /**
   * What to answer to a request whose authentication failed.
   *
   * @param address of whom the request came from
   * @param error what authentication threw
   * @returns that error, or a 429 where the address has sent too many bad keys
   */
  refusal(address: string | undefined, error: unknown): unknown;
}

export interface BadKeyLimitOptions {
  /** Clock, ms. */
  now: () => number;
  /** Bad keys that an address may send at once: more than a whole fleet with an old key does by mistake in a moment. */
  burst?: number;
  /** And per minute from then on. */
  perMinute?: number;
  /** So many addresses are remembered; of more, those that were quiet for longest are forgotten. */
  addresses?: number;
}

/** A page that was left open goes on asking with a session that has ended, and nobody guesses a sealed one. */
const NO_KEYS = ['missing_api_key', 'session_expired', 'invalid_session'];

interface Bucket {
  left: number;
  at: number;
}

/**
 * One bucket of tokens for each address; of IPv6 for each /64, for that is what one host is given. A request without any
 * key costs nothing to refuse and does not count.
 */
export function createBadKeyLimit(options: BadKeyLimitOptions): BadKeyLimit {
  const { now, burst = 200, perMinute = 60, addresses = 10_000 } = options;
  const tokenMs = 60_000 / perMinute;
  /** In the order of their latest bad key. */
  const buckets = new Map<string, Bucket>();
  return {
    refusal(address, error) {
      if (!(error instanceof ApiError) || error.status !== 401 || NO_KEYS.includes(error.code)) return error;
      const left = take(networkOf(address ?? ''));
      if (left >= 0) return error;
      return new ApiError(
        429,
        'too_many_bad_keys',
        'Too many unknown API keys came from your address. Correct the key; a good one passes at once.',
        { headers: { 'retry-after': String(Math.ceil((-left * tokenMs) / 1000)) }, cause: error },
      );
    },
  };

  /** @returns what is left; below 0, by how much a token is missing */
  function take(network: string): number {
    const at = now();
    const known = buckets.get(network);
    const full = known ? Math.min(burst, known.left + Math.max(0, at - known.at) / tokenMs) : burst;
    const left = full < 1 ? full : full - 1;
    buckets.delete(network);
    buckets.set(network, { left, at });
    const [oldest] = buckets.keys();
    if (buckets.size > addresses && oldest !== undefined) buckets.delete(oldest);
    return full < 1 ? full - 1 : left;
  }
}

/** An IPv4 address as it is, of an IPv6 address the first half. */
function networkOf(address: string): string {
  const v4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined || !isIPv6(address)) return v4 ?? address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const groups = head === '' ? [] : head.split(':');
  // `::` stands for as many zeros as are missing of eight groups.
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  const whole = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  return `${whole
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
