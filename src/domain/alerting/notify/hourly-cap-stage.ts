import { PASS, type RuleNotifyState, type Scene, type StageAnswer } from './message.ts';

const MINUTE_MS = 60_000;
/** A minute counts until an hour after its end, so that no hour, wherever it begins, has more than the cap. */
const MINUTES = 61;

/**
 * At most `max_per_hour` messages of a rule, over all of its keys. Resolves do not count and are not held: each belongs
 * to a message that was counted.
 */
export function hourlyCapStage({ message, plan, rule, now }: Scene): StageAnswer {
  if (message === 'resolved' || plan.maxPerHour === null) return PASS;
  const recent = recentMinutes(rule, now);
  const told = recent.reduce((sum, [, count]) => sum + count, 0);
  if (told < plan.maxPerHour) return PASS;
  const oldest = recent[0]?.[0] ?? minuteOf(now);
  const detail = `${told} in the last hour; max_per_hour is ${plan.maxPerHour}`;
  return { held: true, reason: 'max_per_hour', detail, retryAt: (oldest + MINUTES) * MINUTE_MS };
}

/** The state after a message was told. */
export function countTold(rule: RuleNotifyState, now: number): RuleNotifyState['minutes'] {
  const minute = minuteOf(now);
  const minutes = recentMinutes(rule, now).map(([at, count]): [number, number] => [at, count]);
  const last = minutes.at(-1);
  if (last?.[0] === minute) last[1] += 1;
  else minutes.push([minute, 1]);
  return minutes;
}

const minuteOf = (at: number) => Math.floor(at / MINUTE_MS);

const recentMinutes = ({ minutes }: RuleNotifyState, now: number) =>
  minutes.filter(([minute]) => minute > minuteOf(now) - MINUTES);
