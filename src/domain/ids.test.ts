import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createIdFactory, type IdPrefix, idTimeBound, isId } from './ids.ts';

const prefixes: IdPrefix[] = ['we', 'ar', 'dlv', 'al', 'ev', 'key', 'src', 'sil'];
const bytes = (value: number) => (size: number) => new Uint8Array(size).fill(value);

function factoryOf(times: number[], randomBytes = bytes(0)) {
  let index = 0;
  return createIdFactory({ now: () => times[Math.min(index++, times.length - 1)]!, randomBytes });
}

describe('an id', () => {
  test.each(prefixes)('of kind %s is its prefix and a lower-case ULID', (prefix) => {
    const id = factoryOf([1_750_000_000_000], bytes(255))(prefix);
    expect(id).toMatch(/^[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}$/);
    expect(isId(prefix, id)).toBe(true);
  });

  test("begins with the time as the ULID specification's example has it", () => {
    // https://github.com/ulid/spec: ulid(1469918176385) is 01ARYZ6S41…
    expect(factoryOf([1_469_918_176_385])('ev')).toBe(`ev_01aryz6s41${'0'.repeat(16)}`);
  });

  test('takes its digits from the low five bits of the random bytes', () => {
    const randomBytes = () => Uint8Array.from({ length: 16 }, (_, index) => index + 224);
    expect(factoryOf([0], randomBytes)('ev')).toBe('ev_00000000000123456789abcdef');
  });
});

describe('ids of one factory sort by creation', () => {
  test('whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 2, maxLength: 50 }), (times) => {
        const makeId = factoryOf(times, bytes(255));
        const ids = times.map(() => makeId('dlv'));
        expect(ids).toEqual([...new Set(ids)].sort());
      }),
    );
  });

  test('when the random part is at its highest, by going on to the next millisecond', () => {
    const makeId = factoryOf([7], bytes(31));
    expect([makeId('al'), makeId('al')]).toEqual([`al_0000000007${'z'.repeat(16)}`, `al_0000000008${'z'.repeat(16)}`]);
  });

  test('drawing randomness once a millisecond, not once an id', () => {
    let draws = 0;
    const makeId = factoryOf([1, 1, 1, 2], (size) => {
      draws += 1;
      return new Uint8Array(size);
    });
    for (let count = 0; count < 4; count++) makeId('ev');
    expect(draws).toBe(2);
  });
});

describe('an id that is to sort behind another', () => {
  test('does, whichever clock made that one, and again and again', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(60_000)), { minLength: 2, maxLength: 30 }), (steps) => {
        let [ahead, behind] = [1_750_000_060_000, 1_750_000_000_000];
        const makers = [
          createIdFactory({ now: () => ahead, randomBytes: bytes(255) }),
          createIdFactory({ now: () => behind, randomBytes: bytes(0) }),
        ] as const;
        const ids: string[] = [];
        for (const [isAhead, passedMs] of steps) {
          ahead += passedMs;
          behind += passedMs;
          ids.push(makers[isAhead ? 0 : 1]('dlv', ids.at(-1)));
        }
        expect(ids).toEqual([...new Set(ids)].sort());
        expect(ids.every((id) => isId('dlv', id))).toBe(true);
      }),
    );
  });

  test('keeps to the own clock where it can, and the next one does again', () => {
    const makeId = factoryOf([1_469_918_176_385, 1_469_918_176_386, 1_469_918_176_387]);
    expect(makeId('dlv', 'dlv_01aryz6s40zzzzzzzzzzzzzzzz')).toBe(`dlv_01aryz6s41${'0'.repeat(16)}`);
    expect(makeId('dlv', 'dlv_01aryz6szz0000000000000000')).toBe(`dlv_01aryz6t00${'0'.repeat(16)}`);
    expect(makeId('dlv')).toBe(`dlv_01aryz6s43${'0'.repeat(16)}`);
  });
});

describe('isId', () => {
  const ulid = '01aryz6s410123456789abcdef';

  test('takes what the factory makes and nothing else', () => {
    expect(isId('we', `we_${ulid}`)).toBe(true);
    for (const text of [
      '',
      ulid,
      `we${ulid}`,
      `ar_${ulid}`,
      `we_${ulid}0`,
      `we_${ulid.slice(1)}`,
      `we_${ulid.toUpperCase()}`,
      `we_8${ulid.slice(1)}`,
      `we_${ulid}\n`,
      `we_${ulid.slice(0, 25)}u`,
      `we_${ulid.slice(0, 25)}%`,
    ]) {
      expect([text, isId('we', text)]).toEqual([text, false]);
    }
  });
});

test('the bound of a time parts the ids made before it from those made at it or after', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.nat(255),
      (made, bound, byte) => {
        const id = factoryOf([made], bytes(byte))('dlv');
        expect(id >= idTimeBound('dlv', bound)).toBe(made >= bound);
      },
    ),
  );
  expect(idTimeBound('dlv', -5)).toBe(idTimeBound('dlv', 0));
});
