import { eventField, type Field } from './condition/fields.ts';
import { reservedTypes } from './event.ts';

/** A built-in event type: what it tells of, and an event of it in the short form. */
export interface EventType {
  /** `custom.<name>` stands for all types of one's own. */
  type: string;
  description: string;
  /** Whether only the service itself sends it. */
  reserved: boolean;
  /** JSON Schema of the event in the short form. */
  schema: Record<string, unknown>;
  sample: { type: string; subject?: string; data: Record<string, unknown> };
}

const RUN = { graph_name: 'etl-daily', run_id: '5f0e', run_epoch: 1 };
const STARTED = { ...RUN, started_at: '2026-01-31T09:28:49Z' };
const ENDED = { ...STARTED, duration_ms: 71_000 };
const TIMEOUT = { type: 'TimeoutError', message: 'the warehouse did not answer', node_name: 'load' };
const LINKS = { run: 'https://platform.example/runs/5f0e' };
const ABOUT_ENDPOINT = { webhook_endpoint_id: 'we_01kb0000000000000000000000' };
const ABOUT_RULE = { alert_rule_id: 'ar_01kb0000000000000000000000' };

/** What each tells of, and its sample: keys of it that are not common ones are in its schema too. */
const told: Record<string, { description: string; data: Record<string, unknown>; subject?: string }> = {
  'workflow.started': { description: 'A run has begun', data: { ...STARTED, status: 'running' } },
  'workflow.succeeded': { description: 'A run has ended well', data: { ...ENDED, status: 'succeeded' } },
  'workflow.failed': {
    description: 'A run has failed, all its retries used up',
    data: { ...ENDED, status: 'failed', error: TIMEOUT, links: LINKS },
  },
  'workflow.cancelled': { description: 'A run was cancelled', data: { ...ENDED, status: 'cancelled' } },
  'workflow.timed_out': { description: 'A run has used up its time', data: { ...ENDED, status: 'timed_out' } },
  'workflow.recovered': {
    description: 'A run that had failed is made good',
    data: { ...ENDED, run_epoch: 2, status: 'succeeded' },
  },
  'state.errored': {
    description: 'A state of a run has failed',
    data: { ...RUN, status: 'errored', error: { ...TIMEOUT, state_id: 'st_7' } },
  },
  'state.retry_scheduled': {
    description: 'A state of a run will be tried again',
    data: { ...RUN, status: 'retrying', error: { ...TIMEOUT, state_id: 'st_7' }, counts: { retries: 1 } },
  },
  'graph.invalid': {
    description: 'A graph cannot be run as it is',
    data: { graph_name: 'etl-daily', error: { type: 'ValidationError', message: 'the node load has no input' } },
  },
  'trigger.failed': {
    description: 'What was to start a run has failed',
    data: { graph_name: 'etl-daily', error: { type: 'ScheduleError', message: 'the schedule has no next time' } },
  },
  'custom.<name>': {
    description: 'Whatever you tell of: any data, the common keys where they fit',
    data: { graph_name: 'etl-daily', labels: { env: 'prod' }, counts: { rows: 0 } },
  },
  'workflow.duration_exceeded': {
    description: 'A `duration` rule has fired: a run is still running after its limit',
    data: {
      ...STARTED,
      ...ABOUT_RULE,
      alert_rule_name: 'Long runs',
      duration_ms: 1_800_000,
      longer_than_ms: 1_800_000,
    },
  },
  'webhook.ping': {
    description: 'A test-send to an endpoint; no rule gets it',
    data: { endpoint_id: ABOUT_ENDPOINT.webhook_endpoint_id, endpoint_name: 'on-call tool', asked_by: 'key_bootstrap' },
    subject: `webhooks/${ABOUT_ENDPOINT.webhook_endpoint_id}`,
  },
  'webhook.disabled': {
    description: 'The service has disabled an endpoint',
    data: {
      ...ABOUT_ENDPOINT,
      name: 'on-call tool',
      reason: 'It answered 410.',
      error: { message: 'It answered 410.' },
    },
    subject: `webhooks/${ABOUT_ENDPOINT.webhook_endpoint_id}`,
  },
  'delivery.dead_lettered': {
    description: 'A delivery was given up, once for each round',
    data: {
      ...ABOUT_ENDPOINT,
      ...ABOUT_RULE,
      delivery_id: 'dlv_01kb0000000000000000000000',
      webhook_endpoint_name: 'on-call tool',
      alert_rule_name: 'ETL failures',
      event_id: 'run-5f0e-failed',
      event_type: 'workflow.failed',
      reason: 'maximum_attempts',
      attempts: 10,
      round: 1,
      error: { message: 'HTTP 500' },
    },
    subject: 'deliveries/dlv_01kb0000000000000000000000',
  },
  'alert_rule.degraded': {
    description: 'A condition has failed, once for each revision',
    data: {
      ...ABOUT_RULE,
      name: 'ETL failures',
      revision: 2,
      reason: 'found no matching overload for _>_',
      error: { message: 'found no matching overload for _>_' },
    },
    subject: `alert-rules/${ABOUT_RULE.alert_rule_id}`,
  },
};

const CUSTOM = 'custom.<name>';

/** All built-in types, those of the service itself last. */
export const eventTypes: readonly EventType[] = Object.keys(told).map((type) => describe(type, type));

/** A built-in type, or one of one's own below `custom.`; undefined for any other. */
export function eventTypeOf(type: string): EventType | undefined {
  if (Object.hasOwn(told, type)) return eventTypes.find((known) => known.type === type);
  return /^custom\.[A-Za-z0-9._-]{1,193}$/.test(type) ? describe(type, CUSTOM) : undefined;
}

function describe(type: string, as: string): EventType {
  const { description, data, subject } = told[as]!;
  // The general one has to be an event too: a name stands for the placeholder.
  const sampleType = type === CUSTOM ? 'custom.example' : type;
  return {
    type,
    description,
    reserved: (reservedTypes as readonly string[]).includes(type),
    schema: schemaOf(type, data),
    sample: { type: sampleType, ...(subject === undefined ? {} : { subject }), data },
  };
}

function schemaOf(type: string, sample: Record<string, unknown>): Record<string, unknown> {
  const common = (eventField as Extract<Field, { fields: unknown }>).fields.data as Extract<Field, { fields: unknown }>;
  const own = Object.keys(sample).filter((key) => !Object.hasOwn(common.fields, key));
  const properties = {
    ...Object.fromEntries(Object.entries(common.fields).map(([key, field]) => [key, fieldSchema(field)])),
    ...Object.fromEntries(own.map((key) => [key, { type: typeof sample[key] }])),
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      type: type === CUSTOM ? { type: 'string', pattern: '^custom\\.[A-Za-z0-9._-]{1,193}$' } : { const: type },
      id: { type: 'string' },
      source: { type: 'string' },
      subject: { type: 'string' },
      occurred_at: { type: 'string', format: 'date-time' },
      data: { type: 'object', properties },
    },
    required: ['type', 'data'],
  };
}

/** A field as conditions know it. More keys than these may be there. */
function fieldSchema(field: Field): Record<string, unknown> {
  if (!('fields' in field)) return { type: field.types.includes('string') ? 'string' : 'number' };
  const properties = Object.entries(field.fields).map(([key, inner]) => [key, fieldSchema(inner)]);
  return properties.length === 0 ? { type: 'object' } : { type: 'object', properties: Object.fromEntries(properties) };
}
