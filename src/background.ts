import type { Logger } from 'pino';
import { type Repeating, repeat } from './repeat.ts';
import { createServiceEvents, type ServiceEventDeps } from './service-events.ts';
import type { EndpointHealthLog } from './store/endpoint-health-log.ts';

export interface BackgroundDeps extends ServiceEventDeps {
  health: EndpointHealthLog;
  sweepAlerts: () => Promise<boolean>;
  keepSources: () => Promise<boolean>;
  log: Logger;
}

/** How long an event of the service's own, or the end of what waits on something switched off, waits at most. */
const HAND_OVER_EVERY_MS = 1_000;
const JUDGE_EVERY_MS = 15_000;
const SWEEP_EVERY_MS = 2_000;
const KEEP_SOURCES_EVERY_MS = 30_000;
const OUTAGE_PAUSE_MS = 5_000;

/** What a worker does besides workflows and activities. Several workers may do it side by side. */
export function startBackground({ health, sweepAlerts, keepSources, log, ...deps }: BackgroundDeps): Repeating {
  const start = (what: string, everyMs: number, work: () => Promise<boolean>) =>
    repeat({
      work,
      everyMs,
      pauseMs: Math.max(everyMs, OUTAGE_PAUSE_MS),
      tellFailure: (error) => log.warn({ err: error }, `${what} failed; trying again soon`),
    });
  const handOver = start("handing over the service's events", HAND_OVER_EVERY_MS, createServiceEvents(deps));
  const judge = start('judging endpoints', JUDGE_EVERY_MS, async () => {
    await health.judgeAll();
    handOver.nudge();
    return false;
  });
  const sweep = start('looking for forgotten alerts', SWEEP_EVERY_MS, sweepAlerts);
  const sources = start('seeing to it that sources are watched', KEEP_SOURCES_EVERY_MS, keepSources);
  return {
    nudge: handOver.nudge,
    async stop() {
      await Promise.all([handOver.stop(), judge.stop(), sweep.stop(), sources.stop()]);
    },
  };
}
