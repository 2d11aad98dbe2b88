/** The bundle's entry: one export for each workflow type. */
export { alertWorkflow } from './alert.ts';
export { deadLetterWorkflow } from './dead-letter.ts';
export { deadLetterBulkWorkflow } from './dead-letter-bulk.ts';
export { deliveryWorkflow } from './delivery.ts';
export { deliveryGroupWorkflow } from './delivery-group.ts';
export { eventWorkflow } from './event.ts';
export { recheckWorkflow } from './recheck.ts';
export { retentionWorkflow } from './retention.ts';
export { runWatchWorkflow } from './run-watch.ts';
export { temporalSourceWorkflow } from './temporal-source.ts';
