import type { DeliveryJob } from '../src/store/attempt-log.ts';
import type { SettledDelivery } from '../workflows/contract.ts';
import { isOutdated } from './gate.ts';

/** What a look at a delivery came to. `due_in_ms` of an open one is when the next attempt may be made. */
export type Look = SettledDelivery | { status: 'open'; job: DeliveryJob; due_in_ms: number; last_error: string | null };

/** The parts of a delivery's row that say where it stands. */
type Standing = Pick<
  DeliveryJob,
  | 'status'
  | 'reason'
  | 'attempts'
  | 'exhausted_reason'
  | 'last_error'
  | 'next_attempt_at'
  | 'event_type'
  | 'endpoint_name'
>;

/** What a delivery's row means, without asking anyone. */
export function lookAt(job: DeliveryJob, now: number): Look {
  const settled = settledOf(job);
  if (settled) return settled;
  // What only waited for an earlier message is due as soon as that one has ended.
  const isFree = job.waits_for === 'earlier_message' && job.earlier_id === null;
  const due_in_ms = isFree || isOutdated(job) ? 0 : Math.max(0, (job.next_attempt_at?.getTime() ?? 0) - now);
  return { status: 'open', job, due_in_ms, last_error: job.last_error };
}

function settledOf(row: Standing): SettledDelivery | undefined {
  const { attempts, last_error } = row;
  if (row.status === 'succeeded') return { status: 'succeeded', attempts };
  if (row.exhausted_reason !== null || row.status === 'dead_lettered') {
    return {
      status: 'exhausted',
      attempts,
      reason: row.exhausted_reason ?? row.reason ?? 'dead_lettered',
      last_error,
      what: `${row.event_type} → ${row.endpoint_name}`,
    };
  }
  if (row.status === 'pending' || row.status === 'retrying') return undefined;
  return { status: 'skipped', attempts, reason: row.reason ?? row.status };
}

/** Why an open delivery may not be sent now: `skip` where a person decided so. */
export function whyNotSent(
  job: Pick<
    DeliveryJob,
    'endpoint_exists' | 'endpoint_is_active' | 'endpoint_health' | 'rule_exists' | 'rule_is_active' | 'by_person'
  >,
): { reason: string; skip: boolean } | undefined {
  if (!job.endpoint_exists) return { reason: 'endpoint_deleted', skip: true };
  if (!job.endpoint_is_active) return { reason: 'endpoint_switched_off', skip: true };
  if (!job.by_person && !job.rule_exists) return { reason: 'rule_deleted', skip: true };
  if (!job.by_person && !job.rule_is_active) return { reason: 'rule_switched_off', skip: true };
  if (job.endpoint_health === 'disabled') return { reason: 'endpoint_disabled', skip: false };
  return undefined;
}
