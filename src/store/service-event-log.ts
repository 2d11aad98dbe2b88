import type { Sql } from './sql.ts';

/**
 * A row of the outbox. `recheck` is no event but an errand: deliveries that wait on what it is about are to be looked at
 * again. All other types are events that rules may match.
 */
export interface ServiceEventRow {
  id: string;
  namespace: string;
  type: string;
  subject: string | null;
  /** JSON text. */
  data: string;
  about_endpoint_id: string | null;
  about_rule_id: string | null;
  created_at: Date;
}

/** Type of an errand, see {@link ServiceEventRow}. */
export const RECHECK = 'recheck';

/** The outbox of what the service itself has to say. */
export type ServiceEventLog = ReturnType<typeof createServiceEventLog>;

/** @param sql the hot path's way into PostgreSQL; @param now the clock, in ms */
export function createServiceEventLog(sql: Sql, now: () => number) {
  return {
    /** Those of the ids that the service itself has written: only they may be events of a reserved type. */
    async find(namespace: string, ids: string[]): Promise<ServiceEventRow[]> {
      const { rows } = await sql.query<ServiceEventRow>({
        name: 'find-service-events',
        text: `select ${COLUMNS} from service_events where namespace = $1 and id = any($2) and type <> '${RECHECK}'`,
        values: [namespace, ids],
      });
      return rows;
    },

    /**
     * Takes rows that have not been handed over, oldest first, and marks those that were. While one process has them no
     * other gets them; if it dies, they are free again, and what was handed over then is handed over twice.
     *
     * @param give hands rows over; gives the ids of those that are safe now
     * @returns how many were taken
     */
    async handOver(limit: number, give: (rows: ServiceEventRow[]) => Promise<string[]>): Promise<number> {
      return await sql.transaction(async ({ query }) => {
        // A process that hangs must not keep them.
        await query({ name: 'bound-idleness', text: BOUND_IDLENESS, values: [] });
        const { rows } = await query<ServiceEventRow>({ name: 'take-service-events', text: TAKE, values: [limit] });
        if (rows.length === 0) return 0;
        const given = await give(rows);
        await query({
          name: 'mark-service-events',
          text: 'update service_events set sent_at = $2 where id = any($1)',
          values: [given, new Date(now())],
        });
        return rows.length;
      });
    },
  };
}

const COLUMNS = 'id, namespace, type, subject, data, about_endpoint_id, about_rule_id, created_at';

const BOUND_IDLENESS = "set local idle_in_transaction_session_timeout = '60s'";

const TAKE = `
  select ${COLUMNS} from service_events where sent_at is null
  order by created_at, id limit $1 for update skip locked`;

const INSERT = `insert into service_events (id, namespace, type, subject, data, about_endpoint_id, about_rule_id, created_by,
    created_at)`;

/** What a person reads of an error in one message. */
const MAX_ERROR_CHARACTERS = 500;

/** Who does it and when, as placeholders of the statement, and the rows that it is about. */
interface Told {
  from: string;
  by: string;
  at: string;
}

/** SQL that tells of endpoints that have been disabled in this very statement. */
export const TELL_DISABLED = ({ from, by, at }: Told) => `${INSERT}
  select e.id || '.disabled.' || floor(extract(epoch from ${at}::timestamptz) * 1000)::bigint, e.namespace,
    'webhook.disabled', 'webhooks/' || e.id,
    json_build_object('namespace', e.namespace, 'webhook_endpoint_id', e.id, 'name', e.name, 'reason', e.disabled_reason,
      'error', json_build_object('message', e.disabled_reason))::text,
    e.id, null, ${by}, ${at}::timestamptz
  from ${from} e where e.health = 'disabled' on conflict (id) do nothing`;

/**
 * SQL that tells of deliveries that were parked in this very statement, once for each round. One that was to tell of such
 * an event is not told of: two endpoints that are both down would never come to an end.
 */
export const TELL_DEAD_LETTERED = ({ from, by, at }: Told) => `${INSERT}
  select d.id || '.dead_lettered.' || d.round, d.namespace, 'delivery.dead_lettered', 'deliveries/' || d.id,
    json_build_object('namespace', d.namespace, 'delivery_id', d.id, 'webhook_endpoint_id', d.endpoint_id,
      'webhook_endpoint_name', d.endpoint_name, 'alert_rule_id', d.rule_id, 'alert_rule_name', d.rule_name,
      'event_id', d.event_id, 'event_type', d.event_type, 'reason', d.reason, 'attempts', d.attempts, 'round', d.round,
      'error', json_build_object('message', left(coalesce(d.last_error, d.reason), ${MAX_ERROR_CHARACTERS})))::text,
    d.endpoint_id, d.rule_id, ${by}, ${at}::timestamptz
  from ${from} d where d.event_type not in ('webhook.disabled', 'delivery.dead_lettered', 'alert_rule.degraded')
  on conflict (id) do nothing`;

/** SQL that tells of rules that have been degraded in this very statement, once for each revision. */
export const TELL_DEGRADED = ({ from, by, at }: Told) => `${INSERT}
  select r.id || '.degraded.' || r.revision, r.namespace, 'alert_rule.degraded', 'alert-rules/' || r.id,
    json_build_object('namespace', r.namespace, 'alert_rule_id', r.id, 'name', r.name, 'revision', r.revision,
      'reason', r.health_message, 'error', json_build_object('message', left(r.health_message, ${MAX_ERROR_CHARACTERS})))::text,
    null, r.id, ${by}, ${at}::timestamptz
  from ${from} r on conflict (id) do nothing`;
