import { twoParts } from './relative-time.ts';
import { DEFAULTS, type Policy } from './retry-form.ts';

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** When a delivery that fails each time is attempted. */
export interface Preview {
  /** ms before the second attempt, the third, and so on, without jitter. */
  waits: number[];
  /** ms from the first attempt to the last. */
  totalMs: number;
  /** Whether `maximum_elapsed` ends it before its attempts are used up. */
  isCut: boolean;
  /** Share by which each wait varies. */
  jitter: number;
}

/** The waits that a policy means, as `decideNext` of the service has them; undefined where a field cannot be read. */
export function previewOf(policy: Policy | null): Preview | undefined {
  const given = { ...DEFAULTS, ...policy };
  const schedule = policy?.schedule?.map(parse);
  let [initial, most] = [parse(given.initial_interval), parse(given.maximum_interval)];
  // Where one of the two is not given, it follows the other.
  if (initial !== undefined && most !== undefined && initial > most) {
    if (policy?.maximum_interval === undefined) most = initial;
    else if (policy.initial_interval === undefined) initial = most;
  }
  const elapsed = parse(given.maximum_elapsed);
  const attempts = schedule ? schedule.length + 1 : given.maximum_attempts;
  if (elapsed === undefined || initial === undefined || most === undefined || attempts > 30) return undefined;
  const waits: number[] = [];
  let totalMs = 0;
  for (let made = 1; made < attempts; made += 1) {
    const wait = schedule ? schedule[made - 1] : Math.min(initial * given.backoff_coefficient ** (made - 1), most);
    if (wait === undefined) return undefined;
    if (totalMs + wait > elapsed) return { waits, totalMs, isCut: true, jitter: given.jitter };
    waits.push(wait);
    totalMs += wait;
  }
  return { waits, totalMs, isCut: false, jitter: given.jitter };
}

function parse(text: string): number | undefined {
  const [, count, unit = ''] = /^([1-9]\d*)(ms|s|m|h|d)$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit] as number);
}

/** The two largest parts: `1 min 20 s`, `2 d 4 h`. @param ms 0 or more */
export const waitText = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : twoParts(ms));
