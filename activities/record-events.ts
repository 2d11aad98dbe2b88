import { createHash } from 'node:crypto';
import { ApplicationFailure } from '@temporalio/common';
import { type AcceptedEvent, parseEvent } from '../src/domain/event.ts';
import { contentDigest, eventDigest } from '../src/domain/event-digest.ts';
import type { IdFactory } from '../src/domain/ids.ts';
import { stringifyLossless } from '../src/domain/lossless-json.ts';
import { namespacePattern } from '../src/domain/namespace.ts';
import { patternsFor } from '../src/domain/rule.ts';
import type { DeliveryRef, DeliveryRow, EventLog, EventRow, Origin } from '../src/store/event-log.ts';
import { isDataError } from '../src/store/sql.ts';
import type { EventWorkflowInput, EventWorkflowResult, FanOutProgress } from '../workflows/contract.ts';
import type { ConditionFault, Matcher } from './match.ts';

export interface RecordEventsInput extends EventWorkflowInput {
  /** When the workflow started, RFC 3339: its start is the acceptance. */
  accepted_at: string;
  workflow_id: string;
  workflow_run_id: string;
}

/** Deliveries to start now, and where to go on from: `next` is null on the last page. */
export interface DeliveryPage {
  deliveries: DeliveryRef[];
  next: string | null;
  /** Whether their first attempts are made side by side by the workflow itself, not by one child each. */
  together: boolean;
}

export interface RecordedEvents {
  page: DeliveryPage;
  /** Rows whose deliveries are being started; empty when `page` is all there is. */
  event_refs: string[];
  result: EventWorkflowResult;
  notes: string[];
  /** Types and ids of the valid events, for search attributes. */
  event_types: string[];
  event_ids: string[];
}

export type NextDeliveriesInput = { namespace: string } & Pick<FanOutProgress, 'event_refs' | 'after'>;

/** Children started side by side; the facts of Temporal's limits ask for chunks of at most 500. */
const PAGE = 500;
/** Of one event: up to this many deliveries have a child each, as everybody expects; more cost too much that way. */
const MOST_CHILDREN = 5;
const NOTES = 20;
/** `specversion`, `id`, `source`, `type`, `subject`, `time`, `data`: what the REST door may have added. */
const ENVELOPE_KEYS = 7;
/** What a person reads of it; the reasons of many rejected events travel together. */
const MAX_REASON_CHARACTERS = 2_000;
/** Contract §2: the body of an event is at most this. */
const MAX_DATA_BYTES = 256 * 1024;

/** What the recording of events depends on. */
export interface RecordEventsDeps {
  eventLog: EventLog;
  match: Matcher;
  newId: IdFactory;
  now: () => number;
  publicUrl: string | undefined;
}

/**
 * The first thing that happens to accepted events: validated as at the REST door (they may have entered by
 * Temporal alone), matched against the rules, and written with their deliveries, once ever for each (source, id).
 */
export function createRecordEvents({ eventLog, match, newId, now, publicUrl }: RecordEventsDeps) {
  return { recordEvents, nextDeliveries };

  async function recordEvents(input: RecordEventsInput): Promise<RecordedEvents> {
    const origin = originOf(input);
    const read = input.events.map((value, index) => readEvent(value, index, origin));
    const patterns = [...new Set(read.flatMap(({ event }) => (event ? patternsFor(event.type) : [])))];
    const rules = patterns.length > 0 ? await eventLog.candidateRules(origin.namespace, patterns) : [];

    const at = new Date(now()).toISOString();
    const deliveries: DeliveryRow[] = [];
    const faults: ConditionFault[] = [];
    for (const { event, row } of read) {
      if (!event) continue;
      const matched = match(event, rules, { namespace: origin.namespace, eventRef: row.id, at, publicUrl, newId });
      row.decisions = matched.decisions;
      deliveries.push(...matched.deliveries);
      faults.push(...matched.faults);
    }

    const events = read.flatMap(({ event }) => event ?? []);
    const labels = { event_types: [...new Set(events.map(({ type }) => type))], event_ids: events.map(({ id }) => id) };
    const rows = read.map(({ row }) => row);
    const fresh = await recordOrSetAside(origin, rows, deliveries);
    for (const { rule, message } of faults)
      await eventLog.degradeRule(origin.namespace, rule.id, rule.revision, message);
    const recorded = rows.filter((row) => fresh.has(row.id));
    const notes = recorded.flatMap(describeDecisions).slice(0, NOTES);
    if (recorded.length === rows.length && deliveries.length <= PAGE) {
      const setAside = new Set(rows.filter(({ status }) => status === 'rejected').map(({ id }) => id));
      const due = deliveries.filter(({ status, event_ref }) => status === 'pending' && !setAside.has(event_ref));
      const page = { deliveries: due.map(refOf), next: null, together: isMany(rows.length, due.length) };
      return { page, event_refs: [], result: countOf(recorded, 0), notes, ...labels };
    }
    // Some keys existed. Those that this very workflow had written (it repeats after a crash) still need their
    // deliveries started; the others are duplicates and have no effect.
    const stale = rows.filter((row) => !fresh.has(row.id)).map((row) => row.digest);
    const known = await eventLog.recordedBy(origin.namespace, origin.workflow_run_id, stale);
    // A twin in this very list is a duplicate too.
    const mine = known.filter((id) => !fresh.has(id));
    const event_refs = [...recorded.map((row) => row.id), ...mine];
    const page = await nextDeliveries({ namespace: origin.namespace, event_refs, after: '' });
    const result = countOf(recorded, rows.length - event_refs.length, mine.length);
    return { page, event_refs, result, notes, ...labels };
  }

  /**
   * Records all of it; what PostgreSQL cannot hold is set aside as rejected, with its reason, and takes no other event
   * with it: a list that fails on its data is halved until the culprit is alone.
   */
  async function recordOrSetAside(origin: Origin, rows: EventRow[], deliveries: DeliveryRow[]): Promise<Set<string>> {
    try {
      return await eventLog.record(origin, rows, deliveries);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [only] = rows;
      if (rows.length === 1 && only?.status === 'recorded') {
        const reason = `cannot be recorded: ${error.message}`;
        Object.assign(only, { status: 'rejected', reason, decisions: [], time: origin.accepted_at });
        return await eventLog.record(origin, rows, []);
      }
      if (only === undefined || rows.length === 1) {
        // Not even what is said of it can be written: its place is kept, and nothing else.
        const bare = { event_id: '', source: '', type: '', data: 'null', reason: 'cannot be recorded' };
        return await eventLog.record(
          origin,
          rows.map((row) => Object.assign(row, bare)),
          [],
        );
      }
      const middle = Math.ceil(rows.length / 2);
      const fresh = new Set<string>();
      for (const half of [rows.slice(0, middle), rows.slice(middle)]) {
        const ids = new Set(half.map(({ id }) => id));
        const theirs = deliveries.filter(({ event_ref }) => ids.has(event_ref));
        for (const id of await recordOrSetAside(origin, half, theirs)) fresh.add(id);
      }
      return fresh;
    }
  }

  async function nextDeliveries({ namespace, event_refs, after }: NextDeliveriesInput): Promise<DeliveryPage> {
    const deliveries = await eventLog.pendingDeliveries(namespace, event_refs, after, PAGE);
    const isLast = deliveries.length < PAGE;
    const together = after !== '' || isMany(event_refs.length, deliveries.length);
    return { deliveries, next: isLast ? null : (deliveries.at(-1)?.id ?? null), together };
  }

  function readEvent(value: unknown, index: number, origin: Origin): { event?: AcceptedEvent; row: EventRow } {
    const receivedAt = Date.parse(origin.accepted_at);
    const parsed = parseEvent(value, { namespace: origin.namespace, receivedAt, moreKeys: ENVELOPE_KEYS });
    if (!parsed.ok) {
      const reasons = parsed.errors.map(({ path, message }) => `${path} ${message}`);
      return { row: rejectedRow(value, index, origin, reasons.join('; ')) };
    }
    const { event } = parsed;
    const data = stringifyLossless(event.data);
    // The REST door bounds the whole body; what enters by Temporal alone is bounded here.
    if (Buffer.byteLength(data) > MAX_DATA_BYTES) {
      return { row: rejectedRow(value, index, origin, `data is over ${MAX_DATA_BYTES} bytes`) };
    }
    return {
      event,
      row: {
        id: newId('ev'),
        digest: eventDigest(event.source, event.id),
        content_digest: contentDigest(event.type, event.data),
        event_id: event.id,
        source: event.source,
        type: event.type,
        subject: event.subject,
        time: event.time,
        data,
        extensions: JSON.stringify(event.extensions),
        status: 'recorded',
        reason: null,
        decisions: [],
      },
    };
  }

  /** An event that cannot be read is kept with the reason; its key is its place in the workflow, so a repeat adds none. */
  function rejectedRow(value: unknown, index: number, origin: Origin, reason: string): EventRow {
    const claimed = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
    const text = (name: string) => storable((typeof claimed[name] === 'string' ? claimed[name] : '').slice(0, 200));
    const place = createHash('sha256')
      .update(`rejected\n${origin.workflow_run_id}\n${index}`)
      .digest('hex')
      .slice(0, 32);
    return {
      id: newId('ev'),
      digest: place,
      content_digest: place,
      event_id: text('id'),
      source: text('source'),
      type: text('type'),
      subject: null,
      time: origin.accepted_at,
      data: storable(stringifyLossless(value ?? null)),
      extensions: '{}',
      status: 'rejected',
      reason: storable(reason.slice(0, MAX_REASON_CHARACTERS)),
      decisions: [],
    };
  }
}

const isMany = (events: number, deliveries: number) => deliveries > 0 && (events > 1 || deliveries > MOST_CHILDREN);

function originOf(input: RecordEventsInput): Origin {
  if (typeof input.namespace !== 'string' || !namespacePattern.test(input.namespace)) {
    throw ApplicationFailure.nonRetryable(
      'Input must be {namespace: [a-z0-9-]{1,63}, events: [CloudEvents JSON]}',
      'InvalidInput',
    );
  }
  return {
    namespace: input.namespace,
    workflow_id: input.workflow_id,
    workflow_run_id: input.workflow_run_id,
    accepted_by: input.accepted_by ?? 'temporal',
    accepted_at: input.accepted_at,
  };
}

/** PostgreSQL's text holds neither U+0000 nor half a surrogate pair; a record of what arrived must still be possible. */
const storable = (text: string) => text.replaceAll('\0', '\\u0000').toWellFormed();

const refOf = ({
  id,
  rule_id,
  rule_name,
  endpoint_id,
  endpoint_name,
  event_id,
  event_type,
}: DeliveryRow): DeliveryRef => ({
  id,
  rule_id,
  rule_name,
  endpoint_id,
  endpoint_name,
  event_id,
  event_type,
});

function countOf(recorded: EventRow[], duplicates: number, repeated = 0): EventWorkflowResult {
  const rejected = recorded.filter((row) => row.status === 'rejected').length;
  return { recorded: recorded.length - rejected + repeated, duplicates, rejected, deliveries: 0 };
}

function describeDecisions(row: EventRow): string[] {
  if (row.status === 'rejected') return [`event rejected: ${row.reason}`];
  if (row.decisions.length === 0) return [`${row.type} ${row.event_id}: no rule watches this type`];
  return row.decisions.map(
    ({ rule_name, outcome, reason }) => `${row.type} ${row.event_id}: rule ${rule_name} ${outcome} (${reason})`,
  );
}
