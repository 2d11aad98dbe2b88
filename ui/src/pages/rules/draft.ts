import type { AlertRule } from '../../api/queries.ts';

/* A rule while it is written: the API's own body, so that what no form shows is kept as it is. */

export type Json = Record<string, unknown>;

export const KINDS = ['event', 'count', 'consecutive', 'ratio', 'duration', 'absence'] as const;
export type Kind = (typeof KINDS)[number];

/** Each kind in words. */
export const KIND_LABELS: Record<Kind, { label: string; help: string }> = {
  event: { label: 'Every match', help: 'Tells of every event that matches.' },
  count: { label: 'Count', help: 'Fires at the Nth match within a time. Over after a quiet time, or by an event.' },
  consecutive: { label: 'In a row', help: 'Fires at N matches with no other event between. Over at that event.' },
  ratio: { label: 'Share', help: 'Fires when a share of events, such as the success rate, crosses a bound.' },
  duration: { label: 'Still running', help: 'Fires while a run is still running after a time. Over when it ends.' },
  absence: { label: 'Missing', help: 'Fires when no such event came. Over at the next one.' },
};

/** Those that need `event_types`; the others name their own. */
export const takesEventTypes = (kind: Kind) => kind === 'event' || kind === 'count' || kind === 'consecutive';

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const kindOf = (draft: Json): Kind => {
  const kind = isObject(draft.trigger) ? draft.trigger.kind : 'event';
  return KINDS.find((known) => known === kind) ?? 'event';
};

/** A value within a draft, by its path: `trigger.window`. */
export const at = (draft: Json, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (isObject(value) ? value[name] : undefined), draft);

/** The draft with one value more; undefined takes it away, and an object that this leaves empty with it. */
export function withValue(draft: Json, path: string, value: unknown): Json {
  const [name = '', ...rest] = path.split('.');
  const { [name]: before, ...others } = draft;
  const next = rest.length === 0 ? value : withValue(isObject(before) ? before : {}, rest.join('.'), value);
  const isGone = next === undefined || (rest.length > 0 && isObject(next) && Object.keys(next).length === 0);
  return isGone ? others : Object.fromEntries(Object.entries({ ...draft, [name]: next }));
}

const STARTS: Record<Kind, Json> = {
  event: {},
  count: { threshold: 3, window: '1h' },
  consecutive: { threshold: 3, reset_on: 'workflow.succeeded' },
  ratio: {
    of: 'workflow.succeeded',
    against: ['workflow.succeeded', 'workflow.failed'],
    below: 0.95,
    window: '1h',
    min_samples: 20,
  },
  duration: { longer_than: '30m' },
  absence: { of: 'workflow.succeeded', within: '24h' },
};
const SHARED = ['threshold', 'window', 'per'];

/** The draft with a trigger of another kind: what both have is kept, what the kind refuses is taken away. */
export function withKind(draft: Json, kind: Kind): Json {
  const old = isObject(draft.trigger) ? draft.trigger : {};
  const fields = [...Object.keys(STARTS[kind]), ...(kind === 'event' || kind === 'duration' ? [] : ['per'])];
  const kept = Object.fromEntries(
    SHARED.filter((name) => fields.includes(name) && old[name] !== undefined).map((name) => [name, old[name]]),
  );
  const next: Json = { ...draft, trigger: { kind, ...STARTS[kind], ...kept } };
  if (!takesEventTypes(kind)) next.event_types = [];
  else if (asList(next.event_types).length === 0) next.event_types = ['workflow.failed'];
  return kind === 'count' ? next : withValue(next, 'resolve', undefined);
}

/** One text or a list of them, as the API takes both. */
export const asList = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : typeof value === 'string' ? [value] : [];

/** A list as its reader expects it: one alone as a text. */
export const asTypes = (list: string[]): string | string[] | undefined => (list.length > 1 ? list : list[0]);

const OWN = ['id', 'revision', 'health', 'health_message', 'created_by', 'created_at', 'updated_at'];

/** What a person may write of a rule. */
export const draftOf = (rule: AlertRule): Json => tidy(rule as unknown as Json);

/** A body as a draft: lists in their long spelling, nothing of the service's own, no nulls. */
export function tidy(body: Json): Json {
  const { event_type, webhook_endpoint_id, ...rest } = body;
  const lists = {
    ...(event_type === undefined ? {} : { event_types: [event_type] }),
    ...(webhook_endpoint_id === undefined ? {} : { webhook_endpoint_ids: [webhook_endpoint_id] }),
  };
  const whole = Object.entries({ ...rest, ...lists });
  return Object.fromEntries(whole.filter(([name, value]) => !OWN.includes(name) && value !== null));
}

/** A new rule. */
export const emptyDraft = (type?: string, endpoint?: string): Json => ({
  name: '',
  event_types: [type ?? 'workflow.failed'],
  trigger: { kind: 'event' },
  severity: 'error',
  webhook_endpoint_ids: endpoint === undefined ? [] : [endpoint],
});

/** A merge patch (RFC 7396) over a draft: one's own changes on top of what others have changed. */
export function patched(draft: Json, patch: Json): Json {
  const next = { ...draft };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete next[name];
    else next[name] = isObject(value) ? patched(isObject(next[name]) ? next[name] : {}, value) : value;
  }
  return next;
}
