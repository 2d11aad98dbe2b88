import { z } from 'zod';
import {
  type AcceptedEvent,
  cloudEventSchema,
  type EventFault,
  identifierSchema,
  parseEvent,
  shortEventSchema,
} from '../domain/event.ts';
import type { IdFactory } from '../domain/ids.ts';
import { stringifyLossless } from '../domain/lossless-json.ts';
import { withTraceparent } from '../domain/trace.ts';
import type { Intake } from '../intake/intake.ts';
import type { Quota } from '../intake/quota.ts';
import { type CountEvents, counted, type EventResult, tally } from './event-counts.ts';
import { createEventQuota } from './event-quota.ts';
import { outageOf } from './outage.ts';
import { ApiError, type FieldError, invalid } from './problem.ts';
import { MAX_BODY_BYTES } from './request.ts';
import { type Caller, type Route, route } from './route.ts';
import { bodyReplies, commonReplies } from './schemas.ts';

export interface EventIntakeDeps {
  intake: Intake;
  quota: Quota;
  newId: IdFactory;
  now: () => number;
  /** Told of events what became of them. */
  onEvents: CountEvents;
}

const MAX_BATCH = 500;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;

const statusSchema = z.enum(['accepted', 'duplicate']);
const acceptedSchema = z.object({ id: z.string(), status: statusSchema }).meta({ id: 'EventAccepted' });
const batchEntrySchema = z.object({
  id: z.string().nullable(),
  status: z.enum(['accepted', 'duplicate', 'rejected', 'unavailable']),
  error: z
    .object({
      code: z.string(),
      detail: z.string(),
      errors: z.array(z.object({ path: z.string(), message: z.string() })),
    })
    .optional(),
});
const batchReplySchema = z.object({ items: z.array(batchEntrySchema) }).meta({ id: 'EventBatchAccepted' });
type BatchEntry = z.infer<typeof batchEntrySchema>;

const eventSchema = z.union([shortEventSchema, cloudEventSchema]);
const batchSchema = z.strictObject({ events: z.array(z.unknown()).min(1).max(MAX_BATCH) });
const batchDocument = z.strictObject({ events: z.array(eventSchema).min(1).max(MAX_BATCH) }).meta({ id: 'EventBatch' });

/** `POST /v1/events` and `/v1/events/batch`: the way in. */
export function eventIntakeRoutes(deps: EventIntakeDeps): Route[] {
  const tag = 'Events';
  const cloudEventType = 'application/cloudevents+json';
  const quota = createEventQuota(deps.quota, deps.onEvents);
  return [
    route({
      method: 'post',
      path: '/v1/events',
      scope: 'events:write',
      operationId: 'sendEvent',
      audit: { none: 'an event says itself who sent it: `accepted_by`' },
      summary: 'Send an event',
      description:
        'Answered once the event is durably held. `Idempotency-Key` is the id of an event that has none in its body.',
      tag,
      body: {
        schema: z.unknown(),
        documentAs: eventSchema,
        lossless: true,
        contentTypes: ['application/json', cloudEventType],
      },
      replies: {
        202: { description: 'Accepted, or known already', schema: acceptedSchema },
        ...commonReplies(409, 429, ...bodyReplies),
      },
      admit: quota.admit,
      async handle({ caller, body, header, traceparent }) {
        quota.take(caller, 1);
        const isCloudEvent = (header('content-type') ?? '').toLowerCase().startsWith(cloudEventType);
        const given = { key: header('idempotency-key'), isCloudEvent };
        const count = (result: EventResult) => deps.onEvents(result, 1);
        const accepted = await counted(count, async () => accept(readEvent(body, caller, given), caller, traceparent));
        return { status: 202, body: accepted };
      },
    }),
    route({
      method: 'post',
      path: '/v1/events/batch',
      scope: 'events:write',
      operationId: 'sendEvents',
      audit: { none: 'an event says itself who sent it: `accepted_by`' },
      summary: 'Send up to 500 events',
      description:
        'Each entry stands alone: read its `status`. An entry that is `unavailable` was not accepted; send it again. ' +
        'After a 429 none was.',
      tag,
      body: {
        schema: batchSchema,
        documentAs: batchDocument,
        lossless: true,
        boundedByHandler: true,
        maxBytes: MAX_BATCH_BYTES,
      },
      replies: {
        202: { description: 'One item for each event, in order', schema: batchReplySchema },
        ...commonReplies(429, ...bodyReplies),
      },
      admit: quota.admit,
      async handle({ caller, body, traceparent }) {
        quota.take(caller, body.events.length);
        const outages: ApiError[] = [];
        const { count, tell } = tally();
        const from = { caller, traceparent, outages, count };
        // All at once, so that they go on together; of two under one identity with different content the first wins.
        const items = await Promise.all(body.events.map((entry) => acceptEntry(entry, from))).finally(() =>
          tell(deps.onEvents),
        );
        // Nothing got in: that is an outage, not a batch with results.
        const [outage] = outages;
        if (outage && items.every(({ status }) => status === 'unavailable')) throw outage;
        return { status: 202, body: { items } };
      },
    }),
  ];

  async function accept(event: AcceptedEvent, caller: Caller, traceparent: string | undefined) {
    const acceptance = await quota.unlessOutage(caller, () => deps.intake(withTraceparent(event, traceparent), caller));
    if (acceptance === 'conflict') throw conflict(event.id);
    return { id: event.id, status: acceptance };
  }

  async function acceptEntry(value: unknown, from: BatchOrigin): Promise<BatchEntry> {
    const { caller, traceparent, outages, count } = from;
    const id = claimedId(value);
    try {
      return await counted(count, async () => {
        const event = readEvent(value, caller, { key: undefined, isCloudEvent: false });
        if (Buffer.byteLength(stringifyLossless(value)) > MAX_BODY_BYTES) {
          throw new ApiError(413, 'too_large', `The event is over ${MAX_BODY_BYTES} bytes; send less.`);
        }
        return accept(event, caller, traceparent);
      });
    } catch (error) {
      const outage = outageOf(error);
      if (outage) outages.push(outage);
      const told = outage ?? error;
      if (!(told instanceof ApiError)) throw error;
      const { code, message: detail, errors } = told;
      const entryError = { code, detail, errors: errors.map(({ path, message }) => ({ path, message })) };
      return { id, status: outage ? 'unavailable' : 'rejected', error: entryError };
    }
  }

  /** @throws ApiError 422 with one entry for each bad field */
  function readEvent(
    value: unknown,
    caller: Caller,
    { key, isCloudEvent }: { key: string | undefined; isCloudEvent: boolean },
  ): AcceptedEvent {
    const cloudForm = typeof value === 'object' && value !== null && 'specversion' in value;
    if (isCloudEvent && !cloudForm) throw invalid([{ path: 'specversion', message: 'must be "1.0"' }]);
    const keyFault = key === undefined ? undefined : identifierSchema.safeParse(key).error?.issues[0]?.message;
    if (keyFault !== undefined) throw invalid([{ path: 'Idempotency-Key', message: keyFault }]);
    // CloudEvents always have an id of their own; the short form gets one made.
    const id = key ?? (cloudForm ? undefined : deps.newId('ev'));
    const parsed = parseEvent(value, {
      namespace: caller.namespace,
      receivedAt: deps.now(),
      ...(id === undefined ? {} : { id }),
    });
    if (parsed.ok) return parsed.event;
    const code = parsed.errors.some((fault) => fault.code === 'reserved_type') ? 'reserved_type' : 'invalid';
    throw invalid(parsed.errors.map(withoutCode), code);
  }
}

/** What the events of a batch have in common; `outages` gathers those that kept any of them out. */
interface BatchOrigin {
  caller: Caller;
  traceparent: string | undefined;
  outages: ApiError[];
  count: (result: EventResult) => void;
}

const withoutCode = ({ path, message }: EventFault): FieldError => ({ path, message });

const conflict = (id: string) =>
  new ApiError(409, 'event_id_conflict', `Another event with the id "${id}" and this source is recorded already.`, {
    errors: [{ path: 'id', message: 'is recorded with another type or data; give each event an id of its own' }],
  });

function claimedId(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : undefined;
  return typeof id === 'string' ? id : null;
}
