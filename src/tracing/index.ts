import type { Logger } from 'pino';
import { passOn, type Tracing } from '../domain/trace.ts';
import type { TracingSettings } from './settings.ts';

/** Spans, where the settings ask for them; OpenTelemetry's SDK is loaded only then. */
export async function startTracing(
  settings: TracingSettings | undefined,
  process: { log: Logger; role: string },
): Promise<{ tracing: Tracing; close(): Promise<void> }> {
  if (settings === undefined) return { tracing: passOn, close: async () => {} };
  const { createOtelTracing } = await import('./otel.ts');
  return await createOtelTracing(settings, process);
}
