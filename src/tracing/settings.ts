import { z } from 'zod';

/**
 * OpenTelemetry's own settings, as far as they decide something here; endpoint, headers, time-outs, certificates and
 * resource attributes are read by its exporter.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
const settings = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z
    .enum(['otlp', 'console', 'none'], 'must be otlp, console or none: no other exporter is built in')
    .optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be a URL' }).optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must be a URL' }).optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: z.string().optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: z.string().optional(),
  OTEL_TRACES_SAMPLER: z
    .enum([
      'always_on',
      'always_off',
      'traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'parentbased_traceidratio',
    ])
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(1),
  OTEL_BSP_SCHEDULE_DELAY: z.coerce.number().int().min(1).default(5_000),
  OTEL_BSP_EXPORT_TIMEOUT: z.coerce.number().int().min(1).default(30_000),
  OTEL_BSP_MAX_QUEUE_SIZE: z.coerce.number().int().min(1).default(2_048),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: z.coerce.number().int().min(1).default(512),
});

const protocolSchema = z.enum(
  ['http/protobuf', 'http/json'],
  'must be http/protobuf or http/json (a collector takes them on port 4318): gRPC is not built in',
);

/** How spans are sampled, batched and sent. */
export interface TracingSettings {
  exporter: 'otlp' | 'console';
  protocol: z.infer<typeof protocolSchema>;
  sampler: z.infer<typeof settings>['OTEL_TRACES_SAMPLER'];
  ratio: number;
  batch: { delayMs: number; timeoutMs: number; maxQueue: number; maxBatch: number };
}

export interface TracingFault {
  name: string;
  message: string;
}

/**
 * @returns undefined where nothing asks for traces: neither an endpoint nor an exporter is named, or they are switched off
 */
export function readTracingSettings(env: Record<string, string | undefined>): {
  settings?: TracingSettings | undefined;
  faults: TracingFault[];
} {
  const given = Object.keys(settings.shape).map((name) => [name, env[name]?.trim() || undefined]);
  const parsed = settings.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    return { faults: parsed.error.issues.map(({ path, message }) => ({ name: path.join('.'), message })) };
  }
  const value = parsed.data;
  const exporter =
    value.OTEL_TRACES_EXPORTER ??
    (value.OTEL_EXPORTER_OTLP_ENDPOINT || value.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ? 'otlp' : 'none');
  if (exporter === 'none' || value.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return { faults: [] };
  const name = value.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL
    ? 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'
    : 'OTEL_EXPORTER_OTLP_PROTOCOL';
  const protocol = protocolSchema.safeParse(value[name] ?? 'http/protobuf');
  if (!protocol.success) return { faults: protocol.error.issues.map(({ message }) => ({ name, message })) };
  return {
    faults: [],
    settings: {
      exporter,
      protocol: protocol.data,
      sampler: value.OTEL_TRACES_SAMPLER,
      ratio: value.OTEL_TRACES_SAMPLER_ARG,
      batch: {
        delayMs: value.OTEL_BSP_SCHEDULE_DELAY,
        timeoutMs: value.OTEL_BSP_EXPORT_TIMEOUT,
        maxQueue: value.OTEL_BSP_MAX_QUEUE_SIZE,
        maxBatch: Math.min(value.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, value.OTEL_BSP_MAX_QUEUE_SIZE),
      },
    },
  };
}
