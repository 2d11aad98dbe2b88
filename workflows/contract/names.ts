/** What workflows and what goes with them are called: the task queue, ids, a memo, a failure. */

export const taskQueue = 'exosphere-alerts';

/** Id of the workflow of one event. `digest` is `eventDigest(source, id)`: the same event cannot start twice. */
export const eventWorkflowId = (namespace: string, digest: string) => `event/${namespace}/${digest}`;
/** Id of the workflow of several events at once. */
export const eventsWorkflowId = (ulid: string) => `events/${ulid}`;
export const deliveryGroupWorkflowId = (ulid: string) => `deliveries/${ulid}`;
export const deliveryWorkflowId = (deliveryId: string) => `delivery/${deliveryId}`;
export const deadLetterWorkflowId = (deliveryId: string) => `dead-letter/${deliveryId}`;
/** `keyDigest` is the second half of the alert's `dedup_key`. */
export const alertWorkflowId = (ruleId: string, keyDigest: string) => `alert/${ruleId}/${keyDigest}`;
export const runWatchWorkflowId = (namespace: string, shard: number) => `run-watch/${namespace}/${shard}`;
/** Of an endpoint or a rule: one at a time. */
export const recheckWorkflowId = (subjectId: string) => `recheck/${subjectId}`;
export const deadLetterBulkWorkflowId = (ulid: string) => `dead-letter-bulk/${ulid}`;
/** The Schedule that starts `retentionWorkflow`, and the beginning of the ids of what it starts. */
export const retentionScheduleId = 'exosphere-retention';
export const retentionWorkflowId = 'retention';

/**
 * How long Temporal waits for a worker that took a workflow's task: when a process dies, its events and deliveries go on
 * elsewhere after this. Above what a task takes with its local activities (a receiver is awaited for 1.5 s), or else it
 * is kept alive by heartbeats, which cost.
 */
export const workflowTaskTimeout = '4s';

/** Memo by which a run is known as a redelivery, with its name: the input is not shown in a list. */
export const redeliveryMemo = 'redelivery';

/** Type of the failure by which the delivering activity says that the round is over; its detail is a `SettledDelivery`. */
export const exhaustedFailure = 'DeliveryExhausted';
