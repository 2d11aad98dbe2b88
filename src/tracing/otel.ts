import {
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import {
  defaultResource,
  detectResources,
  envDetector,
  hostDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { parseTraceparent, type SpanAttributes, type Tracing } from '../domain/trace.ts';
import { version } from '../version.ts';
import type { TracingSettings } from './settings.ts';

/* Loaded only where traces are asked for: see index.ts. Spans are begun and passed on by hand, so there are no hooks in
   Node's modules and no context that follows every promise. */

/** What has been collected is sent before the process ends, but a collector that is away holds nobody up. */
const LAST_SPANS_MS = 3_000;

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };

/** Spans by OpenTelemetry's SDK. @returns `close`, which sends what is left */
export async function createOtelTracing(
  settings: TracingSettings,
  { log, role }: { log: Logger; role: string },
): Promise<{ tracing: Tracing; close(): Promise<void> }> {
  diag.setLogger(logOf(log), DiagLogLevel.WARN);
  const { delayMs, timeoutMs, maxQueue, maxBatch } = settings.batch;
  const processor = new BatchSpanProcessor({
    exporter: await exporterOf(settings),
    scheduledDelayMillis: delayMs,
    exportTimeoutMillis: timeoutMs,
    maxQueueSize: maxQueue,
    maxExportBatchSize: maxBatch,
  });
  const named = { 'service.name': 'exosphere-alerts', 'service.version': version, 'exosphere.role': role };
  const provider = new TracerProvider({
    sampler: samplerOf(settings),
    spanProcessors: [processor],
    // What the environment says comes last, and holds.
    resource: defaultResource()
      .merge(resourceFromAttributes(named))
      .merge(detectResources({ detectors: [hostDetector, envDetector] })),
  });
  const tracer = provider.getTracer('exosphere-alerts', version);
  const tracing: Tracing = {
    isOn: true,
    begin(name, { kind, parent, attributes }) {
      const remote = contextOf(parent);
      const context = remote === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
      const span = tracer.startSpan(name, { kind: KINDS[kind], attributes: present(attributes) }, context);
      const { traceId, spanId, traceFlags } = span.spanContext();
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        traceId,
        link(traceparent) {
          const other = contextOf(traceparent);
          if (other !== undefined && other.spanId !== spanId) span.addLink({ context: other });
        },
        end(more = {}, error) {
          span.setAttributes(present(more));
          if (error !== undefined) span.setAttribute('error.type', error).setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
  };
  return {
    tracing,
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, LAST_SPANS_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), late]);
    },
  };
}

async function exporterOf({ exporter, protocol }: TracingSettings): Promise<SpanExporter> {
  if (exporter === 'console') return new ConsoleSpanExporter();
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}

function samplerOf({ sampler, ratio }: TracingSettings): Sampler {
  const isParentBased = sampler.startsWith('parentbased_');
  const name = sampler.replace('parentbased_', '');
  const root =
    name === 'always_on'
      ? new AlwaysOnSampler()
      : name === 'always_off'
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratio);
  return isParentBased ? new ParentBasedSampler({ root }) : root;
}

function contextOf(traceparent: string | undefined): SpanContext | undefined {
  const parent = parseTraceparent(traceparent);
  if (parent === undefined) return undefined;
  return { traceId: parent.traceId, spanId: parent.spanId, traceFlags: parent.isSampled ? 1 : 0, isRemote: true };
}

const present = (attributes: SpanAttributes) =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined)) as Record<
    string,
    string | number | boolean
  >;

/** The SDK's own complaints, such as a collector that is away, as our log lines. */
function logOf(log: Logger) {
  const warn = (message: string, ...rest: unknown[]) =>
    log.warn({ rest: rest.map(String) }, `opentelemetry: ${message}`);
  return { error: warn, warn, info() {}, debug() {}, verbose() {} };
}
