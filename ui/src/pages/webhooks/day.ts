import type { components } from '@exosphere/alerts/openapi';

type Stats = components['schemas']['Stats'];

export interface Day {
  /** Deliveries of each hour, the oldest first. */
  values: number[];
  /** The same in words. */
  label: string;
}

/** So many endpoints the figures have at most, those with the most deliveries. */
const MOST = 200;

/**
 * What one endpoint got in the last day. Endpoints that got nothing are not in the figures: all zero.
 *
 * @returns undefined where it is not known, for it may be one too many
 */
export function dayOf(stats: Stats, endpointId: string): Day | undefined {
  const own = stats.endpoints?.find(({ endpoint_id }) => endpoint_id === endpointId);
  if (own === undefined && (stats.endpoints?.length ?? MOST) >= MOST) return undefined;
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
