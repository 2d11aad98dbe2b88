import { z } from 'zod';
import { checkJsonValue, isRawNumber, type JsonFault } from './lossless-json.ts';
import { plainMessage } from './plain-message.ts';

/** An event as the service holds it, whatever form it came in. `data` may hold `JSON.rawJSON` numbers. */
export interface AcceptedEvent {
  id: string;
  source: string;
  type: string;
  subject: string | null;
  /** RFC 3339, UTC, milliseconds. */
  time: string;
  data: unknown;
  /** CloudEvents context attributes beyond the above, as received (`datacontenttype`, `dataschema`, extensions). */
  extensions: Record<string, string | number | boolean>;
  /** Of the service's own events: the endpoint and the rule that they must not go to. */
  about?: { endpoint_id: string | null; rule_id: string | null };
}

export interface EventFault {
  path: string;
  message: string;
  /** Set where callers need more than "invalid": `reserved_type`. */
  code?: string;
}

export type ParsedEvent = { ok: true; event: AcceptedEvent } | { ok: false; errors: EventFault[] };

/** What fills a gap in the short form, and what time is measured against. */
export interface EventDefaults {
  namespace: string;
  /** Ms since the epoch at which the event was received. */
  receivedAt: number;
  /** Keys allowed beyond the limit: a short form grows some when it becomes CloudEvents JSON. */
  moreKeys?: number;
  /** The id of an event that has none, e.g. an `Idempotency-Key` or a new one; undefined: an id is required. */
  id?: string;
}

/** Types that only the service itself emits; contract §5. */
export const reservedTypes = [
  'workflow.duration_exceeded',
  'webhook.ping',
  'webhook.disabled',
  'delivery.dead_lettered',
  'alert_rule.degraded',
] as const;

/** Source of the events that only the service itself emits. */
export const serviceSource = '/exosphere';

/** Contract §2: identifiers are bounded in bytes, for they go into keys and search attributes. */
const MAX_IDENTIFIER_BYTES = 200;
/** Contract §2: a body has at most this many object keys. */
const MAX_KEYS = 10_000;
const MAX_CLOCK_SKEW_MS = 5 * 60_000;
const MAX_FUTURE_MS = 24 * 3_600_000;
/** Nothing that this service is told of happened before; PostgreSQL's calendar, for one, has no year 0. */
const EARLIEST_MS = Date.UTC(1970, 0, 1);

const encoder = new TextEncoder();
export const identifierSchema = z
  .string()
  .min(1, 'must not be empty')
  // Its digest joins source and id by a newline: with one inside, two events could pass for one.
  .regex(/^[^\p{Cc}]*$/u, 'must not contain control characters')
  .refine(
    (text) => encoder.encode(text).length <= MAX_IDENTIFIER_BYTES,
    `must be at most ${MAX_IDENTIFIER_BYTES} bytes`,
  );
export const eventTypeSchema = z
  .string()
  .superRefine((type, context) => {
    if (!(reservedTypes as readonly string[]).includes(type)) return;
    const message = `\`${type}\` is emitted by the service itself; use custom.<name>`;
    context.addIssue({ code: 'custom', message, params: { code: 'reserved_type' } });
  })
  .regex(/^[A-Za-z0-9._-]{1,200}$/, 'must be 1 to 200 characters of A–Z, a–z, 0–9, full stop, underscore and hyphen');
/** What a rule may name: a type, all types below a prefix (`workflow.*`), or all (`*`). */
export const eventTypePatternSchema = z
  .string()
  .regex(
    /^(\*|[A-Za-z0-9._-]{1,200}|[A-Za-z0-9._-]{1,198}\.\*)$/,
    'must be an event type, a prefix such as `workflow.*`, or `*`',
  );
const time = z.iso.datetime({ offset: true, error: 'must be an RFC 3339 time with Z or an offset' });

export const shortEventSchema = z
  .strictObject({
    type: eventTypeSchema,
    data: z.record(z.string(), z.unknown()).describe('What happened; kept and sent on as received'),
    id: identifierSchema.optional().describe('Identifies the event within its source; made if absent'),
    source: identifierSchema.optional().describe('Where it happened; `/namespaces/{namespace}` if absent'),
    subject: identifierSchema.optional(),
    occurred_at: time.optional(),
  })
  .meta({ id: 'ShortEvent', description: 'The short form of an event' });

export const cloudEventSchema = z
  .looseObject({
    specversion: z.literal('1.0', 'must be "1.0"'),
    id: identifierSchema.optional(),
    source: identifierSchema,
    type: eventTypeSchema,
    subject: identifierSchema.nullish(),
    time: time.nullish(),
    datacontenttype: z
      .string()
      .regex(/^application\/([a-z0-9.-]+\+)?json\s*(;|$)/i, 'must be JSON: data of other types is not accepted')
      .nullish(),
    dataschema: z.string().nullish(),
    data: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'CloudEvent', description: 'A CloudEvents 1.0 event in JSON form; extensions are kept' });

/**
 * Reads an event in either form, CloudEvents 1.0 where `specversion` is there, and checks all that the contract bounds.
 *
 * @param value parsed JSON
 * @returns the event, or one fault for each bad field
 */
export function parseEvent(value: unknown, defaults: EventDefaults): ParsedEvent {
  const number = rawNumberFault(value);
  if (number) return { ok: false, errors: [number] };
  const structure = checkJsonValue(value, { maxKeys: MAX_KEYS + (defaults.moreKeys ?? 0) });
  if (structure.length > 0)
    return { ok: false, errors: structure.map(({ path, message }: JsonFault) => ({ path, message })) };
  const isCloudEvent = typeof value === 'object' && value !== null && 'specversion' in value;
  return isCloudEvent ? fromCloudEvent(value, defaults) : fromShortForm(value, defaults);
}

/** A number kept as its source is an object to JavaScript, and so to the schemas below: it must not pass for one. */
function rawNumberFault(value: unknown): EventFault | undefined {
  const path = isRawNumber(value) ? '' : isRawNumber((value as { data?: unknown } | null)?.data) ? 'data' : undefined;
  return path === undefined ? undefined : { path, message: 'must be an object' };
}

/** The event as CloudEvents JSON: what workflows are started with. */
export function toCloudEvent(event: AcceptedEvent): Record<string, unknown> {
  const { id, source, type, subject, time, extensions, data } = event;
  return { specversion: '1.0', id, source, type, ...(subject === null ? {} : { subject }), time, ...extensions, data };
}

function fromShortForm(value: unknown, defaults: EventDefaults): ParsedEvent {
  const parsed = shortEventSchema.safeParse(value);
  if (!parsed.success) return { ok: false, errors: faultsOf(parsed.error) };
  const {
    id = defaults.id,
    source = `/namespaces/${defaults.namespace}`,
    type,
    subject = null,
    occurred_at,
  } = parsed.data;
  // Not the schema's copy of `data`, but the very value, so that it goes on as received.
  const { data } = value as { data: unknown };
  return complete({ id, source, type, subject, data, extensions: {} }, 'occurred_at', occurred_at, defaults);
}

const known = new Set(Object.keys(cloudEventSchema.shape));

function fromCloudEvent(value: object, defaults: EventDefaults): ParsedEvent {
  const parsed = cloudEventSchema.safeParse(value);
  const errors = parsed.success ? [] : faultsOf(parsed.error);
  const extensions: AcceptedEvent['extensions'] = {};
  for (const [name, attribute] of Object.entries(value)) {
    if (name === 'data_base64')
      errors.push({ path: name, message: 'binary data is not accepted; send JSON in `data`' });
    else if (known.has(name) || attribute === null) continue;
    else if (!/^[a-z0-9]{1,64}$/.test(name))
      errors.push({ path: name, message: 'is not a CloudEvents attribute name (lower-case letters and digits)' });
    else if (!isRawNumber(attribute) && !['string', 'number', 'boolean'].includes(typeof attribute))
      errors.push({ path: name, message: 'a CloudEvents extension must be a string, number or boolean' });
    else extensions[name] = attribute as string | number | boolean;
  }
  if (errors.length > 0 || !parsed.success) return { ok: false, errors };
  const { id = defaults.id, source, type, subject, time: at, datacontenttype, dataschema } = parsed.data;
  const { data = {} } = value as { data?: unknown };
  if (datacontenttype) extensions.datacontenttype = datacontenttype;
  if (dataschema) extensions.dataschema = dataschema;
  return complete({ id, source, type, subject: subject ?? null, data, extensions }, 'time', at ?? undefined, defaults);
}

type Incomplete = Omit<AcceptedEvent, 'id' | 'time'> & { id: string | undefined };

function complete(event: Incomplete, timeField: string, at: string | undefined, defaults: EventDefaults): ParsedEvent {
  const errors: EventFault[] = [];
  if (event.id === undefined) errors.push({ path: 'id', message: 'is required' });
  const occurred = at === undefined ? defaults.receivedAt : Date.parse(at);
  if (Number.isNaN(occurred)) errors.push({ path: timeField, message: 'is not a time' });
  if (occurred - defaults.receivedAt > MAX_FUTURE_MS) {
    errors.push({ path: timeField, message: "is more than 24 h ahead; check the sender's clock" });
  }
  if (occurred < EARLIEST_MS) errors.push({ path: timeField, message: "is before 1970; check the sender's clock" });
  if (errors.length > 0 || event.id === undefined) return { ok: false, errors };
  // A clock a little ahead is a fact of life: such an event counts as received now.
  const counted = occurred - defaults.receivedAt > MAX_CLOCK_SKEW_MS ? defaults.receivedAt : occurred;
  return { ok: true, event: { ...event, id: event.id, time: new Date(counted).toISOString() } };
}

function faultsOf(error: z.ZodError): EventFault[] {
  return error.issues.flatMap((issue): EventFault[] =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message: 'is not a known field' }))
      : [{ path: issue.path.join('.'), message: plainMessage(issue), ...codeOf(issue) }],
  );
}

/** A check of ours may have a code for callers: `params` of its issue. */
function codeOf(issue: z.core.$ZodIssue): { code?: string } {
  const code = issue.code === 'custom' ? (issue.params as { code?: string } | undefined)?.code : undefined;
  return code === undefined ? {} : { code };
}
