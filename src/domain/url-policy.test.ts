import { isIP } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createAddressPolicy } from './address-ranges.ts';
import { checkUrl } from './url-policy.ts';

const withSubnets = (...allowedSubnets: string[]) => ({
  allowHttp: true,
  addressPolicy: createAddressPolicy({ allowedSubnets }),
});
const strict = withSubnets();
const ok = (text: string, policy = strict) => checkUrl(text, policy).ok;

function reasonOf(text: string, policy = strict): string {
  const checked = checkUrl(text, policy);
  return checked.ok ? 'allowed' : checked.reason;
}

test('an allowed URL comes back parsed', () => {
  const checked = checkUrl('HTTPS://Example.com:8443/hook?a=1', strict);
  expect(checked.ok && checked.url.href).toBe('https://example.com:8443/hook?a=1');
});

describe('scheme', () => {
  test('https always, http only where the operator allows it', () => {
    const httpsOnly = { ...strict, allowHttp: false };
    expect([ok('https://example.com/', httpsOnly), ok('http://example.com/')]).toEqual([true, true]);
    expect(reasonOf('http://example.com/', httpsOnly)).toMatch(/^must use https.*EXOSPHERE_ALLOW_HTTP=true/);
  });

  test.each(['ftp:', 'ws:', 'wss:', 'gopher:', 'file:', 'unix:', 'data:', 'javascript:', 'blob:', 'http+unix:'])(
    '%s is refused',
    (scheme) => {
      expect(ok(`${scheme}//example.com/`)).toBe(false);
    },
  );
});

describe('form', () => {
  test.each(['', 'example.com/hook', '/hook', '//example.com/', 'https://', 'https://[::1', 'https://exa mple.com/'])(
    '%p is no absolute URL',
    (text) => {
      expect(reasonOf(text)).toMatch(/^must /);
    },
  );

  test('2,048 characters are allowed, one more is not', () => {
    const longest = 'https://example.com/'.padEnd(2_048, 'a');
    expect([ok(longest), ok(`${longest}a`)]).toEqual([true, false]);
  });

  test.each(['https://user@example.com/', 'https://user:secret@example.com/', 'https://:secret@example.com/'])(
    'user-info is refused and not repeated: %s',
    (text) => {
      expect(reasonOf(text)).toMatch(/^must not contain a user name or password/);
      expect(reasonOf(text)).not.toContain('secret');
    },
  );

  test.each(['https://example.com/#a', 'https://example.com/#', 'https://example.com#@example.org/'])(
    'a fragment is refused: %s',
    (text) => {
      expect(reasonOf(text)).toMatch(/fragment/);
    },
  );

  test('an encoded # is no fragment', () => {
    expect(ok('https://example.com/%23a?b=%23')).toBe(true);
  });
});

describe('port', () => {
  test.each([80, 443, 1024, 3000, 5000, 8000, 8080, 8443, 8888, 9000, 9443, 32768, 54321, 65535])(
    '%i is allowed',
    (port) => {
      expect([ok(`https://example.com:${port}/`), ok(`http://example.com:${port}/`)]).toEqual([true, true]);
    },
  );

  test.each([0, 1, 21, 22, 23, 25, 53, 110, 143, 445, 587, 1023, 2049, 2375, 2379, 3306, 3389, 5432, 6000, 6379, 6667])(
    '%i is refused',
    (port) => {
      expect(reasonOf(`https://example.com:${port}/`)).toMatch(`must not use port ${port};`);
    },
  );

  test.each([7233, 8233, 8500, 9092, 9200, 10250, 11211, 27017])('%i is refused', (port) => {
    expect(ok(`https://example.com:${port}/`)).toBe(false);
  });

  test('no port under 1024 is allowed but 80 and 443', () => {
    const open = Array.from({ length: 1024 }, (_, port) => port).filter((port) => ok(`http://example.com:${port}/`));
    expect(open).toEqual([80, 443]);
  });

  test('every port that Linux hands out as ephemeral is allowed', () => {
    fc.assert(fc.property(fc.integer({ min: 32_768, max: 65_535 }), (port) => ok(`http://example.com:${port}/`)));
  });
});

describe('host', () => {
  test.each([
    ...[
      'localhost',
      'LOCALHOST',
      'localhost.',
      'localhost..',
      'a.localhost',
      'a.b.localhost.',
      'loc%61lhost',
      'ｌocalhost',
    ],
    ...['printer.local', 'local', 'metadata.google.internal', 'metadata.google.internal.', 'internal', 'unix'],
  ])('the name %s is refused', (host) => {
    expect(checkUrl(`http://${host}/`, strict)).toMatchObject({ ok: false, blocked: true });
  });

  test.each(['localhost.example.com', 'notlocalhost', 'local.example.com', 'xlocal', 'myinternal', 'unix.example.com'])(
    'the name %s is allowed',
    (host) => {
      expect(ok(`http://${host}/`)).toBe(true);
    },
  );

  test.each([[['127.0.0.0/8']], [['::1/128']], [['127.0.0.0/8', '::1/128']]])(
    'localhost is allowed with %j, names of private networks are not',
    (subnets) => {
      const policy = withSubnets(...subnets);
      expect(['localhost', 'localhost.', 'a.localhost'].every((host) => ok(`http://${host}:3000/`, policy))).toBe(true);
      expect(['a.local', 'a.internal', 'unix'].some((host) => ok(`http://${host}/`, policy))).toBe(false);
    },
  );

  test('names of private networks are allowed with a private subnet, localhost is not', () => {
    const policy = withSubnets('10.0.0.0/8');
    expect(['a.local', 'hooks.corp.internal', 'localhost'].map((host) => ok(`http://${host}/`, policy))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test.each(['127.0.0.1', '127.1', '0x7f.1', '2130706433', '0177.0.0.1', '127.0.0.1.', '①②⑦.⓪.⓪.①', '%31%32%37.0.0.1'])(
    'the address %s is refused in every notation, and allowed with its subnet',
    (host) => {
      expect(checkUrl(`http://${host}/`, strict)).toMatchObject({ ok: false, blocked: true });
      expect(ok(`http://${host}/`, withSubnets('127.0.0.0/8'))).toBe(true);
    },
  );

  test.each(['::1', '::', '::ffff:8.8.8.8', 'fe80::1', 'fd00::1', '64:ff9b::8.8.8.8', '2002:a00:1::'])(
    'the address [%s] is refused',
    (host) => {
      expect(reasonOf(`http://[${host}]/`)).toMatch(/private or reserved range.*EXOSPHERE_ALLOWED_SUBNETS/);
    },
  );

  test('a zone id is refused', () => {
    expect(ok('http://[fe80::1%25eth0]/', withSubnets('fe80::/10'))).toBe(false);
  });
});

test('whatever is allowed is http(s), without user-info, and no forbidden literal', () => {
  const text = fc.oneof(
    fc.webUrl({ withFragments: true, withQueryParameters: true }),
    fc
      .tuple(fc.constantFrom('http://', 'https:\\\\', 'HTTP:', 'ht\ntp://'), fc.string())
      .map((parts) => parts.join('')),
    fc.tuple(fc.ipV4Extended(), fc.string()).map(([ip, rest]) => `http://${ip}/${rest}`),
    fc.ipV6().map((ip) => `http://[${ip}]/`),
  );
  fc.assert(
    fc.property(text, (input) => {
      const checked = checkUrl(input, strict);
      if (!checked.ok) return checked.reason.startsWith('must ');
      const { protocol, username, password, hash, hostname } = checked.url;
      const literal = hostname.replace(/[[\]]/g, '');
      expect([username, password, hash]).toEqual(['', '', '']);
      return /^https?:$/.test(protocol) && (isIP(literal) === 0 || strict.addressPolicy.allows(literal));
    }),
    { numRuns: 1_000 },
  );
});
