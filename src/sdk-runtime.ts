import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { Logger } from 'pino';
import { claimPort } from './embedded/port.ts';
import { type SdkMetrics, sdkTelemetry } from './metrics/sdk.ts';

/** How often a port is looked for: between finding one and taking it another program may have it. */
const PORT_TRIES = 5;

/**
 * Sets Temporal's SDK up, once in a process and before it is used: its log lines are ours, and it counts.
 *
 * @param spoken ports that other parts of this process are to have: a free one may be any of them
 * @returns reads what it has counted; undefined where no port could be had to show that
 */
export async function installSdk(log: Logger, spoken: number[]): Promise<SdkMetrics | undefined> {
  // It would stop its workers at a signal by itself; the order of a stop is ours.
  const ours = { logger: sdkLogger(log), shutdownSignals: [] };
  for (let tries = 1; tries <= PORT_TRIES; tries += 1) {
    try {
      const port = await claimPort(0, USE);
      if (spoken.includes(port)) continue;
      const { telemetryOptions, read } = sdkTelemetry(port);
      Runtime.install({ ...ours, telemetryOptions });
      return read;
    } catch (error) {
      log.warn({ err: error }, "no port for the metrics of Temporal's SDK");
    }
  }
  Runtime.install(ours);
  return undefined;
}

const USE = { what: "Temporal's SDK", setting: 'nothing' };

/** Said at every start of the worker that watches sources, which is to have activities alone. */
const MEANT_SO = 'No workflows registered, not polling for workflow tasks';

/** The SDK's own log lines as ours; what it calls `error` is what pino calls `err`. */
function sdkLogger(log: Logger): DefaultLogger {
  return new DefaultLogger('WARN', ({ level, message, meta }) => {
    if (message === MEANT_SO) return;
    const { error: err, ...rest } = (meta ?? {}) as { error?: unknown };
    log[level === 'ERROR' ? 'error' : 'warn']({ ...rest, ...(err === undefined ? {} : { err }) }, message);
  });
}
