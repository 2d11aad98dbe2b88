/* What may be emitted: the event as `POST /v1/events` takes it, typed for the built-in types. */

/** What went wrong, in the common form that conditions and messages know. */
export interface EventError {
  type?: string;
  message?: string;
  state_id?: string;
  node_name?: string;
}

/** The keys of `data` that rules, conditions and messages know; all others are kept and sent on as they are. */
export interface CommonData {
  namespace?: string;
  graph_name?: string;
  run_id?: string;
  run_epoch?: number;
  status?: string;
  started_at?: string | Date;
  duration_ms?: number;
  error?: EventError;
  labels?: Record<string, unknown>;
  counts?: Record<string, unknown>;
  links?: Record<string, unknown>;
  [key: string]: unknown;
}

/** Of a run: without its name and id no rule could tell one from another. */
export interface RunData extends CommonData {
  graph_name: string;
  run_id: string;
}

/** Of a graph that has no run. */
export interface GraphData extends CommonData {
  graph_name: string;
}

/** The built-in types that a platform may emit, each with its data. */
export interface EventDataByType {
  'workflow.started': RunData;
  'workflow.succeeded': RunData;
  'workflow.failed': RunData;
  'workflow.cancelled': RunData;
  'workflow.timed_out': RunData;
  'workflow.recovered': RunData;
  'state.errored': RunData;
  'state.retry_scheduled': RunData;
  'graph.invalid': GraphData;
  'trigger.failed': CommonData;
}

export type BuiltInEventType = keyof EventDataByType;

/** Types that only the service itself emits: an event of one is refused (`reserved_type`). */
export type ReservedEventType =
  | 'workflow.duration_exceeded'
  | 'webhook.ping'
  | 'webhook.disabled'
  | 'delivery.dead_lettered'
  | 'alert_rule.degraded';

/** The `data` of a type: any for a type of your own, such as `custom.backup_finished`. */
export type EventData<Type extends string> = Type extends BuiltInEventType
  ? EventDataByType[Type]
  : Type extends ReservedEventType
    ? never
    : CommonData;

/** An event to be emitted: the short form of `POST /v1/events`. */
export interface NewEvent<Type extends string = string> {
  /** A built-in type, or one of your own: `custom.<name>`, or whatever matches `[A-Za-z0-9._-]{1,200}`. */
  type: Type;
  data: EventData<Type>;
  /** Identifies the event within its source, ≤200 bytes. One is made if absent. Give your own where you may emit twice. */
  id?: string;
  /** Where it happened, ≤200 bytes; `/namespaces/{namespace}` if absent. */
  source?: string;
  /** What it is about, ≤200 bytes: `graphs/etl/runs/5f0e`. */
  subject?: string;
  /** When it happened; now if absent. */
  occurred_at?: string | Date;
}
