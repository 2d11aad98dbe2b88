import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from './address-ranges.ts';
import { checkTemporalAddress, writtenAddress } from './temporal-address.ts';

const withSubnets = (...allowedSubnets: string[]) => createAddressPolicy({ allowedSubnets });
const strict = withSubnets();

function read(text: string, policy = strict): string {
  const checked = checkTemporalAddress(text, policy);
  return checked.ok ? writtenAddress(checked) : checked.reason;
}

test.each([
  ['temporal.example.com', 'temporal.example.com:7233'],
  ['Temporal.Example.com:443', 'temporal.example.com:443'],
  ['ns.acct.tmprl.cloud:7233', 'ns.acct.tmprl.cloud:7233'],
  ['93.184.215.14:17233', '93.184.215.14:17233'],
  ['[2606:2800:21f:cb07:6820:80da:af6b:8b2c]', '[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:7233'],
  ['[2606:2800:21F:CB07:6820:80DA:AF6B:8B2C]:7234', '[2606:2800:21f:cb07:6820:80da:af6b:8b2c]:7234'],
  ['bücher.example', 'xn--bcher-kva.example:7233'],
  ['temporal_frontend.example', 'temporal_frontend.example:7233'],
])('%s is %s', (text, written) => {
  expect(read(text)).toBe(written);
});

test.each([
  ['https://temporal.example.com', /without a scheme; remove https:\/\//],
  ['dns:///temporal.example.com:7233', /without a scheme; remove dns:\/\//],
  ['unix:/var/run/temporal.sock', /must be host:port such as/],
  ['2606:2800:21f::1', /in brackets, such as \[2606:2800:21f::1\]:7233/],
  ['temporal.example.com:7233/path', /must be host:port/],
  ['user@temporal.example.com', /must be host:port/],
  ['temporal.example.com:', /must be host:port/],
  ['temporal example.com', /must be host:port/],
  ['a\\b:7233', /must be host:port/],
  ['', /must be host:port/],
  ['x'.repeat(300), /at most 260/],
  ['temporal.example.com:22', /must not use port 22; use 7233/],
  ['temporal.example.com:80', /must not use port 80/],
  ['temporal.example.com:0', /must not use port 0/],
  ['temporal.example.com:6379', /must not use port 6379/],
  ['temporal.example.com:65536', /must not use port 65536/],
  ['localhost', /must not be localhost.*EXOSPHERE_ALLOWED_SUBNETS/],
  ['temporal.internal', /private network.*EXOSPHERE_ALLOWED_SUBNETS/],
  ['10.0.0.1', /private or reserved.*EXOSPHERE_ALLOWED_SUBNETS/],
])('%p is refused', (text, reason) => {
  expect(read(text)).toMatch(reason);
});

test('what the operator exempts may be dialled', () => {
  expect(read('10.0.0.1', withSubnets('10.0.0.0/8'))).toBe('10.0.0.1:7233');
  expect(read('temporal.internal', withSubnets('10.0.0.0/8'))).toBe('temporal.internal:7233');
  expect(read('localhost:7233', withSubnets('127.0.0.0/8'))).toBe('localhost:7233');
  expect(read('[::1]', withSubnets('::1/128'))).toBe('[::1]:7233');
});

/** What the address guard is tried with, as the addresses that they would be here. */
const cases: { url: string; resolves_to?: string[]; expect: 'allowed' | 'blocked'; why: string }[] = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/address-guard-cases.json', import.meta.url), 'utf8'),
);

describe('the cases of the address guard', () => {
  // Names are a matter of what they resolve to; a path or a port of its own is no part of such an address.
  const ofHosts = cases.filter(({ url, resolves_to }) => resolves_to === undefined && /^https?:\/\/[^/]*\/$/.test(url));

  test('are many', () => {
    expect(ofHosts.length).toBeGreaterThan(60);
  });

  test.each(ofHosts.map(({ url, ...rest }) => ({ ...rest, host: url.replace(/^https?:\/\/|\/$/g, '') })))(
    '$host is $expect: $why',
    ({ host, expect: expected }) => {
      for (const text of /:\d+$/.test(host.replace(/\[.*\]/, '')) ? [host] : [host, `${host}:7233`]) {
        expect([text, checkTemporalAddress(text, strict).ok]).toEqual([text, expected === 'allowed']);
      }
    },
  );
});
