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
const recently = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2026-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
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
