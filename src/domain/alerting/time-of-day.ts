/** Times of day in a time zone, from the machine's own time zone data (Intl): days of 23 and 25 hours included. */

interface Day {
  year: number;
  month: number;
  day: number;
}

const DAY_MS = 86_400_000;

/** Making one costs far more than using it. Bounded: zones are few hundred. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timezone, made);
  return made;
}

/** What a clock on the wall shows, as if it were UTC, ms. */
function wallClock(at: number, timezone: string): number {
  const parts = formatOf(timezone).formatToParts(at);
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const seconds = Date.UTC(
    value('year'),
    value('month') - 1,
    value('day'),
    value('hour'),
    value('minute'),
    value('second'),
  );
  return seconds + (((at % 1_000) + 1_000) % 1_000);
}

/**
 * When a clock on the wall shows a time: the first time where it does so twice; where it never does, because the clock
 * is put forward over it, as much later as the clock is put forward (as java.time and Temporal do it).
 */
function instantOf({ year, month, day }: Day, minutes: number, timezone: string): number {
  const wall = Date.UTC(year, month - 1, day, 0, minutes);
  // Zones change their offset less often than once in two days.
  const offsets = [wall - DAY_MS, wall + DAY_MS].map((near) => wallClock(near, timezone) - near);
  const candidates = offsets.map((offset) => wall - offset);
  const shown = candidates.filter((at) => wallClock(at, timezone) === wall);
  return shown.length > 0 ? Math.min(...shown) : Math.max(...candidates);
}

function dayOf(at: number, timezone: string): Day {
  const wall = new Date(wallClock(at, timezone));
  return { year: wall.getUTCFullYear(), month: wall.getUTCMonth() + 1, day: wall.getUTCDate() };
}

/** The calendar's next day. */
const nextDay = ({ year, month, day }: Day): Day => {
  const date = new Date(Date.UTC(year, month - 1, day + 1));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
};

/** A day's deadline, and the midnight from which on an event counts for it. */
export interface Deadline {
  at: number;
  from: number;
}

/**
 * The first deadline after a moment.
 *
 * @param after ms since the epoch
 * @param by `HH:MM`; `00:00` is the end of the day before
 * @param timezone an IANA name
 */
export function nextDeadline(after: number, by: string, timezone: string): Deadline {
  const minutes = Number(by.slice(0, 2)) * 60 + Number(by.slice(3));
  let day = dayOf(after, timezone);
  let at = instantOf(day, minutes, timezone);
  while (at <= after) {
    day = nextDay(day);
    at = instantOf(day, minutes, timezone);
  }
  return { at, from: instantOf(dayOf(at - 1, timezone), 0, timezone) };
}
