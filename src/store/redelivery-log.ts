import type { AttemptOutcome } from '../domain/outcome.ts';
import type { DeliveryJob, SealedEndpoint } from './attempt-log.ts';
import { CAUSE } from './attempt-statements.ts';
import type { DeliveryStatus } from './entities/delivery.ts';
import type { Sql } from './sql.ts';
import { ownerIsGone } from './worker-lease.ts';

/** Whose redelivery it is: one run of one workflow. */
export interface Redelivery {
  namespace: string;
  deliveryId: string;
  workflowId: string;
  runId: string;
}

/**
 * A delivery that a person has sent once more, with its endpoint as it is now. `claimed` is the number of the attempt
 * that the caller now holds, and must send and finish; only then is there a `body`. `latest_*` tell of the latest attempt
 * that this redelivery made before, and `made` how many those are.
 */
export interface RedeliveryJob
  extends SealedEndpoint,
    Pick<
      DeliveryJob,
      | 'id'
      | 'namespace'
      | 'status'
      | 'event_id'
      | 'event_type'
      | 'rule_id'
      | 'body'
      | 'traceparent'
      | 'attempts'
      | 'retry_layers'
      | 'endpoint_name'
      | 'endpoint_exists'
      | 'endpoint_is_active'
      | 'endpoint_health'
      | 'claimed'
    > {
  made: number;
  latest_number: number | null;
  latest_outcome: AttemptOutcome | null;
  latest_error: string | null;
  latest_deadline_at: Date | null;
  latest_owner_gone: boolean;
}

/** What a redelivery's attempt came to. */
export interface RedeliveryOutcome {
  number: number;
  durationMs: number;
  statusCode: number | null;
  outcome: AttemptOutcome;
  error: string | null;
  responseExcerpt: string | null;
}

/** The statements of redeliveries: apart from those of `attempt-log.ts`, for they decide nothing about a round or health. */
export type RedeliveryLog = ReturnType<typeof createRedeliveryLog>;

/**
 * @param sql the hot path's way into PostgreSQL
 * @param now the clock, in ms
 * @param worker who makes the attempts: the name of its lease
 */
export function createRedeliveryLog(sql: Sql, now: () => number, worker: string) {
  return {
    /**
     * Reads the delivery and, where this redelivery has neither an answer nor an attempt on the way, and fewer than
     * `maxAttempts`, writes the next attempt's row: the endpoint must be there and on, and the delivery ended. Rule,
     * retry policy, circuit and rate limit are not asked: a person wants to see it sent.
     *
     * @param requestDeadlineMs upper bound of how long a request may take, from now
     */
    async claim(
      { namespace, deliveryId, workflowId, runId }: Redelivery,
      { requestDeadlineMs, maxAttempts }: { requestDeadlineMs: number; maxAttempts: number },
    ): Promise<RedeliveryJob | undefined> {
      const at = now();
      const { rows } = await sql.query<RedeliveryJob>({
        name: 'claim-redelivery',
        text: CLAIM,
        values: [
          namespace,
          deliveryId,
          workflowId,
          runId,
          new Date(at),
          new Date(at + requestDeadlineMs),
          worker,
          maxAttempts,
        ],
      });
      return rows[0];
    },

    /**
     * Records what came of it. A success ends whatever the delivery was as `succeeded`; a failure leaves it as it was,
     * but for the number of its attempts. The endpoint's health is not touched by either.
     *
     * @returns the delivery's status after it
     */
    async finish(
      namespace: string,
      deliveryId: string,
      outcome: RedeliveryOutcome,
    ): Promise<DeliveryStatus | undefined> {
      const { number, durationMs, statusCode, error, responseExcerpt } = outcome;
      const { rows } = await sql.query<{ status: DeliveryStatus }>({
        name: 'finish-redelivery',
        text: FINISH,
        values: [
          namespace,
          deliveryId,
          number,
          durationMs,
          statusCode,
          outcome.outcome,
          error,
          responseExcerpt,
          new Date(now()),
        ],
      });
      return rows[0]?.status;
    },
  };
}

const CLAIM = `
  with job as materialized (
    select d.namespace, d.id, d.status, d.event_ref, d.event_id, d.event_type, d.rule_id, d.attempts, d.retry_layers, d.endpoint_id, d.endpoint_name,
      e.id is not null as endpoint_exists, e.is_active as endpoint_is_active, e.health as endpoint_health,
      e.kind as endpoint_kind, e.target_url, e.sealed_target_url, e.sealed_routing_key, e.sealed_secret, e.sealed_previous_secret, e.previous_secret_until,
      e.sealed_headers
    from deliveries d left join webhook_endpoints e on e.namespace = d.namespace and e.id = d.endpoint_id
    where d.namespace = $1 and d.id = $2
  ), made as materialized (
    select number, outcome, error, deadline_at, created_by from delivery_attempts
    where namespace = $1 and delivery_id = $2 and workflow_id = $3 and workflow_run_id = $4
  ), claimed as (
    insert into delivery_attempts (delivery_id, number, namespace, started_at, deadline_at, created_by, workflow_id,
      workflow_run_id)
    select job.id,
      greatest(job.attempts, (select coalesce(max(number), 0) from delivery_attempts where delivery_id = job.id)) + 1,
      job.namespace, $5::timestamptz, $6::timestamptz, $7::text, $3, $4
    from job
    where status not in ('pending', 'retrying', 'dead_lettered')
      and endpoint_exists and endpoint_is_active and endpoint_health <> 'disabled'
      and (select count(*) from made) < $8
      and not exists (select 1 from made where outcome is null or outcome <> 'interrupted')
    on conflict (delivery_id, number) do nothing
    returning number
  )
  select job.*, claimed.number as claimed, (select count(*)::int from made) as made,
    case when claimed.number is not null then (select body from deliveries where id = job.id) end as body,
    cause.traceparent, latest.number as latest_number, latest.outcome as latest_outcome, latest.error as latest_error,
    latest.deadline_at as latest_deadline_at,
    case when latest.number is null or latest.created_by = $7 then false else ${ownerIsGone('latest.created_by')} end
      as latest_owner_gone
  from job left join claimed on true
  ${CAUSE}
  left join lateral (select * from made order by number desc limit 1) latest on true`;

const FINISH = `
  with finished as (
    update delivery_attempts set duration_ms = $4, status_code = $5, outcome = $6, error = $7, response_excerpt = $8
    where namespace = $1 and delivery_id = $2 and number = $3
      -- Who takes a process for dead must not overwrite the answer that it recorded after all.
      and (outcome is null or $6 <> 'interrupted')
  )
  update deliveries set attempts = greatest(attempts, $3), updated_at = $9,
    status = case when $6 = 'success' then 'succeeded' else status end,
    reason = case when $6 = 'success' then null else reason end,
    last_status_code = case when $6 = 'success' then $5 else last_status_code end,
    last_error = case when $6 = 'success' then null else last_error end,
    completed_at = case when $6 = 'success' and status <> 'succeeded' then $9 else completed_at end
  where namespace = $1 and id = $2
  returning status`;
