/** The value below which a share of them lies; nearest rank. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** The middle one, or the mean of the two in the middle: rounds are few, and the lower of two is not their middle. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

/** `12.3 (11.9–14.0)`: the median, and from least to greatest; `12.3` where there is just one; `?` for what is not known. */
export function spread(values: number[], digits = 1): string {
  if (values.length === 0 || values.some(Number.isNaN)) return '?';
  const text = (value: number) => value.toFixed(digits);
  const range = values.length === 1 ? '' : ` (${text(Math.min(...values))}–${text(Math.max(...values))})`;
  return `${text(median(values))}${range}`;
}

/** Each value over its partner: ratios are taken within a repetition, so that what slows the machine counts in both. */
export const ratios = (values: number[], over: number[]): number[] =>
  values.map((value, index) => value / (over[index] as number));
