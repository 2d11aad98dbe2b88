import type { EntityManager } from '@mikro-orm/postgresql';
import type { IdFactory } from '../domain/ids.ts';
import { DeadLetter } from '../store/entities/delivery.ts';
import { EndpointState } from '../store/entities/endpoint-state.ts';
import { ServiceEvent } from '../store/entities/service-event.ts';
import { RECHECK } from '../store/service-event-log.ts';
import type { Caller } from './route.ts';

/** What follows for deliveries when a person switches an endpoint or a rule off or on, or deletes it. */

/**
 * Notes that deliveries which wait on an endpoint or a rule are to be looked at again, now that it is off or gone. A
 * worker does it within moments.
 *
 * @param em in the transaction that switches off or deletes: both take effect, or neither
 */
export function haveWaitingEnd(
  em: EntityManager,
  about: { endpoint: string } | { rule: string },
  { caller, newId, now }: { caller: Caller; newId: IdFactory; now: () => number },
): void {
  em.persist(
    em.create(ServiceEvent, {
      id: newId('ev'),
      namespace: caller.namespace,
      type: RECHECK,
      subject: null,
      data: '{}',
      about_endpoint_id: 'endpoint' in about ? about.endpoint : null,
      about_rule_id: 'rule' in about ? about.rule : null,
      sent_at: null,
      created_by: caller.keyId,
      created_at: new Date(now()),
    }),
  );
}

/**
 * Forgets what has failed: a person says that the endpoint works.
 *
 * @param em in the transaction that enables it
 * @returns whether there was anything to forget
 */
export async function forgetFailures(em: EntityManager, endpointId: string, now: () => number): Promise<boolean> {
  const fresh = {
    failed_attempts: 0,
    failing_since: null,
    consecutive_exhausted: 0,
    circuit_faults: 0,
    circuit_until: null,
    circuit_openings: 0,
    circuit_probe: null,
    updated_at: new Date(now()),
  };
  const hasFailed = {
    $or: [
      { failed_attempts: { $gt: 0 } },
      { consecutive_exhausted: { $gt: 0 } },
      { circuit_faults: { $gt: 0 } },
      { circuit_openings: { $gt: 0 } },
      { circuit_until: { $ne: null } },
    ],
  };
  return (await em.nativeUpdate(EndpointState, { endpoint_id: endpointId, ...hasFailed }, fresh)) > 0;
}

/** Has the next delivery find out at once whether an open circuit may close. @param em in the transaction that moves it */
export async function probeSoon(em: EntityManager, endpointId: string, now: () => number): Promise<void> {
  const at = new Date(now());
  await em.nativeUpdate(EndpointState, { endpoint_id: endpointId, circuit_until: { $gt: at } }, { circuit_until: at });
}

/** Forgets all that was learned of an endpoint. @param em in the transaction that deletes it */
export async function forgetEndpoint(em: EntityManager, endpointId: string): Promise<void> {
  await em.nativeDelete(EndpointState, { endpoint_id: endpointId });
}

/** How many dead letters of an endpoint wait for a person: what may be redelivered once it works. */
export async function countWaiting(em: EntityManager, endpointId: string): Promise<number> {
  return await em.count(DeadLetter, { endpoint_id: endpointId, status: 'waiting' });
}
