const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

const MS_PER_UNIT = Object.fromEntries(UNITS);

/** What a duration looks like: a whole number without leading zeros and one unit, as the retry policy's schema says. */
export const durationPattern = /^[1-9]\d*(ms|s|m|h|d)$/;

/**
 * Reads a duration.
 *
 * @param text e.g. `500ms`, `5s`, `30m`, `12h`, `3d`
 * @returns milliseconds, a positive safe integer
 * @throws RangeError when the text is no duration, or too long to count in milliseconds
 */
export function parseDuration(text: string): number {
  const unit = durationPattern.exec(text)?.[1];
  if (!unit) {
    throw new RangeError(
      `"${text.slice(0, 50)}" is not a duration: write a whole number above 0 and one unit (ms, s, m, h or d), such as "30s" or "12h".`,
    );
  }
  const ms = Number(text.slice(0, -unit.length)) * MS_PER_UNIT[unit]!;
  if (!Number.isSafeInteger(ms)) {
    throw new RangeError(`"${text.slice(0, 50)}" is too long a duration: write a smaller one, such as "7d".`);
  }
  return ms;
}

/**
 * Writes a duration in the shortest form that loses nothing, for people and for Temporal (which reads the same units).
 *
 * @param ms whole milliseconds, 0 or more
 * @returns e.g. `1500ms`, `90s`, `5m`, `1d`; for 0 `0s`
 * @throws RangeError for a negative or broken number
 */
export function formatDuration(ms: number): string {
  if (!Number.isSafeInteger(ms) || ms < 0) {
    throw new RangeError(`${ms} is not a duration: give whole milliseconds, 0 or more.`);
  }
  if (ms === 0) return '0s';
  const [unit, size] = UNITS.find(([, size]) => ms % size === 0)!;
  return `${ms / size}${unit}`;
}
