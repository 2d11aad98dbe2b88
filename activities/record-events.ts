import { ApplicationFailure } from '@temporalio/common';
import type { IdFactory } from '../src/domain/ids.ts';
import { namespacePattern } from '../src/domain/namespace.ts';
import { patternsFor } from '../src/domain/rule.ts';
import { passOn, type Tracing } from '../src/domain/trace.ts';
import type { CandidateRule } from '../src/store/candidate-rule.ts';
import { type DeliveryRef, type DeliveryRow, deliveryRefOf } from '../src/store/delivery-rows.ts';
import type { EntryRow, EventLog, EventRow, Origin } from '../src/store/event-log.ts';
import { isDataError } from '../src/store/sql.ts';
import type { EventWorkflowInput, EventWorkflowResult, FanOutProgress } from '../workflows/contract.ts';
import type { ConditionFault, Matcher } from './match.ts';
import type { OwnEvents } from './own-events.ts';
import { type ReadEvent, type ReadyEvent, readEvent, readReady, readValid, storable } from './read-event.ts';
import { beginRecordSpans } from './record-spans.ts';

export interface RecordEventsInput extends EventWorkflowInput {
  /** When the workflow started, RFC 3339: its start is the acceptance. */
  accepted_at: string;
  workflow_id: string;
  workflow_run_id: string;
}

/** A list as the REST door has it: its events, and the rules, looked up while Temporal took the list. */
export interface ReadyList {
  events: ReadyEvent[];
  rules: Promise<CandidateRule[]>;
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

export type NextDeliveriesInput = { namespace: string; together?: boolean | undefined } & Pick<
  FanOutProgress,
  'event_refs' | 'after'
>;

/** Children started side by side; the facts of Temporal's limits ask for chunks of at most 500. */
const PAGE = 500;
/** Of one event: up to this many deliveries have a child each, as everybody expects; more cost too much that way. */
const MOST_CHILDREN = 5;
const NOTES = 20;

/** What the recording of events depends on. */
export interface RecordEventsDeps {
  eventLog: EventLog;
  match: Matcher;
  /** Told of keys that something was put down for, once that is recorded. */
  onEntries: (namespace: string, entries: EntryRow[]) => void;
  /** The service's own events among those that claim to be. */
  readOwn: OwnEvents;
  newId: IdFactory;
  now: () => number;
  publicUrl: string | undefined;
  /** Absent, as for `count`: nobody asks. */
  tracing?: Tracing;
  count?: RecordCounts;
}

/** Told how the recording of events goes. */
export interface RecordCounts {
  /** How long it took to decide about one event, in ms. */
  matched(ms: number): void;
  /** A list that is recorded, and how long after its acceptance. */
  recorded(result: EventWorkflowResult, delayMs: number): void;
}

/**
 * The first thing that happens to accepted events: validated as at the REST door (they may have entered by
 * Temporal alone), matched against the rules, and written with their deliveries, once ever for each (source, id).
 */
export function createRecordEvents(deps: RecordEventsDeps) {
  const { eventLog, match, onEntries, readOwn, newId, now, publicUrl, tracing = passOn, count } = deps;
  return { recordEvents, nextDeliveries, rulesFor };

  /** The rules that may match events of these types. */
  async function rulesFor(namespace: string, types: string[]): Promise<CandidateRule[]> {
    const patterns = [...new Set(types.flatMap(patternsFor))];
    return patterns.length > 0 ? await eventLog.candidateRules(namespace, patterns) : [];
  }

  /** @param ready the list's events and rules where this process has read them before: nothing is read twice */
  async function recordEvents(input: RecordEventsInput, ready?: ReadyList): Promise<RecordedEvents> {
    const origin = originOf(input);
    const own = ready ? undefined : await readOwn(origin.namespace, input.events);
    const read =
      ready?.events.map((event) => readReady(event, newId('ev'))) ??
      input.events.map((value, index) => {
        const event = own?.get(value);
        return event ? readValid(event, newId('ev')) : readEvent(value, index, origin, newId('ev'));
      });
    const endSpans = beginRecordSpans(tracing, input, read);
    let recorded: RecordedEvents;
    try {
      recorded = await recordRead(input, origin, read, ready);
    } catch (error) {
      endSpans('not_recorded');
      throw error;
    }
    endSpans();
    count?.recorded(recorded.result, now() - Date.parse(origin.accepted_at));
    return recorded;
  }

  async function recordRead(
    input: RecordEventsInput,
    origin: Origin,
    read: ReadEvent[],
    ready: ReadyList | undefined,
  ): Promise<RecordedEvents> {
    const types = read.flatMap(({ event }) => (event ? [event.type] : []));
    const rules = await (ready?.rules ?? rulesFor(origin.namespace, types));

    const at = new Date(now()).toISOString();
    const deliveries: DeliveryRow[] = [];
    const entries: EntryRow[] = [];
    const faults: ConditionFault[] = [];
    const context = { namespace: origin.namespace, at, publicUrl, newId };
    for (const [place, one] of read.entries()) {
      if (!one.event) continue;
      const began = performance.now();
      try {
        const matched = match(one.event, rules, { ...context, eventRef: one.row.id, place });
        one.row.decisions = matched.decisions;
        deliveries.push(...matched.deliveries);
        entries.push(...matched.entries);
        faults.push(...matched.faults);
      } catch (error) {
        // Nothing known does this. If something does, it must not take the list with it, again and again.
        setAside(one.row, `cannot be matched: ${(error as Error).message}`, origin);
      }
      count?.matched(performance.now() - began);
    }

    const events = read.flatMap(({ event }) => event ?? []);
    const labels = { event_types: [...new Set(events.map(({ type }) => type))], event_ids: events.map(({ id }) => id) };
    const rows = read.map(({ row }) => row);
    const fresh = await recordOrSetAside(origin, rows, deliveries, entries);
    // Those that were recorded before a crash are found by the sweep.
    const entered = entries.filter(({ event_ref }) => fresh.has(event_ref));
    if (entered.length > 0) onEntries(origin.namespace, entered);
    // One statement, and one for each rule, however many events it failed on.
    const faulty = [...new Map(faults.map((fault) => [fault.rule.id, fault])).values()];
    if (faulty.length > 0) await eventLog.degradeRules(origin.namespace, faulty);
    const recorded = rows.filter((row) => fresh.has(row.id));
    const notes = recorded.flatMap(describeDecisions).slice(0, NOTES);
    if (recorded.length === rows.length && deliveries.length <= PAGE) {
      const setAside = new Set(rows.filter(({ status }) => status === 'rejected').map(({ id }) => id));
      const due = deliveries.filter(({ status, event_ref }) => status === 'pending' && !setAside.has(event_ref));
      const together = isMany(rows.length, due.length, input.together);
      const page = { deliveries: due.map(deliveryRefOf), next: null, together };
      return { page, event_refs: [], result: countOf(recorded, 0), notes, ...labels };
    }
    // Some keys existed. Those that this very workflow had written (it repeats after a crash) still need their
    // deliveries started; the others are duplicates and have no effect.
    const stale = rows.filter((row) => !fresh.has(row.id)).map((row) => row.digest);
    const known = await eventLog.recordedBy(origin.namespace, origin.workflow_run_id, stale);
    // A twin in this very list is a duplicate too.
    const mine = known.filter((id) => !fresh.has(id));
    const event_refs = [...recorded.map((row) => row.id), ...mine];
    const page = await nextDeliveries({ namespace: origin.namespace, event_refs, after: '', together: input.together });
    const result = countOf(recorded, rows.length - event_refs.length, mine.length);
    return { page, event_refs, result, notes, ...labels };
  }

  /**
   * Records all of it; what PostgreSQL cannot hold is set aside as rejected, with its reason, and takes no other event
   * with it: a list that fails on its data is halved until the culprit is alone.
   */
  async function recordOrSetAside(
    origin: Origin,
    rows: EventRow[],
    deliveries: DeliveryRow[],
    entries: EntryRow[],
  ): Promise<Set<string>> {
    try {
      return await eventLog.record(origin, rows, deliveries, entries);
    } catch (error) {
      if (!isDataError(error)) throw error;
      const [only] = rows;
      if (rows.length === 1 && only?.status === 'recorded') {
        setAside(only, `cannot be recorded: ${error.message}`, origin);
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
        const deliveriesOfHalf = deliveries.filter(({ event_ref }) => ids.has(event_ref));
        const entriesOfHalf = entries.filter(({ event_ref }) => ids.has(event_ref));
        for (const id of await recordOrSetAside(origin, half, deliveriesOfHalf, entriesOfHalf)) fresh.add(id);
      }
      return fresh;
    }
  }

  async function nextDeliveries({
    namespace,
    event_refs,
    after,
    together: asked,
  }: NextDeliveriesInput): Promise<DeliveryPage> {
    const deliveries = await eventLog.unsettledDeliveries(namespace, event_refs, after, PAGE);
    const isLast = deliveries.length < PAGE;
    const together = isMany(event_refs.length, deliveries.length, asked || after !== '');
    return { deliveries, next: isLast ? null : (deliveries.at(-1)?.id ?? null), together };
  }
}

/** Keeps an event as rejected, with the reason. */
function setAside(row: EventRow, reason: string, origin: Origin): void {
  Object.assign(row, { status: 'rejected', reason: storable(reason), decisions: [], time: origin.accepted_at });
}

/** Whether first attempts are made together: those of a list, of an event with very many, or where that was asked for. */
const isMany = (events: number, deliveries: number, asked?: boolean) =>
  deliveries > 0 && (asked || events > 1 || deliveries > MOST_CHILDREN);

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
