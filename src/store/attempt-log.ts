import type { ChannelKind } from '../domain/channel-kind.ts';
import type { WaitsFor } from '../domain/gate.ts';
import type { AttemptOutcome } from '../domain/outcome.ts';
import { CLAIM, FINISH, INTERRUPT, READ } from './attempt-statements.ts';
import { type EndpointSign, heldBack } from './endpoint-state-log.ts';
import type { DeliveryStatus, RetryLayers } from './entities/delivery.ts';
import { PUT_BEHIND } from './message-order.ts';
import type { Sql } from './sql.ts';

/**
 * A delivery beside its endpoint and rule as they are now; `endpoint_*` and `rule_*` are null where these are gone.
 * `claimed` is the number of the attempt that the caller now holds and must send and finish, and only then is there a
 * `body`. Where nothing was claimed and an attempt is without an outcome, `open_*` tell of that one.
 */
export interface DeliveryJob {
  namespace: string;
  id: string;
  status: DeliveryStatus;
  reason: string | null;
  event_id: string;
  event_type: string;
  rule_id: string;
  body: string | null;
  /**
   * Where something was claimed and the event is still there: when it was accepted, and the trace that it is part of. Of
   * what a look at an alert has made it is when that was.
   */
  accepted_at: Date | null;
  traceparent: string | null;
  attempts: number;
  round: number;
  round_base: number;
  round_started_at: Date;
  by_person: boolean;
  exhausted_reason: string | null;
  next_attempt_at: Date | null;
  /** What put it off to then, where it was not the retry policy. */
  waits_for: WaitsFor | null;
  /** The message of the same alert that has to go before it, and when that one is due; null where none has to. */
  earlier_id: string | null;
  earlier_due_at: Date | null;
  updated_at: Date;
  last_error: string | null;
  retry_layers: RetryLayers | null;
  endpoint_id: string;
  endpoint_name: string;
  endpoint_exists: boolean;
  endpoint_kind: ChannelKind | null;
  endpoint_is_active: boolean | null;
  endpoint_health: 'healthy' | 'failing' | 'disabled' | null;
  target_url: string | null;
  sealed_target_url: string | null;
  sealed_routing_key: string | null;
  sealed_secret: string | null;
  sealed_previous_secret: string | null;
  previous_secret_until: Date | null;
  sealed_headers: Record<string, string> | null;
  endpoint_updated_at: Date | null;
  rate_limit: { per_second: number } | null;
  /** Null where the endpoint's circuit is closed, as nearly always. */
  circuit_until: Date | null;
  has_state: boolean;
  rule_exists: boolean;
  rule_is_active: boolean | null;
  claimed: number | null;
  open_number: number | null;
  open_deadline_at: Date | null;
  /** The process that had begun it is gone, as far as its lease tells (see worker-lease.ts). */
  open_owner_gone: boolean;
}

/** Where it is sent: the columns of an endpoint that a request is made of. */
export type SealedEndpoint = Pick<
  DeliveryJob,
  | 'endpoint_id'
  | 'target_url'
  | 'sealed_target_url'
  | 'sealed_secret'
  | 'sealed_previous_secret'
  | 'previous_secret_until'
  | 'sealed_routing_key'
  | 'sealed_headers'
  | 'endpoint_kind'
>;

/** Who wants to make the next attempt of which delivery: the workflow is kept with the attempt as the link to follow. */
export interface ClaimRequest {
  namespace: string;
  deliveryId: string;
  workflowId: string;
  runId: string;
  /** The gate has let it through: see gate-log.ts. */
  isAdmitted?: boolean;
}

/** What one attempt came to, and what follows for the delivery. `nextAttemptAt` and `exhaustedReason` exclude each other. */
export interface FinishedAttempt {
  number: number;
  durationMs: number;
  statusCode: number | null;
  outcome: AttemptOutcome;
  error: string | null;
  responseExcerpt: string | null;
  status: 'succeeded' | 'retrying';
  nextAttemptAt: Date | null;
  exhaustedReason: string | null;
  /** The receiver said that it is gone for good, so that the endpoint is to be disabled. */
  saysGone: boolean;
  /** The round has as many attempts left as before it, for it was our own stop that cut it off. */
  isUncounted: boolean;
}

/** An attempt's outcome with whose it is, and what it says of the endpoint. */
export interface AttemptOutcomeRow extends FinishedAttempt, EndpointSign {
  namespace: string;
}

/** The statements around attempts: one before the requests of a list leave, one after. */
export type AttemptLog = ReturnType<typeof createAttemptLog>;

/**
 * @param sql the hot path's way into PostgreSQL
 * @param now the clock, in ms
 * @param worker who makes the attempts; kept with each, and the name of its lease
 */
export function createAttemptLog(sql: Sql, now: () => number, worker: string) {
  return {
    /**
     * Reads what is needed to send and, where a delivery may be sent now, writes its attempt's row: one round trip for
     * the list. May be sent: due, not settled, no earlier message of its alert under way, endpoint there and on, rule
     * there and on (a person's retry ignores the rule), and either let through by the gate or of an endpoint that has
     * none. The list may mix namespaces; no delivery may be in it twice.
     *
     * @param requestDeadlineMs upper bound of how long a request may take, from now
     * @returns one for each request, in their order; undefined where there is no such delivery
     */
    async claim(requests: ClaimRequest[], requestDeadlineMs: number): Promise<(DeliveryJob | undefined)[]> {
      const at = now();
      const { rows } = await sql.query<DeliveryJob>({
        name: 'claim-attempts',
        text: CLAIM,
        values: [
          requests.map(({ namespace }) => namespace),
          requests.map(({ deliveryId }) => deliveryId),
          requests.map(({ workflowId }) => workflowId),
          requests.map(({ runId }) => runId),
          new Date(at),
          new Date(at + requestDeadlineMs),
          worker,
          requests.map(({ isAdmitted = false }) => isAdmitted),
        ],
      });
      const jobs = new Map(rows.map((row) => [row.id, row]));
      return requests.map(({ deliveryId }) => jobs.get(deliveryId));
    },

    /** The same for one delivery, without claiming anything. */
    async read(namespace: string, deliveryId: string): Promise<DeliveryJob | undefined> {
      const values = [[namespace], [deliveryId]];
      const { rows } = await sql.query<DeliveryJob>({ name: 'read-job', text: READ, values });
      return rows[0];
    },

    /**
     * Writes the outcomes of attempts, their deliveries' states after them and what they say of their endpoints, in one
     * statement.
     *
     * @returns those that are not counted for their endpoint yet, for somebody else holds its row: all else is written
     */
    async finish(outcomes: AttemptOutcomeRow[]): Promise<AttemptOutcomeRow[]> {
      // In one order everywhere: two processes that write about the same rows wait for each other, not both.
      const inOrder = outcomes.toSorted((a, b) => (a.deliveryId < b.deliveryId ? -1 : 1));
      const values = [JSON.stringify(inOrder), new Date(now()), worker];
      const { rows } = await sql.query<{ endpoint_id: string }>({ name: 'finish-attempts', text: FINISH, values });
      return heldBack(outcomes, rows);
    },

    /** Takes back a claim of this process whose request was never made, as if there had been none. */
    async release(namespace: string, deliveryId: string, number: number): Promise<void> {
      await sql.query({
        name: 'release-attempt',
        text: `delete from delivery_attempts
               where namespace = $1 and delivery_id = $2 and number = $3 and created_by = $4 and outcome is null`,
        values: [namespace, deliveryId, number, worker],
      });
    },

    /**
     * Closes an attempt whose process died: nobody knows whether the receiver got it, so another one follows.
     *
     * @param exhaustedReason set where none may follow, for it was the round's last
     */
    async interrupt(
      namespace: string,
      deliveryId: string,
      number: number,
      exhaustedReason: string | null,
    ): Promise<void> {
      const values = [namespace, deliveryId, number, new Date(now()), exhaustedReason, INTERRUPTED];
      await sql.query({ name: 'interrupt-attempt', text: INTERRUPT, values });
    },

    /** Puts off a delivery that has to wait for an earlier message, unless it has changed since it was read. */
    async putBehind(job: Pick<DeliveryJob, 'namespace' | 'id' | 'next_attempt_at'>, until: Date): Promise<void> {
      const values = [job.namespace, job.id, new Date(now()), until, job.next_attempt_at];
      await sql.query({ name: 'put-behind', text: PUT_BEHIND, values });
    },

    /** Ends a delivery that must not be sent, with the reason. Settled ones stay as they are. */
    async skip(namespace: string, deliveryId: string, reason: string): Promise<void> {
      await sql.query({
        name: 'skip-delivery',
        text: `update deliveries set status = 'skipped', reason = $3, next_attempt_at = null, completed_at = $4, updated_at = $4
               where namespace = $1 and id = $2 and status in ('pending', 'retrying')`,
        values: [namespace, deliveryId, reason, new Date(now())],
      });
    },

    /** Ends a delivery's round without a further attempt, e.g. because its endpoint is disabled. */
    async exhaust(namespace: string, deliveryId: string, reason: string): Promise<void> {
      await sql.query({
        name: 'exhaust-delivery',
        text: `update deliveries set status = 'retrying', exhausted_reason = $3, next_attempt_at = null, updated_at = $4
               where namespace = $1 and id = $2 and status in ('pending', 'retrying') and exhausted_reason is null`,
        values: [namespace, deliveryId, reason, new Date(now())],
      });
    },
  };
}

const INTERRUPTED = 'the worker stopped before it could record an answer';
