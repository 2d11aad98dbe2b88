import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';

/** By what workflows are found in Temporal. */

export const searchAttributes = {
  namespace: defineSearchAttributeKey('ExosphereNamespace', 'KEYWORD'),
  ruleId: defineSearchAttributeKey('ExosphereRuleId', 'KEYWORD'),
  endpointId: defineSearchAttributeKey('ExosphereEndpointId', 'KEYWORD'),
  deliveryStatus: defineSearchAttributeKey('ExosphereDeliveryStatus', 'KEYWORD'),
  eventType: defineSearchAttributeKey('ExosphereEventType', 'KEYWORD_LIST'),
  eventId: defineSearchAttributeKey('ExosphereEventId', 'KEYWORD'),
};

/** Bound of `ExosphereEventType`: what a person can still read, and far below the server's size limit. */
const MAX_EVENT_TYPES = 20;
/** The server refuses a search attribute over 2,048 bytes: `limit.searchAttributesSizeOfValue`. Types are ASCII. */
const MAX_EVENT_TYPES_BYTES = 1_900;

/** Search attributes of a workflow about these events; the event's id only where there is just one. */
export function eventAttributes(namespace: string, types: string[], eventIds: string[]): SearchAttributePair[] {
  const distinct = [...new Set(types)].slice(0, MAX_EVENT_TYPES);
  while (JSON.stringify(distinct).length > MAX_EVENT_TYPES_BYTES) distinct.pop();
  const [onlyId] = eventIds;
  return [
    { key: searchAttributes.namespace, value: namespace },
    { key: searchAttributes.eventType, value: distinct },
    ...(eventIds.length === 1 && onlyId ? [{ key: searchAttributes.eventId, value: onlyId }] : []),
  ];
}

/** What a delivery's or dead letter's workflow is found by. */
export interface DeliveryLabels {
  rule_id: string;
  endpoint_id: string;
  event_type: string;
  event_id: string;
}

export function deliveryAttributes(namespace: string, labels: DeliveryLabels, status: string): SearchAttributePair[] {
  return [
    ...eventAttributes(namespace, [labels.event_type], [labels.event_id]),
    { key: searchAttributes.ruleId, value: labels.rule_id },
    { key: searchAttributes.endpointId, value: labels.endpoint_id },
    statusAttribute(status),
  ];
}

export const statusAttribute = (status: string): SearchAttributePair => ({
  key: searchAttributes.deliveryStatus,
  value: status,
});
