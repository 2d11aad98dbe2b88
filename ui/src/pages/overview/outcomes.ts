import type { components } from '@exosphere/alerts/openapi';
import { exactTime } from '../../kit/relative-time.ts';

export type Stats = components['schemas']['Stats'];
type Counts = Stats['totals']['counts'];

/** What became of deliveries, in as many words as a chart has room for; the lowest in the stack last. */
export const OUTCOMES: { label: string; colour: string; of: (counts: Counts) => number }[] = [
  { label: 'Held back or skipped', colour: 'gray', of: ({ suppressed, skipped }) => suppressed + skipped },
  { label: 'Given up', colour: 'red', of: ({ dead_lettered, discarded }) => dead_lettered + discarded },
  { label: 'Under way', colour: 'yellow', of: ({ pending, retrying }) => pending + retrying },
  { label: 'Delivered', colour: 'teal', of: ({ succeeded }) => succeeded },
];

/** As the chart takes them. */
export function seriesOf({ buckets }: Stats) {
  return {
    times: buckets.map(({ start }) => Date.parse(start) / 1_000),
    series: OUTCOMES.map(({ label, colour, of }) => ({
      label,
      colour,
      values: buckets.map(({ counts }) => of(counts)),
    })),
  };
}

/** The rows of the table in the chart's place: buckets with deliveries, newest first. */
export const rowsOf = ({ buckets }: Stats) =>
  buckets
    .filter(({ total }) => total > 0)
    .map(({ start, counts, latency_ms }) => ({
      start,
      values: OUTCOMES.toReversed().map(({ of }) => of(counts)),
      latency: latency_ms,
    }))
    .reverse();

/** What the chart shows, in words. */
export function summaryOf({ totals, since }: Stats): string {
  const parts = OUTCOMES.toReversed().map(({ label, of }) => `${of(totals.counts)} ${label.toLowerCase()}`);
  return `Deliveries since ${exactTime(since)}: ${totals.total}; ${parts.join(', ')}.`;
}
