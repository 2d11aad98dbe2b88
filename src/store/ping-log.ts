import type { Alert } from '../domain/alert-body.ts';
import type { ChannelKind } from '../domain/channel-kind.ts';
import type { AttemptOutcome } from '../domain/outcome.ts';
import type { RetryPolicyInput } from '../domain/retry-policy-schema.ts';
import type { SealedEndpoint } from './attempt-log.ts';
import { type AskedBy, AUDIT_TESTED } from './audit-log.ts';
import type { Sql } from './sql.ts';

/** An endpoint to be tested, as it is now. */
export interface TestedEndpoint extends SealedEndpoint {
  endpoint_name: string;
  endpoint_kind: ChannelKind;
  retry_policy: RetryPolicyInput | null;
}

/** A test-send before it leaves. */
export interface PingRow {
  namespace: string;
  deliveryId: string;
  /** Of its entry in the audit log. */
  auditId: string;
  endpoint: TestedEndpoint;
  alert: Alert;
  body: string;
  askedBy: AskedBy;
}

/** What came of it. */
export interface PingOutcome {
  durationMs: number;
  statusCode: number | null;
  outcome: AttemptOutcome;
  error: string | null;
  responseExcerpt: string | null;
}

/** The statements of test-sends. */
export type PingLog = ReturnType<typeof createPingLog>;

/** @param sql the way into PostgreSQL; @param now the clock, in ms */
export function createPingLog(sql: Sql, now: () => number) {
  return {
    /** The endpoint, on or off; undefined where the namespace has none of that id. */
    async endpoint(namespace: string, id: string): Promise<TestedEndpoint | undefined> {
      const { rows } = await sql.of(namespace).query<TestedEndpoint>({
        name: 'tested-endpoint',
        text: ENDPOINT,
        values: [namespace, id],
      });
      return rows[0];
    },

    /**
     * Writes the delivery and its one attempt, before the request leaves, as they are true should this process die now:
     * given up, and cut off. So nothing has to be cleared up after a crash. The event `webhook.ping` is written with
     * them, for rules that watch it, and the entry of the audit log.
     */
    async begin({ namespace, deliveryId, auditId, endpoint, alert, body, askedBy }: PingRow): Promise<void> {
      const { event, rule } = alert;
      await sql.of(namespace).query({
        name: 'begin-ping',
        text: BEGIN,
        values: [
          namespace,
          deliveryId,
          new Date(now()),
          askedBy.keyId,
          event.id,
          event.source,
          event.type,
          event.subject,
          JSON.stringify(event.data),
          alert.id,
          rule.id,
          rule.name,
          rule.revision,
          endpoint.endpoint_id,
          endpoint.endpoint_name,
          body,
          CUT_OFF,
          auditId,
          askedBy.requestId,
        ],
      });
    },

    /** Records what came of it: `succeeded`, or `discarded`, for nothing follows from a test. */
    async finish(namespace: string, deliveryId: string, outcome: PingOutcome): Promise<void> {
      const { durationMs, statusCode, error, responseExcerpt } = outcome;
      await sql.of(namespace).query({
        name: 'finish-ping',
        text: FINISH,
        values: [
          namespace,
          deliveryId,
          new Date(now()),
          durationMs,
          statusCode,
          outcome.outcome,
          error,
          responseExcerpt,
        ],
      });
    },
  };
}

const CUT_OFF = 'the service stopped before it could record an answer';

const ENDPOINT = `
  select id as endpoint_id, name as endpoint_name, kind as endpoint_kind, target_url, sealed_target_url, sealed_routing_key, sealed_secret,
    sealed_previous_secret, previous_secret_until, sealed_headers, retry_policy
  from webhook_endpoints where namespace = $1 and id = $2`;

const BEGIN = `
  with emitted as (
    insert into service_events (id, namespace, type, subject, data, about_endpoint_id, created_by, created_at)
    values ($5, $1, $7, $8, $9, $14, $4, $3)
  ), attempted as (
    insert into delivery_attempts (delivery_id, number, namespace, started_at, deadline_at, duration_ms, outcome, error,
      workflow_id, workflow_run_id, created_by)
    values ($2, 1, $1, $3, $3, 0, 'interrupted', $17, '', '', $4)
  ), audited as (
    ${AUDIT_TESTED({ id: '$18', namespace: '$1', endpoint: '$14', name: '$15', delivery: '$2', at: '$3', keyId: '$4', requestId: '$19' })}
  )
  insert into deliveries (id, namespace, event_ref, event_id, event_source, event_type, alert_id, rule_id, rule_name,
    rule_revision, endpoint_id, endpoint_name, status, reason, body, attempts, by_person, last_error, round_started_at,
    completed_at, created_by, created_at, updated_at)
  values ($2, $1, '', $5, $6, $7, $10, $11, $12, $13, $14, $15, 'discarded', 'test_interrupted', $16, 1, true, $17, $3,
    $3, $4, $3, $3)`;

const FINISH = `
  with finished as (
    update delivery_attempts set duration_ms = $4, status_code = $5, outcome = $6, error = $7, response_excerpt = $8
    where namespace = $1 and delivery_id = $2 and number = 1
  )
  update deliveries set last_status_code = $5, last_error = $7, completed_at = $3, updated_at = $3,
    status = case when $6 = 'success' then 'succeeded' else 'discarded' end,
    reason = case when $6 = 'success' then null else 'test_failed' end
  where namespace = $1 and id = $2`;
