import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSealer, type Place, parseKeyring, SealError } from './seal.ts';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const place: Place = { table: 'webhook_endpoints', row: 'we_1', column: 'sealed_secret' };
const sealer = createSealer(`k2:${key(2)},k1:${key(1)}`);
const older = createSealer(`k1:${key(1)}`);

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return error.code;
  }
}

describe('a sealed text', () => {
  test('opens again at its place', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
        (text) => {
          expect(sealer.open(sealer.seal(text, place), place)).toBe(text);
        },
      ),
    );
  });

  test('is another box each time, and tells nothing but the key it is sealed with', () => {
    const boxes = [sealer.seal('whsec_top-secret', place), sealer.seal('whsec_top-secret', place)];
    expect(boxes[0]).not.toBe(boxes[1]);
    for (const box of boxes) {
      expect(box).toMatch(/^v1\.k2\.[A-Za-z0-9_-]+$/);
      expect(Buffer.from(box.split('.')[2]!, 'base64url').includes('secret')).toBe(false);
    }
  });

  test('takes a fresh IV of 12 bytes from the source for each box', () => {
    const asked: number[] = [];
    const counted = createSealer(`k:${key(1)}`, (size) => {
      asked.push(size);
      return randomBytes(size);
    });
    counted.seal('a', place);
    counted.seal('b', place);
    expect(asked).toEqual([12, 12]);
  });

  test.each<[string, Partial<Place>]>([
    ['another row', { row: 'we_2' }],
    ['another column', { column: 'sealed_target_url' }],
    ['another table', { table: 'deliveries' }],
    ['a place whose names run together the same', { table: 'webhook_endpointsw', row: 'e_1' }],
  ])('does not open at %s', (_name, moved) => {
    const box = sealer.seal('x', place);
    expect(codeOf(() => sealer.open(box, { ...place, ...moved }))).toBe('refused');
  });

  test('does not open with any byte changed', () => {
    const box = sealer.seal('x', place);
    const bytes = Buffer.from(box.split('.')[2]!, 'base64url');
    for (let index = 0; index < bytes.length; index++) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      expect([index, codeOf(() => sealer.open(`v1.k2.${changed.toString('base64url')}`, place))]).toEqual([
        index,
        'refused',
      ]);
    }
  });

  test('does not open cut short or made longer', () => {
    const box = sealer.seal('some text', place);
    expect(codeOf(() => sealer.open(box.slice(0, -4), place))).toBe('refused');
    expect(codeOf(() => sealer.open(`${box}AAAA`, place))).toBe('refused');
  });

  test.each([
    '',
    'plain text',
    'v1.k2',
    'v1.k2.',
    `v1.k2.${Buffer.alloc(27).toString('base64url')}`,
    `v2.k2.${Buffer.alloc(40).toString('base64url')}`,
    `v1..${Buffer.alloc(40).toString('base64url')}`,
    `v1.k2.${Buffer.alloc(40).toString('base64')}!`,
  ])('%j is no box', (box) => {
    expect(codeOf(() => sealer.open(box, place))).toBe('bad_box');
  });
});

describe('a change of keys', () => {
  test('the first key seals, all of them open', () => {
    expect(sealer.currentKeyId).toBe('k2');
    expect(sealer.open(older.seal('old', place), place)).toBe('old');
    expect(codeOf(() => older.open(sealer.seal('new', place), place))).toBe('unknown_key');
  });

  test('a key with other bytes under the same name is refused', () => {
    const imposter = createSealer(`k2:${key(3)}`);
    expect(codeOf(() => imposter.open(sealer.seal('x', place), place))).toBe('refused');
  });

  test('what cannot be opened is told by place and key, never by content', () => {
    const box = sealer.seal('whsec_top-secret', place);
    for (const run of [() => older.open(box, place), () => sealer.open(box, { ...place, row: 'we_2' })]) {
      expect(run).toThrow(/webhook_endpoints\.sealed_secret of we_[12].*"k2"/);
      expect(run).not.toThrow(/top-secret/);
      expect(run).not.toThrow(box.split('.')[2]!);
    }
  });
});

describe('a keyring', () => {
  test('has its keys in order', () => {
    expect(parseKeyring(`a:${key(1)}, b_-9:${key(2)}`)).toEqual([
      { id: 'a', bytes: Buffer.alloc(32, 1) },
      { id: 'b_-9', bytes: Buffer.alloc(32, 2) },
    ]);
  });

  test.each([
    ['nothing', '', /Key 1/],
    ['no name', key(1), /Key 1/],
    ['an empty name', `:${key(1)}`, /Key 1/],
    ['a name with a full stop', `a.b:${key(1)}`, /Key 1/],
    ['a name of 33 characters', `${'a'.repeat(33)}:${key(1)}`, /Key 1/],
    ['31 bytes', `a:${Buffer.alloc(31).toString('base64')}`, /Key 1 \("a"\).*32 bytes/],
    ['33 bytes', `a:${Buffer.alloc(33).toString('base64')}`, /32 bytes/],
    ['hex', `a:${'ab'.repeat(32)}`, /32 bytes/],
    ['base64url', `a:${Buffer.alloc(32, 255).toString('base64url')}`, /32 bytes/],
    ['a trailing comma', `a:${key(1)},`, /Key 2/],
    ['a bad second key', `a:${key(1)},b:x`, /Key 2 \("b"\)/],
    ['the same name twice', `a:${key(1)},a:${key(2)}`, /Two keys are called "a"/],
  ])('with %s is refused', (_name, text, message) => {
    expect(() => createSealer(text)).toThrow(message);
    expect(codeOf(() => parseKeyring(text))).toBe('bad_keyring');
  });

  test('is refused without a word of any key', () => {
    const secret = Buffer.alloc(33, 7).toString('base64');
    expect(() => parseKeyring(`a:${secret}`)).not.toThrow(secret.slice(0, 8));
  });
});
