import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAddressPolicy } from './address-ranges.ts';

interface Range {
  cidr: string;
  family: 4 | 6;
  name: string;
}
const { ranges } = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/address-guard-ranges.json', import.meta.url), 'utf8'),
) as { ranges: Range[] };

const strict = createAddressPolicy({ allowedSubnets: [] });

describe('the forbidden ranges', () => {
  test.each(ranges)('forbid $cidr ($name) from its first address to its last', ({ cidr, family }) => {
    const { first, last } = edges(cidr, family);
    expect([first, last].filter((value) => strict.allows(toText(value, family)))).toEqual([]);
    fc.assert(
      fc.property(fc.bigInt({ min: first, max: last }), (value) => !strict.allows(toText(value, family))),
      { numRuns: 50 },
    );
  });

  test('forbid nothing else of IPv4', () => {
    const table = new BlockList();
    for (const { cidr, family } of ranges) {
      const [base = '', prefix] = cidr.split('/');
      if (family === 4) table.addSubnet(base, Number(prefix), 'ipv4');
    }
    fc.assert(
      fc.property(fc.ipV4(), (ip) => strict.allows(ip) === !table.check(ip, 'ipv4')),
      { numRuns: 2_000 },
    );
  });

  test('forbid all of IPv6 outside 2000::/3', () => {
    const outside = fc.oneof(
      fc.bigInt({ min: 0n, max: (1n << 125n) - 1n }),
      fc.bigInt({ min: 1n << 126n, max: (1n << 128n) - 1n }),
    );
    fc.assert(
      fc.property(outside, (value) => !strict.allows(toText(value, 6))),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ...['8.8.8.8', '93.184.215.14', '172.15.255.255', '172.32.0.0', '11.0.0.0', '9.255.255.255', '168.63.129.17'],
    ...['100.63.255.255', '169.253.255.255', '169.255.0.0', '192.0.1.0', '198.17.255.255', '223.255.255.255'],
    ...['2606:4700::1111', '2001:4860:4860::8888', '2001:200::1', '2003::1', '2400::1', '3ffe:ffff::1', '3fff:1000::1'],
  ])('leave %s allowed', (ip) => {
    expect(strict.allows(ip)).toBe(true);
  });

  test.each([
    ...['::ffff:8.8.8.8', '::ffff:808:808', '0:0:0:0:0:ffff:7f00:1', '::8.8.8.8', '::ffff:0:8.8.8.8'],
    ...['64:ff9b::8.8.8.8', '64:ff9b:1::808:808', '2002:808:808::1', '2001:0:808:808::1'],
  ])('forbid %s, which embeds an IPv4 address', (ip) => {
    expect(strict.allows(ip)).toBe(false);
  });

  test.each(['fe80::1%eth0', '2606:4700::1111%eth0', '', 'example.com', '127.1', '0177.0.0.1', '[::1]', '8.8.8.8 '])(
    'forbid %p, which is no plain address',
    (text) => {
      expect(strict.allows(text)).toBe(false);
    },
  );
});

describe('an allowed subnet', () => {
  test('is exempt, and no more than it is', () => {
    const policy = createAddressPolicy({ allowedSubnets: ['10.1.0.0/16', 'fd00:1::/32', '::1/128'] });
    const asked = ['10.1.0.0', '10.1.255.255', '10.0.255.255', '10.2.0.0', 'fd00:1::1', 'fd00:2::1', '::1', '::'];
    expect(asked.filter((ip) => policy.allows(ip))).toEqual(['10.1.0.0', '10.1.255.255', 'fd00:1::1', '::1']);
  });

  test('takes nothing away from public addresses', () => {
    const policy = createAddressPolicy({ allowedSubnets: ['10.0.0.0/8'] });
    expect(policy.allows('8.8.8.8') && policy.allows('2606:4700::1111')).toBe(true);
  });

  test('of IPv4 does not exempt its IPv4-mapped form', () => {
    const policy = createAddressPolicy({ allowedSubnets: ['127.0.0.0/8', '::1/128'] });
    expect(policy.allows('::ffff:127.0.0.1')).toBe(false);
  });

  test('never exempts an address with a zone id', () => {
    expect(createAddressPolicy({ allowedSubnets: ['fe80::/10'] }).allows('fe80::1%eth0')).toBe(false);
  });

  test.each([
    ['64:ff9b::/96', '64:ff9b::', '64:ff9b::8.8.8.8'],
    ['::ffff:0:0/96', '::ffff:', '::ffff:8.8.8.8'],
    ['::/0', '64:ff9b::', '::ffff:0:8.8.8.8'],
  ])('%s opens embedded public addresses but not forbidden ones', (subnet, start, open) => {
    const policy = createAddressPolicy({ allowedSubnets: [subnet] });
    expect(policy.allows(open)).toBe(true);
    const forbidden = ranges.filter(({ family }) => family === 4).map(({ cidr }) => cidr.split('/')[0]);
    expect(forbidden.filter((ip) => policy.allows(`${start}${ip}`))).toEqual([]);
  });

  test('of both kinds opens the embedded address that each of them allows', () => {
    const policy = createAddressPolicy({ allowedSubnets: ['64:ff9b::/96', '10.1.0.0/16'] });
    expect(['64:ff9b::10.1.2.3', '64:ff9b::10.2.2.3'].map((ip) => policy.allows(ip))).toEqual([true, false]);
  });

  test.each([
    ...[
      '',
      '10.0.0.0',
      '10.0.0.0/',
      '10.0.0.0/33',
      '10.0.0.0/-1',
      '10.0.0.0/8/8',
      '10.0.0/8',
      '10.0.0.0/8 ',
      'fd00::/129',
    ],
    ...['fe80::%eth0/64', 'localhost/8', '/8', '10.0.0.0/0x8', '010.0.0.0/8'],
  ])('that is no CIDR is refused: %p', (cidr) => {
    expect(() => createAddressPolicy({ allowedSubnets: ['10.0.0.0/8', cidr] })).toThrow(RangeError);
  });
});

test.each([
  [[], false],
  [['127.0.0.0/8', '::1/128'], false],
  [['127.0.0.1/32'], false],
  [['10.0.0.0/8'], true],
  [['127.0.0.0/8', 'fd00::/8'], true],
  [['0.0.0.0/0'], true],
  [['::/0'], true],
])('with %j allowed, names of private networks are allowed: %p', (allowedSubnets: string[], expected) => {
  expect(createAddressPolicy({ allowedSubnets }).allowsPrivateNames).toBe(expected);
});

function edges(cidr: string, family: 4 | 6): { first: bigint; last: bigint } {
  const [base = '', prefix] = cidr.split('/');
  const free = BigInt((family === 4 ? 32 : 128) - Number(prefix));
  const first = family === 4 ? fromV4(base) : fromV6(base);
  return { first, last: first + (1n << free) - 1n };
}

function fromV4(text: string): bigint {
  return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
}

/** For the table's own notation: groups and at most one `::`, no dotted quad. */
function fromV6(text: string): bigint {
  const [left = [], right = []] = text.split('::').map((half) => half.split(':').filter(Boolean));
  const groups = [...left, ...new Array(8 - left.length - right.length).fill('0'), ...right];
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}

function toText(value: bigint, family: 4 | 6): string {
  const hex = value.toString(16).padStart(family === 4 ? 8 : 32, '0');
  return family === 4
    ? (hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.')
    : (hex.match(/.{4}/g) ?? []).join(':');
}
