import { get } from 'node:http';
import type { TelemetryOptions } from '@temporalio/worker';

/** What Temporal's SDK counts of itself, as a page in Prometheus's format. */
export type SdkMetrics = () => Promise<string>;

const PATIENCE_MS = 2_000;
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * Has Temporal's SDK show what it counts on a port of this machine alone, and reads it from there: its counting is done
 * outside of JavaScript, and costs the event loop nothing until somebody asks. (Its buffered metrics hand every single
 * change to JavaScript.)
 *
 * @param port on loopback, free
 */
export function sdkTelemetry(port: number): { telemetryOptions: TelemetryOptions; read: SdkMetrics } {
  const prometheus = {
    bindAddress: `127.0.0.1:${port}`,
    // As Prometheus names things: `…_total`, `…_seconds`.
    countersTotalSuffix: true,
    unitSuffix: true,
    useSecondsForDurations: true,
  };
  return { telemetryOptions: { metrics: { prometheus, attachServiceName: false } }, read: () => readPage(port) };
}

function readPage(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/metrics', agent: false };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const request = get({ ...options, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > MOST_BYTES) request.destroy(new Error("the SDK's page of metrics is too long"));
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`the SDK's page of metrics answered ${response.statusCode}`));
      });
    });
    request.on('error', reject);
  });
}
