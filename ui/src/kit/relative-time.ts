const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

/** `3 min. ago`, `in 2 hr.`, `now`. @param at, now in ms */
export function relativeTime(at: number, now: number): string {
  const distance = at - now;
  const [unit, length] = UNITS.find(([, ms]) => Math.abs(distance) >= ms) ?? ['second', 1_000];
  return words.format(Math.trunc(distance / length), unit);
}

/** `2026-11-28 14:03:07 UTC`. @param at RFC 3339 */
export const exactTime = (at: string): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `850 ms`, `2.4 s`, `1 min 30 s`, `3 h 12 min`: of longer ones the two largest parts. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  // No `60.0 s`: rounded up it is a minute.
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  return twoParts(ms);
}

const PARTS: [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** `1 min 20 s`, `2 d 4 h`. @param ms 1,000 or more */
export function twoParts(ms: number): string {
  // Rounded first: what is 59.7 s is a minute, not 60 s.
  const smallest = PARTS[Math.min(PARTS.length - 1, PARTS.findIndex(([, size]) => ms >= size) + 1)]?.[1] ?? 1_000;
  let rest = Math.round(ms / smallest) * smallest;
  const first = PARTS.findIndex(([, size]) => rest >= size);
  const words = PARTS.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 ? '' : `${count} ${unit}`;
  });
  return words.filter(Boolean).join(' ');
}

/** `99.9 %`, cut and not rounded: only what is whole is 100. */
export function percentText(share: number): string {
  const tenths = Math.floor(share * 1_000 + 1e-9);
  return `${tenths % 10 === 0 ? tenths / 10 : (tenths / 10).toFixed(1)} %`;
}

/** What is left, by the second: `in 42 s`, `in 4 min 09 s`, `in 3 h 12 min`, `in 2 d 5 h`. @param ms above 0 */
export function countdownText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 60) return `in ${seconds} s`;
  if (seconds < 3_600) return `in ${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1_440) return `in ${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `in ${Math.floor(minutes / 1_440)} d ${Math.floor((minutes % 1_440) / 60)} h`;
}
