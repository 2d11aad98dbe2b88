import type { Backtest } from './queries.ts';

/** Bars of a chart, as many as fit side by side on a phone: always, for one alone would stand for years on the axis. */
const BARS = 40;

export interface Buckets {
  /** Unix seconds at which each begins. */
  times: number[];
  fires: number[];
  counts: number[];
  others: number[];
}

/**
 * The events of a backtest by the time of their receipt: those that made it fire, those that only count, the others.
 * Each event is in one of the three; firings without an event (something was missing, a run went on) are added to `fires`.
 */
export function bucketsOf({ decisions, firings }: Pick<Backtest, 'decisions' | 'firings'>): Buckets {
  const silent = firings.filter(({ event_id }) => event_id === null || isOverdue(decisions, event_id));
  const moments = [...decisions.map(({ received_at }) => received_at), ...silent.map(({ at }) => at)].map(Date.parse);
  if (moments.length === 0) return { times: [], fires: [], counts: [], others: [] };
  const from = moments.reduce((least, moment) => Math.min(least, moment));
  const to = moments.reduce((most, moment) => Math.max(most, moment));
  const width = Math.max(1_000, Math.ceil((to - from + 1) / BARS));
  const row = () => Array.from({ length: BARS }, () => 0);
  const buckets: Buckets = { times: row(), fires: row(), counts: row(), others: row() };
  buckets.times = buckets.times.map((_, index) => (from + index * width) / 1_000);
  const add = (bars: number[], moment: string) => {
    const index = Math.floor((Date.parse(moment) - from) / width);
    bars[index] = (bars[index] ?? 0) + 1;
  };
  for (const { received_at, outcome, fires } of decisions) {
    add(fires ? buckets.fires : outcome === 'matched' ? buckets.counts : buckets.others, received_at);
  }
  for (const { at } of silent) add(buckets.fires, at);
  return buckets;
}

/** An event that is named by a firing but did not make it by its coming: time did. */
const isOverdue = (decisions: Backtest['decisions'], id: string) =>
  !decisions.some(({ event_id, fires }) => event_id === id && fires);
