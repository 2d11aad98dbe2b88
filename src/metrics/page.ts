import type { Logger } from 'pino';
import type { StateLog } from '../store/state-log.ts';
import type { Metrics, ScrapeSource } from './index.ts';
import type { SdkMetrics } from './sdk.ts';
import { createStateGauges } from './state-gauges.ts';

export interface MetricsPageDeps {
  metrics: Pick<Metrics, 'registry' | 'scrapeFailed'>;
  stateLog: StateLog;
  sdk: SdkMetrics | undefined;
  /** A clock that never goes back, in ms. */
  now: () => number;
  log: Logger;
}

/**
 * The page that Prometheus scrapes: what this process has counted, what stands in PostgreSQL, and what Temporal's SDK
 * has counted. Whatever cannot be read now is left out; the rest is always there, within a few seconds.
 */
export function createMetricsPage({ metrics, stateLog, sdk, now, log }: MetricsPageDeps): () => Promise<string> {
  const { registry } = metrics;
  const refresh = createStateGauges({ registry, stateLog, now, onError: (error) => tell('postgresql', error) });

  return async () => {
    const [theirs] = await Promise.all([readSdk(), refresh()]);
    return (await registry.metrics()) + theirs;
  };

  async function readSdk(): Promise<string> {
    try {
      return (await sdk?.()) ?? '';
    } catch (error) {
      tell('temporal_sdk', error);
      return '';
    }
  }

  function tell(source: ScrapeSource, error: unknown): void {
    metrics.scrapeFailed(source);
    log.warn({ err: error, source }, 'a scrape could not read all');
  }
}
