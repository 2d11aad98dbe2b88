import { describe, expect, test } from '@jest/globals';
import { eventTypePatternSchema, eventTypeSchema, parseEvent, reservedTypes, toCloudEvent } from './event.ts';
import { parseLossless, stringifyLossless } from './lossless-json.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const defaults = { namespace: 'prod', receivedAt: NOW, id: 'made' };
const iso = (ms: number) => new Date(ms).toISOString();

const short = (fields: object = {}) => ({ type: 'custom.done', data: {}, ...fields });
const cloud = (fields: object = {}) => ({ specversion: '1.0', id: 'e1', source: '/s', type: 'custom.done', ...fields });

function accepted(value: unknown, over: object = {}) {
  const parsed = parseEvent(value, { ...defaults, ...over });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.event;
}

function faults(value: unknown, over: object = {}) {
  const parsed = parseEvent(value, { ...defaults, ...over });
  return parsed.ok ? [] : parsed.errors;
}

describe('the short form', () => {
  test('has its gaps filled', () => {
    expect(accepted(short())).toEqual({
      id: 'made',
      source: '/namespaces/prod',
      type: 'custom.done',
      subject: null,
      time: '2026-01-01T12:00:00.000Z',
      data: {},
      extensions: {},
    });
  });

  test('keeps what is there', () => {
    const fields = {
      id: 'x',
      source: 'urn:s',
      subject: 'graphs/etl',
      occurred_at: '2026-01-01T10:00:00+02:00',
      data: { a: 1 },
    };
    expect(accepted(short(fields))).toEqual({
      id: 'x',
      source: 'urn:s',
      type: 'custom.done',
      subject: 'graphs/etl',
      time: '2026-01-01T08:00:00.000Z',
      data: { a: 1 },
      extensions: {},
    });
  });

  test.each<[name: string, value: unknown, path: string]>([
    ['no object', 'x', ''],
    ['null', null, ''],
    ['a list', [], ''],
    ['no type', { data: {} }, 'type'],
    ['no data', { type: 'a' }, 'data'],
    ['data that is a list', short({ data: [] }), 'data'],
    ['data that is null', short({ data: null }), 'data'],
    ['an empty id', short({ id: '' }), 'id'],
    ['a number as id', short({ id: 1 }), 'id'],
    ['a null subject', short({ subject: null }), 'subject'],
    ['an empty source', short({ source: '' }), 'source'],
    ['a bad type', short({ type: 'a b' }), 'type'],
    ['an unknown field', short({ tpye: 'x' }), 'tpye'],
    ['a time without zone', short({ occurred_at: '2026-01-01T12:00:00' }), 'occurred_at'],
    ['a date', short({ occurred_at: '2026-01-01' }), 'occurred_at'],
    ['no such day', short({ occurred_at: '2026-02-30T12:00:00Z' }), 'occurred_at'],
    ['a nul in its data', short({ data: { a: ['\0'] } }), 'data.a[0]'],
    ['a lone surrogate in its id', short({ id: '\ud800' }), 'id'],
  ])('with %s is refused', (_name, value, path) => {
    expect(faults(value).map((fault) => fault.path)).toEqual([path]);
  });

  test('names every bad field at once', () => {
    const value = { type: 'a b', id: '', occurred_at: 'x', nonsense: 1 };
    expect(
      faults(value)
        .map((fault) => fault.path)
        .sort(),
    ).toEqual(['data', 'id', 'nonsense', 'occurred_at', 'type']);
  });

  test('without any id to be had is refused', () => {
    expect(faults(short(), { id: undefined })).toEqual([{ path: 'id', message: 'is required' }]);
  });
});

describe('a CloudEvent', () => {
  test('is read with its extensions', () => {
    const value = cloud({
      subject: 's',
      time: '2026-01-01T11:00:00Z',
      datacontenttype: 'application/json',
      dataschema: 'https://example.com/s.json',
      traceparent: '00-ab',
      attempts: 3,
      final: true,
      empty: null,
      data: { a: 1 },
    });
    expect(accepted(value)).toEqual({
      id: 'e1',
      source: '/s',
      type: 'custom.done',
      subject: 's',
      time: '2026-01-01T11:00:00.000Z',
      data: { a: 1 },
      extensions: {
        datacontenttype: 'application/json',
        dataschema: 'https://example.com/s.json',
        traceparent: '00-ab',
        attempts: 3,
        final: true,
      },
    });
  });

  test('may lack data, subject and time, and give null for them', () => {
    expect(accepted(cloud())).toMatchObject({ data: {}, subject: null, time: iso(NOW), extensions: {} });
    expect(accepted(cloud({ subject: null, time: null, datacontenttype: null }))).toMatchObject({
      subject: null,
      extensions: {},
    });
  });

  test('without id takes the one that is given beside it', () => {
    const { id, ...value } = cloud();
    expect(accepted(value).id).toBe('made');
    expect(faults(value, { id: undefined }).map((fault) => fault.path)).toEqual(['id']);
  });

  test.each<[name: string, fields: object, path: string]>([
    ['another version', { specversion: '0.3' }, 'specversion'],
    ['no source', { source: undefined }, 'source'],
    ['binary data', { data_base64: 'AA==' }, 'data_base64'],
    ['an upper-case attribute', { traceParent: 'x' }, 'traceParent'],
    ['an attribute with an underscore', { trace_parent: 'x' }, 'trace_parent'],
    ['an extension that is an object', { ext: {} }, 'ext'],
    ['data that is text', { data: 'x' }, 'data'],
    ['a content type that is not JSON', { datacontenttype: 'text/xml' }, 'datacontenttype'],
    ['a content type that only begins like JSON', { datacontenttype: 'application/jsonx' }, 'datacontenttype'],
    ['a bad time', { time: 'now' }, 'time'],
  ])('with %s is refused', (_name, fields, path) => {
    expect(faults(cloud(fields)).map((fault) => fault.path)).toEqual([path]);
  });

  test.each(['application/json', 'application/json; charset=utf-8', 'application/vnd.x+json', 'APPLICATION/JSON'])(
    'may have the content type %s',
    (datacontenttype) => {
      expect(accepted(cloud({ datacontenttype })).extensions).toEqual({ datacontenttype });
    },
  );

  test('comes out again as it went in', () => {
    const value = cloud({
      subject: 's',
      time: '2026-01-01T11:00:00.000Z',
      traceparent: '00-ab',
      data: { a: { b: [1] } },
    });
    expect(toCloudEvent(accepted(value))).toEqual(value);
    expect(toCloudEvent(accepted(short()))).not.toHaveProperty('subject');
    expect(accepted(toCloudEvent(accepted(value)))).toEqual(accepted(value));
  });
});

describe('both forms', () => {
  test.each([short, cloud])('keep data as received, large integers too', (form) => {
    const data = '{"b":12345678901234567890,"a":1.0,"__proto__":{"x":1e400}}';
    const value = form({ data: parseLossless(data) });
    expect(stringifyLossless(accepted(value).data)).toBe(data);
  });

  test.each(reservedTypes)('cannot be of type %s, which the service emits', (type) => {
    for (const form of [short, cloud]) {
      expect(faults(form({ type }))).toEqual([{ path: 'type', message: expect.any(String), code: 'reserved_type' }]);
    }
  });

  test.each([
    ['id', short],
    ['source', short],
    ['subject', short],
    ['id', cloud],
    ['source', cloud],
    ['subject', cloud],
  ])('bound %s in bytes, not characters', (field, form) => {
    expect(faults(form({ [field]: 'é'.repeat(100) }))).toEqual([]);
    expect(faults(form({ [field]: `${'é'.repeat(100)}x` })).map((fault) => fault.path)).toEqual([field]);
  });

  test.each<[ahead: number, counted: number | 'refused']>([
    [-30 * 24 * HOUR, -30 * 24 * HOUR],
    [0, 0],
    [5 * MINUTE, 5 * MINUTE],
    [5 * MINUTE + 1, 0],
    [24 * HOUR, 0],
    [24 * HOUR + 1, 'refused'],
  ])('with a time %d ms ahead', (ahead, counted) => {
    for (const value of [short({ occurred_at: iso(NOW + ahead) }), cloud({ time: iso(NOW + ahead) })]) {
      if (counted === 'refused')
        expect(faults(value)).toMatchObject([{ message: expect.stringContaining('24 h ahead') }]);
      else expect(accepted(value).time).toBe(iso(NOW + counted));
    }
  });

  test.each([
    ['{"type":"custom.a","data":1.0}', 'data'],
    ['{"specversion":"1.0","id":"1","source":"s","type":"custom.a","data":1e400}', 'data'],
    ['12345678901234567890', ''],
  ])('do not take a number kept as its source for an object: %s', (text, path) => {
    const faults = [{ path, message: 'must be an object' }];
    expect(parseEvent(parseLossless(text), { namespace: 'prod', receivedAt: 0, id: 'x' })).toEqual({
      ok: false,
      errors: faults,
    });
  });

  test('bound depth and keys', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(64)}1${'}'.repeat(64)}`) as unknown;
    expect(faults(short({ data: deep }))).toMatchObject([{ message: expect.stringContaining('64 levels') }]);
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 0]));
    expect(faults(short({ data: wide }))).toMatchObject([{ message: expect.stringContaining('10,000 keys') }]);
  });
});

test.each([
  ['workflow.failed', true, true],
  ['A-b_c.9', true, true],
  ['a'.repeat(200), true, true],
  ['.leading.stop', true, true],
  [`${'a'.repeat(198)}.*`, false, true],
  [`${'a'.repeat(199)}.*`, false, false],
  ['a'.repeat(201), false, false],
  ['', false, false],
  ['a b', false, false],
  ['é', false, false],
  ['a\n', false, false],
  ['*', false, true],
  ['workflow.*', false, true],
  ['workflow*', false, false],
  ['*.failed', false, false],
  ['work.*.failed', false, false],
])('%j as a type: %s, as a pattern: %s', (text, asType, asPattern) => {
  expect(eventTypeSchema.safeParse(text).success).toBe(asType);
  expect(eventTypePatternSchema.safeParse(text).success).toBe(asPattern);
});
