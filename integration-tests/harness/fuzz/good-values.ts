import fc from 'fast-check';
import { conditions } from './conditions.ts';
import type { ValueSources } from './schema-values.ts';

/** What is there to be named. */
interface World {
  /** URL of a receiver that may be sent to. */
  target: string;
  endpointId: string;
  deliveryId: string;
}

const policies = fc.constantFrom(
  ...[{}, { maximum_attempts: 1 }, { schedule: ['5s', '5m', '30m'] }, { jitter: 0, timeout: { connect: '1s' } }],
  ...[{ initial_interval: '1s', backoff_coefficient: 1.5, maximum_interval: '1h' }, { never_retry: ['4xx', '429'] }],
);
const triggers = fc.constantFrom(
  ...[{ kind: 'event' }, { kind: 'count', threshold: 3, window: '1h', per: ['data.graph_name'] }],
  ...[
    { kind: 'consecutive', threshold: 2, reset_on: 'workflow.succeeded' },
    { kind: 'duration', longer_than: '30m' },
  ],
  { kind: 'ratio', of: 'custom.bad', against: ['custom.bad', 'custom.good'], at_least: 0.5, window: '1h' },
  ...[
    { kind: 'absence', of: 'custom.seen', within: '1h' },
    { kind: 'absence', of: 'a', by: '06:00', timezone: 'UTC' },
  ],
);
const rules = fc.constantFrom(
  { event_type: 'custom.fuzz', condition: 'event.data.graph_name == "etl"' },
  { event_type: '*', trigger: { kind: 'count', threshold: 1, window: '1m', per: ['type'] }, resolve: { on: 'x' } },
  { name: 'tried', trigger: { kind: 'absence', of: 'custom.fuzz', within: '1s', per: ['data.run_id'] } },
);
const recently = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const soon = fc.constantFrom('2100-01-01T00:00:00Z', new Date(Date.now() + 86_400_000).toISOString());
const absent = { nil: undefined, freq: 1 };

/** Good values of fields where a schema does not tell them, by the field's name; more often good than not. */
export function goodValues({ target, endpointId, deliveryId }: World): ValueSources['hints'] {
  return {
    name: fc.uuid().map((id) => `fuzz ${id}`),
    target_url: fc.nat(99).map((path) => `${target}/${path}`),
    headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,8}$/), fc.stringMatching(/^[ -~]{0,20}$/), { maxKeys: 3 }),
    secret: fc
      .uint8Array({ minLength: 24, maxLength: 64 })
      .map((key) => `whsec_${Buffer.from(key).toString('base64')}`),
    routing_key: fc.option(fc.stringMatching(/^[0-9a-f]{32}$/), absent),
    retry_policy: fc.option(policies),
    webhook_endpoint_id: fc.option(fc.constant(endpointId), absent),
    webhook_endpoint_ids: fc.constant([endpointId]),
    endpoint_id: fc.constant(endpointId),
    event_type: fc.option(fc.constant('custom.fuzz'), absent),
    event_types: fc.constantFrom(['custom.fuzz'], ['*'], ['workflow.*', 'custom.fuzz']),
    condition: fc.option(fc.oneof(fc.constant('event.type == "custom.fuzz"'), conditions), { freq: 1 }),
    // For kinds that have their own types, `event_types` must be absent: one in a few.
    trigger: fc.option(triggers, { ...absent, freq: 3 }),
    resolve: fc.option(fc.constantFrom(null, { on: 'custom.good' }), absent),
    notify: fc.option(fc.constantFrom(null, { cooldown: '5m', max_per_hour: 10 }, { repeat_every: '1h' }), absent),
    matchers: fc.constantFrom({ rule_name: 'a rule' }, { graph_name: 'etl*' }, { labels: { env: 'prod' } }),
    starts_at: fc.option(recently, absent),
    ends_at: soon,
    expires_at: fc.option(soon),
    scopes: fc.constantFrom(['admin'], ['events:write', 'rules:read'], ['deliveries:write', 'deliveries:write']),
    namespace: fc.option(fc.constantFrom('default', 'fuzzed'), absent),
    // Nobody is there: nothing is to be watched.
    address: fc.constantFrom('127.0.0.1:1025', '[::1]:1025'),
    query: fc.option(fc.constant(`WorkflowType = 'fuzz'`)),
    tls: fc.option(fc.constantFrom(true, { server_name: 'temporal.test' }), absent),
    ui_url: fc.option(fc.constant('https://temporal.example')),
    rule: rules,
    rule_id: fc.constant('ar_01kb0000000000000000000000'),
    event: fc.option(fc.constantFrom({ type: 'custom.fuzz', data: { n: 1 } }, { type: 'x', data: {} }), absent),
    last: fc.option(fc.integer({ min: 1, max: 1_000 }), absent),
    type: fc.constantFrom('custom.fuzz', 'workflow.failed'),
    id: fc.uuid(),
    source: fc.constantFrom('/fuzz', 'urn:fuzz:1'),
    subject: fc.option(fc.constant('graphs/fuzz'), absent),
    time: fc.option(recently, absent),
    occurred_at: fc.option(recently, absent),
    specversion: fc.constant('1.0'),
    datacontenttype: fc.constant('application/json'),
    cursor: fc.constantFrom(Buffer.from(deliveryId).toString('base64url'), 'AAAA', 'e30='),
  };
}
