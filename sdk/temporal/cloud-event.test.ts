import { expect, test } from '@jest/globals';
import { serialise, toCloudEvent } from './cloud-event.ts';

const gaps = { id: '1', source: '/namespaces/prod', now: Date.parse('2026-01-31T09:30:00Z') };
const event = { type: 'custom.a', data: { graph_name: 'etl' } };

test('what is missing is filled in', () => {
  expect(toCloudEvent(event, gaps)).toEqual({
    specversion: '1.0',
    id: '1',
    source: '/namespaces/prod',
    type: 'custom.a',
    time: '2026-01-31T09:30:00.000Z',
    data: { graph_name: 'etl' },
  });
});

test.each([
  ['no object', null, 'object'],
  ['no type', { data: {} }, 'type'],
  ['a type with a space', { ...event, type: 'a b' }, 'type'],
  ['data that is a list', { ...event, data: [] }, 'data'],
  ['no data', { type: 'a' }, 'data'],
  ['an id that is too long', { ...event, id: 'ü'.repeat(101) }, 'id'],
  ['a source with a line break', { ...event, source: 'a\nb' }, 'source'],
  ['an empty subject', { ...event, subject: '' }, 'subject'],
  ['a time that is none', { ...event, occurred_at: 'noon' }, 'occurred_at'],
  ['a time in two days', { ...event, occurred_at: '2026-02-02T09:30:00Z' }, 'occurred_at'],
])('%s is refused by the name of what is wrong', (_, value, name) => {
  expect(() => toCloudEvent(value as never, gaps)).toThrow(expect.objectContaining({ code: 'invalid_event' }));
  expect(() => toCloudEvent(value as never, gaps)).toThrow(name);
});

test.each(['plain', 'ümläut', '€', '😀 and more', 'a \\u0000 in words'])(
  'bytes of %j are those of its UTF-8',
  (text) => {
    const { json, bytes } = serialise(toCloudEvent({ ...event, data: { text } }, gaps));
    expect(bytes).toBe(new TextEncoder().encode(json).length);
    expect(JSON.parse(json).data).toEqual({ text });
  },
);

test('data that is too large, or no JSON, is refused', () => {
  const large = toCloudEvent({ ...event, data: { text: 'x'.repeat(256 * 1024) } }, gaps);
  expect(() => serialise(large)).toThrow('262144 bytes');
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  expect(() => serialise(toCloudEvent({ ...event, data: endless }, gaps))).toThrow('JSON');
  expect(() => serialise(toCloudEvent({ ...event, data: { n: 1n } }, gaps))).toThrow('JSON');
  const nothing = { toJSON: () => undefined };
  expect(() => serialise(toCloudEvent({ ...event, data: nothing }, gaps))).toThrow('toJSON');
  for (const text of ['half \ud800', 'half \udc00', 'a \0', 'behind a backslash \\\0']) {
    expect(() => serialise(toCloudEvent({ ...event, data: { text } }, gaps))).toThrow('U+0000');
  }
});
