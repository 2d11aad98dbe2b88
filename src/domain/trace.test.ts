import { expect, test } from '@jest/globals';
import { parseTraceparent, passOn, traceparentOf, withTraceparent } from './trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${spanId}-01`;

test('reads a traceparent', () => {
  expect(parseTraceparent(traceparent)).toEqual({ traceId, spanId, isSampled: true });
  expect(parseTraceparent(`00-${traceId}-${spanId}-00`)).toEqual({ traceId, spanId, isSampled: false });
  expect(parseTraceparent(`cc-${traceId}-${spanId}-03`)).toEqual({ traceId, spanId, isSampled: true });
});

test.each([
  undefined,
  7,
  '',
  'nonsense',
  `ff-${traceId}-${spanId}-01`,
  `00-${'0'.repeat(32)}-${spanId}-01`,
  `00-${traceId}-${'0'.repeat(16)}-01`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${traceId}-${spanId}`,
  `${traceparent}\r\nx-injected: 1`,
  ` ${traceparent}`,
])('does not go on with %j', (text) => {
  expect(parseTraceparent(text)).toBeUndefined();
  expect(traceparentOf({ traceparent: text })).toBeUndefined();
});

test('an event is put into the trace that brought it, unless its sender has put it into one', () => {
  const other = `00-${traceId}-1111111111111111-01`;
  expect(withTraceparent({ extensions: { a: 1 } }, traceparent).extensions).toEqual({ a: 1, traceparent });
  expect(withTraceparent({ extensions: { traceparent: other } }, traceparent).extensions).toEqual({
    traceparent: other,
  });
  const event = { extensions: {} };
  expect(withTraceparent(event, undefined)).toBe(event);
});

test('where nobody collects spans, a trace goes on as it came', () => {
  const span = (parent?: string) => passOn.begin('POST', { kind: 'client', parent, attributes: {} });
  expect(span(traceparent)).toMatchObject({ traceparent, traceId });
  expect(span('nonsense')).toMatchObject({ traceparent: undefined, traceId: undefined });
  expect(span()).toMatchObject({ traceparent: undefined, traceId: undefined });
});
