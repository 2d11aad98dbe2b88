import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { createIdFactory } from '../domain/ids.ts';
import { idBounds, pageQuery, periodQuery, toPage } from './page.ts';
import { ApiError } from './problem.ts';

const idAt = (ms: number) =>
  createIdFactory({ now: () => ms, randomBytes: (size) => new Uint8Array(size).fill(5) })('dlv');
const idOf = (row: string) => row;

describe('pages of a list', () => {
  test('followed by their cursors, hold every row once and in order', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 10 }), (count, limit) => {
        const newestFirst = Array.from({ length: count }, (_, index) => idAt(1_000 + index)).reverse();
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const { $lt } = idBounds('dlv', { limit, cursor });
          const rows = newestFirst.filter((id) => $lt === undefined || id < $lt).slice(0, limit + 1);
          const page = toPage(rows, limit, idOf);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          cursor = page.next_cursor ?? undefined;
        } while (cursor !== undefined);
        expect(seen).toEqual(newestFirst);
      }),
    );
  });

  test('the last of them has no cursor, even when it is full', () => {
    expect(toPage(['a', 'b'], 2, idOf)).toEqual({ items: ['a', 'b'], next_cursor: null });
    expect(toPage([], 2, idOf)).toEqual({ items: [], next_cursor: null });
    expect(toPage(['a', 'b', 'c'], 2, idOf)).toEqual({ items: ['a', 'b'], next_cursor: expect.any(String) });
  });
});

describe('a cursor', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64url');

  test.each([
    '',
    'x',
    idAt(1),
    encode(''),
    encode('we_01aryz6s410123456789abcdef'),
    encode(`${idAt(1)}x`),
    encode(`${idAt(1)}\n`),
    encode(idAt(1).toUpperCase()),
    encode("dlv_' or 1=1 --"),
  ])('%j that is not of this list is a 422 for its field', (cursor) => {
    let thrown: unknown;
    try {
      idBounds('dlv', { limit: 1, cursor });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ApiError);
    expect(thrown).toMatchObject({ status: 422, errors: [{ path: 'cursor' }] });
  });
});

describe('a period', () => {
  const at = (ms: number) => new Date(ms).toISOString();

  test('holds what was made at or after its start and before its end', () => {
    const { $gte, $lt } = idBounds('dlv', { limit: 1, since: at(2_000), until: at(4_000) });
    const made = [1_999, 2_000, 3_000, 3_999, 4_000].filter((ms) => idAt(ms) >= $gte! && idAt(ms) < $lt!);
    expect(made).toEqual([2_000, 3_000, 3_999]);
  });

  test('and a cursor bound together, whichever is earlier', () => {
    const cursorAt = (ms: number) => Buffer.from(idAt(ms)).toString('base64url');
    expect(idBounds('dlv', { limit: 1, cursor: cursorAt(1_000), until: at(4_000) })).toEqual({ $lt: idAt(1_000) });
    const late = idBounds('dlv', { limit: 1, cursor: cursorAt(9_000), until: at(4_000) });
    expect(late.$lt! < idAt(9_000)).toBe(true);
    expect(late.$lt! > idAt(3_999)).toBe(true);
  });

  test('is open where nothing is said', () => {
    expect(idBounds('dlv', { limit: 1 })).toEqual({});
  });
});

describe('the query', () => {
  const query = z.strictObject({ ...pageQuery, ...periodQuery });

  test('has 50 rows unless told', () => {
    expect(query.parse({})).toEqual({ limit: 50 });
    expect(query.parse({ limit: '200' })).toEqual({ limit: 200 });
  });

  test.each([
    { limit: '0' },
    { limit: '201' },
    { limit: '-1' },
    { limit: '1.5' },
    { limit: 'many' },
    { limit: '' },
    { since: 'yesterday' },
    { since: '2026-01-01' },
    { until: '2026-01-01T00:00:00' },
    { since: ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'] },
  ])('refuses %j', (value) => {
    expect(query.safeParse(value).success).toBe(false);
  });

  test.each(['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.123Z', '2026-01-01T02:00:00+02:00'])(
    'takes the time %s',
    (since) => {
      expect(query.safeParse({ since }).success).toBe(true);
    },
  );
});
