/** The bundle's entry: one export for each workflow type. */
export { deadLetterWorkflow } from './dead-letter.ts';
export { deliveryWorkflow } from './delivery.ts';
export { deliveryGroupWorkflow } from './delivery-group.ts';
export { eventWorkflow } from './event.ts';
