import { median, spread } from './figures.ts';
import type { Outcome } from './scenario.ts';

/** A bound on a figure's median, or on each of its values. */
interface Target {
  letter: string;
  /** Its name in the scenario's outcome. */
  figure: string;
  atMost?: number;
  atLeast?: number;
  /** True where one repetition that misses is a fault, whatever the others did. */
  everyTime?: boolean;
}

/** What is to be reached, from the project's issues. On a Temporal server on PostgreSQL; the dev server is beside it. */
const TARGETS: Target[] = [
  { letter: 'a', figure: 'CPU s for 1,000 deliveries, 32 in flight', atMost: 4 },
  { letter: 'a', figure: 'CPU s for 1,000 deliveries, 256 in flight', atMost: 2.3 },
  { letter: 'a', figure: "the floor's CPU over the service's, 256 in flight", atLeast: 20 },
  { letter: 'a', figure: 'own CPU ms for an event, 256 in flight', atMost: 1.2 },
  { letter: 'a', figure: 'CPU over that before, 32 in flight', atMost: 1.2 },
  { letter: 'a', figure: 'CPU over that before, 256 in flight', atMost: 1.2 },
  { letter: 'b', figure: 'p50 ms at 50/s', atMost: 33 },
  { letter: 'b', figure: 'p50 at 50/s over that before', atMost: 1.2 },
  { letter: 'c', figure: 'CPU s for 1,000 deliveries, 1 → 1,000', atMost: 1.3 },
  { letter: 'd', figure: 'p50 at 50/s over that alone', atMost: 1.5 },
  { letter: 'd', figure: 'p99 at 50/s over that alone', atMost: 1.5 },
  { letter: 'd', figure: 'p50 at 200/s over that alone', atMost: 1.5 },
  { letter: 'd', figure: 'p99 at 200/s over that alone', atMost: 1.5 },
  { letter: 'e', figure: 'CPU with 10,000 rules over that with 10', atMost: 1.5 },
  { letter: 'f', figure: 'events lost', atMost: 0, everyTime: true },
  { letter: 'f', figure: 'slowest delivery, s after the restart', atMost: 6 },
  { letter: 'g', figure: 'workflow tasks of an event, low load', atMost: 2 },
  { letter: 'g', figure: 'workflow tasks of a delivery, low load', atMost: 1 },
  { letter: 'g', figure: "p50 over the floor's, low load", atMost: 1.5 },
  { letter: 'g', figure: "events/s over the floor's, busy", atLeast: 0.6 },
  { letter: 'i', figure: 'own CPU ms for an event that a count on one key adds', atMost: 1 },
  { letter: 'i', figure: 'own CPU ms for an event that a count on 1,000 keys adds', atMost: 1 },
  { letter: 'i', figure: 'CPU with a duration rule over that with no rule', atMost: 1.3 },
  { letter: 'j', figure: 'p99 beside quick receivers, over that alone', atMost: 2 },
  { letter: 'j', figure: 'p99 beside receivers that take 5 s, over that alone', atMost: 2 },
];

/** A target with what was measured, in words. */
export interface Judged {
  letter: string;
  figure: string;
  bound: string;
  measured: string;
  reached: boolean;
}

/**
 * Judges what was measured.
 *
 * @param outcomes by the scenarios' letters; a target whose figure is not there is left out
 */
export function judge(outcomes: Map<string, Outcome>): Judged[] {
  return TARGETS.flatMap(({ letter, figure, atMost, atLeast, everyTime }) => {
    const values = outcomes.get(letter)?.figures[figure];
    if (!values) return [];
    const bound = `${atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`}${everyTime ? ', every time' : ''}`;
    // Written so that NaN, an unknown, is a miss.
    const within = (value: number) =>
      value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY);
    const reached = everyTime ? values.every(within) : within(median(values));
    return [{ letter, figure, bound, measured: spread(values, 2), reached }];
  });
}
