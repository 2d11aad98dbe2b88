import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { tenancy } from '../tenancy.ts';

/**
 * What the service has learned of an endpoint by sending to it, apart from what people say of it: attempts write here
 * and never wait for somebody who edits the endpoint. No row means that nothing has failed.
 *
 * `failed_attempts` and `failing_since` count since the last success, `consecutive_exhausted` the rounds given up since
 * then. `circuit_faults` counts the failures since the endpoint last gave an answer of its own (see domain/circuit.ts).
 * The circuit is closed where `circuit_until` is null, and otherwise open until then; it has opened `circuit_openings`
 * times since that answer. `circuit_probe` is the delivery that was let through to find out.
 * `rate_tokens` were left at `rate_at`; those who were put off have their turns until `rate_queue_until`.
 */
export const EndpointState = defineEntity({
  name: 'EndpointState',
  tableName: 'endpoint_states',
  ...tenancy,
  properties: {
    endpoint_id: p.text().primary(),
    namespace: p.text(),
    failed_attempts: p.integer().default(0),
    failing_since: p.datetime(3).nullable(),
    consecutive_exhausted: p.integer().default(0),
    circuit_faults: p.integer().default(0),
    circuit_until: p.datetime(3).nullable(),
    circuit_openings: p.integer().default(0),
    circuit_probe: p.text().nullable(),
    rate_tokens: p.double().nullable(),
    rate_at: p.datetime(3).nullable(),
    rate_queue_until: p.datetime(3).nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type EndpointState = InferEntity<typeof EndpointState>;
