import type { Silence } from '../domain/alerting/notify/message.ts';
import { idTimeBound } from '../domain/ids.ts';
import type { Decision } from '../domain/rule.ts';
import { AUDIT_DEGRADED } from './audit-log.ts';
import { type CandidateRule, RULE_COLUMNS } from './candidate-rule.ts';
import { chunksBySize, type DeliveryRef, type DeliveryRow, insertDeliveries } from './delivery-rows.ts';
import { TELL_DEGRADED } from './service-event-log.ts';
import type { Sql } from './sql.ts';

/** An event to record, with its key and what the rules decided. `id` is the row's own; `event_id` the sender's. */
export interface EventRow {
  id: string;
  digest: string;
  content_digest: string;
  event_id: string;
  source: string;
  type: string;
  subject: string | null;
  time: string;
  data: string;
  /** JSON; absent where there are none. */
  extensions?: string;
  status: 'recorded' | 'rejected';
  reason: string | null;
  decisions: Decision[];
}

/** What an event counts for in a rule that keeps state, to be written with it. */
export interface EntryRow {
  rule_id: string;
  key_digest: string;
  key_text: string;
  event_ref: string;
  /** Of the rule that puts it down. */
  meaning: string;
  /** The event's place in its list. */
  place: number;
  sides: string[];
  epoch: number | null;
  time: string;
}

/** Where the list came from: makes the write safe to repeat. */
export interface Origin {
  namespace: string;
  workflow_id: string;
  workflow_run_id: string;
  accepted_by: string;
  accepted_at: string;
}

/** A delivery that has not ended. `untried`: its first attempt has no outcome yet, and may be on its way. */
export interface OpenDelivery extends DeliveryRef {
  untried: boolean;
  next_attempt_at: Date | null;
}

/** The statements of the way in: what accepted events become in PostgreSQL. */
export type EventLog = ReturnType<typeof createEventLog>;

/** @param sql the hot path's way into PostgreSQL; @param now the clock, in ms */
export function createEventLog(sql: Sql, now: () => number) {
  return {
    /** Active rules whose event types are among `patterns`, in the order they were made. */
    async candidateRules(namespace: string, patterns: string[]): Promise<CandidateRule[]> {
      const { rows } = await sql.query<CandidateRule & { silences: Silence[] | null }>({
        name: 'candidate-rules',
        text: CANDIDATE_RULES,
        values: [namespace, patterns, new Date(now())],
      });
      const silences = rows[0]?.silences ?? [];
      return rows.map((rule) => ({ ...rule, silences }));
    },

    /**
     * Records events, their deliveries and entries, all or nothing, each event once ever: in one statement, or, where their
     * bodies are many and large, in several of one transaction.
     *
     * @returns the row ids of those that were new; a key that existed keeps its first event and gets nothing
     */
    async record(
      origin: Origin,
      events: EventRow[],
      deliveries: DeliveryRow[],
      entries: EntryRow[] = [],
    ): Promise<Set<string>> {
      const { namespace, workflow_id, workflow_run_id, accepted_by, accepted_at } = origin;
      const at = new Date(now()).toISOString();
      const [first = [], ...more] = chunksBySize(deliveries);
      const insertAll = async ({ query }: Pick<Sql, 'query'>): Promise<Set<string>> => {
        const eventsJson = JSON.stringify(events);
        const values = [
          namespace,
          eventsJson,
          JSON.stringify(first),
          workflow_id,
          workflow_run_id,
          accepted_by,
          accepted_at,
          at,
        ];
        // Most lists concern no rule that keeps state: those are not asked to write what is not there.
        const statement =
          entries.length === 0
            ? { name: 'record-events', text: RECORD, values }
            : { name: 'record-with-entries', text: RECORD_WITH_ENTRIES, values: [...values, JSON.stringify(entries)] };
        const { rows } = await query<{ event_ref: string }>(statement);
        const fresh = new Set(rows.map((row) => row.event_ref));
        for (const chunk of more) {
          const ours = JSON.stringify(chunk.filter(({ event_ref }) => fresh.has(event_ref)));
          await query({
            name: 'record-deliveries',
            text: RECORD_DELIVERIES,
            values: [namespace, ours, accepted_by, at],
          });
        }
        return fresh;
      };
      return more.length === 0 ? insertAll(sql) : sql.transaction(insertAll);
    },

    /** Row ids of those of the digests that this very workflow had recorded before, as after a crash. */
    async recordedBy(namespace: string, workflowRunId: string, digests: string[]): Promise<string[]> {
      const { rows } = await sql.query<{ event_ref: string }>({
        name: 'recorded-by',
        text: 'select event_ref from event_keys where namespace = $1 and digest = any($2) and workflow_run_id = $3',
        values: [namespace, digests, workflowRunId],
      });
      return rows.map((row) => row.event_ref);
    },

    /**
     * A page of the deliveries that these events led to and that have not ended, in order of creation. Those whose first
     * attempt has failed are among them: until a workflow of their own holds them, the event's must.
     */
    async unsettledDeliveries(
      namespace: string,
      eventRefs: string[],
      after: string,
      limit: number,
    ): Promise<DeliveryRef[]> {
      const { rows } = await sql.query<DeliveryRef>({
        name: 'unsettled-deliveries',
        text: UNSETTLED,
        values: [namespace, eventRefs, after, limit],
      });
      return rows;
    },

    /** Those of the deliveries that have not ended, in order of creation. */
    async openDeliveries(namespace: string, ids: string[]): Promise<OpenDelivery[]> {
      const values = [namespace, ids];
      const { rows } = await sql.query<OpenDelivery>({ name: 'open-deliveries', text: OPEN, values });
      return rows;
    },

    /**
     * What tells a repeat from a conflict: the content digests of recorded events, by their keys.
     *
     * @returns one for each key, in their order; undefined where there is no such event
     */
    async contentDigests(keys: { namespace: string; digest: string }[]): Promise<(string | undefined)[]> {
      const values = [keys.map(({ namespace }) => namespace), keys.map(({ digest }) => digest)];
      const { rows } = await sql.query<{ content_digest: string | null }>({
        name: 'content-digests',
        text: CONTENT_DIGESTS,
        values,
      });
      return rows.map(({ content_digest }) => content_digest ?? undefined);
    },

    /** Marks rules degraded with their messages, unless they have changed since the revision that failed. */
    async degradeRules(
      namespace: string,
      faults: { rule: Pick<CandidateRule, 'id' | 'revision'>; message: string }[],
    ): Promise<void> {
      const at = now();
      await sql.query({
        name: 'degrade-rules',
        text: DEGRADE_RULES,
        values: [
          namespace,
          faults.map(({ rule }) => rule.id),
          faults.map(({ rule }) => rule.revision),
          faults.map(({ message }) => message),
          new Date(at),
          idTimeBound('aud', at),
        ],
      });
    },
  };
}

// The first row has the silences of them all: they are read once, and need no statement of their own.
const CANDIDATE_RULES = `
  select ${RULE_COLUMNS},
    case when row_number() over (order by r.id) = 1 then (
      select json_agg(json_build_object('id', s.id, 'matchers', s.matchers,
        'startsAt', (extract(epoch from s.starts_at) * 1000)::bigint,
        'endsAt', (extract(epoch from s.ends_at) * 1000)::bigint))
      from silences s where s.namespace = $1 and s.starts_at <= $3 and s.ends_at > $3
    ) end as silences
  from alert_rules r
  where r.namespace = $1 and r.is_active and r.watched_types && $2::text[]
  order by r.id`;

const RECORDING = `
  with incoming as (
    select * from json_to_recordset($2::json) as e(
      id text, digest text, content_digest text, event_id text, source text, type text, subject text, time timestamptz,
      data text, extensions text, status text, reason text, decisions jsonb)
  ), keyed as (
    insert into event_keys (namespace, digest, content_digest, event_ref, workflow_run_id, created_by, created_at)
    select $1, digest, content_digest, id, $5, $6, $8::timestamptz from incoming order by digest
    on conflict (namespace, digest) do nothing
    returning event_ref
  ), recorded as (
    insert into events (id, namespace, event_id, source, type, subject, time, received_at, data, extensions, status,
      reason, decisions, workflow_id, workflow_run_id, created_by, created_at)
    select i.id, $1, i.event_id, i.source, i.type, i.subject, i.time, $7::timestamptz, i.data, coalesce(i.extensions, '{}'), i.status,
      i.reason, i.decisions, $4, $5, $6, $8::timestamptz
    from incoming i join keyed on keyed.event_ref = i.id
  ), delivered as (
    ${insertDeliveries({ json: '$3', by: '$6', at: '$8' })}
    join keyed on keyed.event_ref = d.event_ref
  )`;

const RECORD = `${RECORDING} select event_ref from keyed`;

const RECORD_WITH_ENTRIES = `${RECORDING}, entered as (
    insert into alert_entries (rule_id, key_digest, event_ref, namespace, key_text, meaning, place, sides, epoch, time,
      received_at, created_by, created_at)
    select n.rule_id, n.key_digest, n.event_ref, $1, n.key_text, n.meaning, n.place, n.sides, n.epoch, n.time, $7::timestamptz, $6,
      $8::timestamptz
    from json_to_recordset($9::json) as n (rule_id text, key_digest text, key_text text, event_ref text, meaning text,
      place int, sides text[], epoch bigint, time timestamptz)
    join keyed on keyed.event_ref = n.event_ref
  )
  select event_ref from keyed`;

const RECORD_DELIVERIES = insertDeliveries({ json: '$2', by: '$3', at: '$4' });

const DEGRADE_RULES = `
  with degraded as (
    update alert_rules r set health = 'degraded', health_message = f.message
    from unnest($2::text[], $3::int[], $4::text[]) as f (id, revision, message)
    where r.namespace = $1 and r.id = f.id and r.revision = f.revision and r.health <> 'degraded'
    returning r.*
  ), audited as (
    ${AUDIT_DEGRADED({ from: 'degraded', idBound: '$6', at: '$5' })}
  )
  ${TELL_DEGRADED({ from: 'degraded', by: "'matcher'", at: '$5' })}`;

const UNSETTLED = `
  select id, rule_id, rule_name, endpoint_id, endpoint_name, event_id, event_type from deliveries
  where namespace = $1 and event_ref = any($2) and id > $3 and status in ('pending', 'retrying')
  order by id limit $4`;

const OPEN = `
  select d.id, d.rule_id, d.rule_name, d.endpoint_id, d.endpoint_name, d.event_id, d.event_type,
    -- One that was put off may be due now, if its endpoint was changed since.
    case when d.waits_for is null or e.updated_at <= d.updated_at then d.next_attempt_at end as next_attempt_at,
    d.attempts = 0 and d.exhausted_reason is null as untried
  from unnest($2::text[]) as asked (id)
  cross join lateral (select * from deliveries where namespace = $1 and id = asked.id offset 0) d
  left join webhook_endpoints e on e.namespace = $1 and e.id = d.endpoint_id
  where d.status in ('pending', 'retrying') order by d.id`;

const CONTENT_DIGESTS = `
  select (select k.content_digest from event_keys k where k.namespace = asked.namespace and k.digest = asked.digest)
  from unnest($1::text[], $2::text[]) with ordinality as asked (namespace, digest, place)
  order by place`;
