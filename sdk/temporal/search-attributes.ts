import { defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';

/* By what people find the workflows of events; registered where Exosphere Alerts runs. */

const namespaceKey = defineSearchAttributeKey('ExosphereNamespace', 'KEYWORD');
const eventTypeKey = defineSearchAttributeKey('ExosphereEventType', 'KEYWORD_LIST');
const eventIdKey = defineSearchAttributeKey('ExosphereEventId', 'KEYWORD');

/** What a person can still read. */
const MAX_EVENT_TYPES = 20;
/** The server refuses a search attribute over 2,048 bytes: `limit.searchAttributesSizeOfValue`. Types are ASCII. */
const MAX_EVENT_TYPES_BYTES = 1_900;

/** Search attributes of a workflow about these events; the event's id only where there is just one. */
export function eventAttributes(namespace: string, types: string[], ids: string[]): SearchAttributePair[] {
  const distinct = [...new Set(types)].slice(0, MAX_EVENT_TYPES);
  while (JSON.stringify(distinct).length > MAX_EVENT_TYPES_BYTES) distinct.pop();
  const [onlyId] = ids;
  return [
    { key: namespaceKey, value: namespace },
    { key: eventTypeKey, value: distinct },
    ...(ids.length === 1 && onlyId ? [{ key: eventIdKey, value: onlyId }] : []),
  ];
}
