import type { components } from '../../api/schema.d.ts';

type Stats = components['schemas']['Stats'];

export interface Day {
  /** Deliveries of each hour, the oldest first. */
  values: number[];
  /** The same in words. */
  label: string;
}

/** What one endpoint got in the last day. Endpoints that got nothing are not in the figures: all zero. */
export function dayOf(stats: Stats, endpointId: string): Day {
  const own = stats.endpoints?.find(({ endpoint_id }) => endpoint_id === endpointId);
  const byStart = new Map(own?.buckets.map(({ start, total }) => [start, total]));
  return { values: stats.buckets.map(({ start }) => byStart.get(start) ?? 0), label: dayLabel(own) };
}

function dayLabel(own: { total: number; counts: Stats['totals']['counts'] } | undefined): string {
  if (own === undefined) return 'No deliveries in 24 hours';
  const { succeeded, dead_lettered, discarded } = own.counts;
  const lost = dead_lettered + discarded;
  const words = [`${own.total} in 24 hours`, `${succeeded} delivered`, ...(lost > 0 ? [`${lost} given up`] : [])];
  return words.join(', ');
}
