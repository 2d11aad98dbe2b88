/* Moments as the browser's `datetime-local` field has them: in the person's own time zone, by the minute. */

/** `2026-11-28T14:03`; empty where there is none. @param value RFC 3339 */
export function localText(value: string | undefined): string {
  if (value === undefined) return '';
  const time = new Date(value);
  const two = (part: number) => String(part).padStart(2, '0');
  const day = `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}`;
}

/** RFC 3339 in UTC; undefined where nothing is given; `unfinished` while a year is being typed (0002, 0020, 0202). */
export function momentOfLocal(text: string): string | undefined | 'unfinished' {
  if (text === '') return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime()) || time.getFullYear() < 1_970 || time.getFullYear() > 9_998) return 'unfinished';
  return time.toISOString();
}

/** The person's distance from UTC at a moment, for summer has another: `UTC`, `UTC+2`, `UTC−3:30`. */
export function zoneText(at: Date): string {
  const minutes = -at.getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '−' : '+'}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}
