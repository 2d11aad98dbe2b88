import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type AcceptedEvent, parseEvent, reservedTypes, toCloudEvent as servicesForm } from '../../src/domain/event.ts';
import * as contract from '../../workflows/contract.ts';
import { summarise as servicesSummary } from '../../workflows/text.ts';
import { toCloudEvent } from './cloud-event.ts';
import * as names from './names.ts';
import { eventAttributes } from './search-attributes.ts';
import { summarise } from './summary.ts';

/* The package stands alone and so has these once more; here they are held against the service's own. */

const vectors = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/event-digest-vectors.json', import.meta.url), 'utf8'),
).vectors as { source: string; id: string; digest: string }[];

test.each(vectors)('the digest of $source and $id', ({ source, id, digest }) => {
  expect(names.eventDigest(source, id)).toBe(digest);
  expect(names.eventWorkflowId('prod', source, id)).toBe(contract.eventWorkflowId('prod', digest));
});

test('names are those of the service', () => {
  expect(names.TASK_QUEUE).toBe(contract.taskQueue);
  expect(names.WORKFLOW_TASK_TIMEOUT).toBe(contract.workflowTaskTimeout);
  expect(names.eventsWorkflowId('u')).toBe(contract.eventsWorkflowId('u'));
});

test.each([
  [['a'], ['1']],
  [
    ['a', 'b', 'a'],
    ['1', '2', '3'],
  ],
  [Array.from({ length: 30 }, (_, index) => `custom.${'x'.repeat(180)}${index}`), ['1', '2']],
])('search attributes of %j', (types, ids) => {
  expect(eventAttributes('prod', types, ids)).toEqual(contract.eventAttributes('prod', types, ids));
});

test.each(['plain', 'a <b> [c](d) `e`', '😀'.repeat(300), 'two\nlines'])('the summary of %j', (text) => {
  expect(summarise(text)).toBe(servicesSummary(text));
});

test.each(reservedTypes)('%s is refused', (type) => {
  expect(() => toCloudEvent({ type, data: {} as never }, { id: '1', source: 's', now: 0 })).toThrow(type);
});

test('an event of the short form becomes what the door would make of it', () => {
  const short = { type: 'custom.a', data: { n: 1 }, subject: 'x', occurred_at: '2026-01-31T10:28:49+01:00' };
  const now = Date.parse('2026-01-31T09:30:00Z');
  const parsed = parseEvent(short, { namespace: 'prod', receivedAt: now, id: '1' });
  const { event } = parsed as { event: AcceptedEvent };
  expect(toCloudEvent(short, { id: '1', source: '/namespaces/prod', now })).toEqual(servicesForm(event));
});
