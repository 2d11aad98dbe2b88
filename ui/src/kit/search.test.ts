import { describe, expect, test } from '@jest/globals';
import { cursorOf, nextPage, previousPage } from './cursor-pages.ts';
import { momentOf, oneOf, pageSearch, present, textOf } from './search.ts';

describe('filters of the URL', () => {
  test('what is no filter is left out', () => {
    const raw = { status: 'nonsense', type: ' a.b ', id: 42, since: 'yesterday', nested: { a: 1 } };
    expect(oneOf(raw, 'status', ['pending'])).toBeUndefined();
    expect(textOf(raw, 'type')).toBe('a.b');
    expect(textOf(raw, 'id')).toBe('42');
    expect(textOf(raw, 'nested')).toBeUndefined();
    expect(momentOf(raw, 'since')).toBeUndefined();
    expect(momentOf({ since: '2026-11-28T14:00:00+02:00' }, 'since')).toBe('2026-11-28T12:00:00.000Z');
    expect(present({ a: undefined, b: 1 })).toEqual({ b: 1 });
  });
});

describe('pages by cursors', () => {
  test('forward and back again', () => {
    const second = nextPage({}, 'aa');
    const third = nextPage(second, 'bb');
    expect([cursorOf({}), cursorOf(second), cursorOf(third)]).toEqual([undefined, 'aa', 'bb']);
    expect(third).toEqual({ after: 'aa.bb', page: 3 });
    expect(previousPage(third)).toEqual(second);
    expect(present(previousPage(second))).toEqual({});
  });

  test('a long way: the last 20 pages are remembered, and what was read from a URL goes on', () => {
    let page = {};
    for (let index = 0; index < 30; index += 1) page = nextPage(page, `c${index}`);
    const read = pageSearch(page);
    expect(read).toMatchObject({ page: 31 });
    expect(read.after?.split('.').length).toBe(20);
    expect(pageSearch({ after: '../x' })).toEqual({});
    expect(pageSearch({ after: 'aa.bb', page: 'x' })).toEqual({ after: 'aa.bb', page: 3 });
  });
});
