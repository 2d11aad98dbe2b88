import { expect, test } from '@jest/globals';
import { readTracingSettings } from './settings.ts';

test.each([
  {},
  { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
  { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_SERVICE_NAME: 'alerts', OTEL_TRACES_SAMPLER: 'always_on' },
])('nothing is loaded with %j', (env) => {
  expect(readTracingSettings(env)).toEqual({ faults: [] });
});

test('an endpoint alone is enough, and the rest has the defaults of the specification', () => {
  expect(readTracingSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' })).toEqual({
    faults: [],
    settings: {
      exporter: 'otlp',
      protocol: 'http/protobuf',
      sampler: 'parentbased_always_on',
      ratio: 1,
      batch: { delayMs: 5_000, timeoutMs: 30_000, maxQueue: 2_048, maxBatch: 512 },
    },
  });
});

test('takes what is for traces before what is for all', () => {
  const env = {
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.25',
  };
  expect(readTracingSettings(env)).toMatchObject({
    faults: [],
    settings: { protocol: 'http/json', sampler: 'parentbased_traceidratio', ratio: 0.25 },
  });
});

test.each([
  ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /4318/],
  ['OTEL_TRACES_EXPORTER', 'zipkin', /otlp, console or none/],
  ['OTEL_TRACES_SAMPLER_ARG', '2', /./],
  ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'collector', /URL/],
])('refuses %s=%s by its name', (name, value, message) => {
  const { faults, settings } = readTracingSettings({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
    [name]: value,
  });
  expect({ faults, settings }).toEqual({
    faults: [{ name, message: expect.stringMatching(message) }],
    settings: undefined,
  });
});
