import { expect, test } from '@jest/globals';
import { redact, urlSecrets } from './redact.ts';

const MASK = '••••••••';

test.each([
  ['x-token: SUPERSECRET, ok', ['SUPERSECRET'], `x-token: ${MASK}, ok`],
  ['authorization: Bearer abcdef123', ['Bearer abcdef123'], `authorization: ${MASK}`],
  ['{"token":"abcdef123"}', ['Bearer abcdef123'], `{"token":"${MASK}"}`],
  ['cut in the middle: SUPERSEC', ['SUPERSECRET'], `cut in the middle: ${MASK}`],
  ['one within another: abcdefgh', ['abcdef', 'abcdefgh'], `one within another: ${MASK}`],
  ['another case: supersecret', ['SUPERSECRET'], `another case: ${MASK}`],
  ['twice: SUPERSECRET and SUPERSECRET.', ['SUPERSECRET'], `twice: ${MASK} and ${MASK}.`],
  ['a part of it: …long-token-of-many…', ['a-long-token-of-many-characters'], `a part of it: …${MASK}…`],
  ['short: ok', ['ok'], 'short: ok'],
  ['nothing to hide', [], 'nothing to hide'],
  ['İ before it: SUPERSECRET!', ['SUPERSECRET'], `İ before it: ${MASK}!`],
])('%s', (text, values, expected) => {
  expect(redact(text, values)).toBe(expected);
});

test.each([
  [
    'https://hooks.slack.com/services/T000/B000/abcdefghijklmnopqrstuvwx',
    'no route to /services/T000/B000/abcdefghijklmnopqrstuvwx',
    `no route to ${MASK}`,
  ],
  [
    'https://hooks.slack.com/services/T000/B000/abcdefghijklmnopqrstuvwx',
    'token abcdefghijklmnopqrstuvwx',
    `token ${MASK}`,
  ],
  [
    'https://hooks.slack.com/services/T000/B000/abcdefghijklmnopqrstuvwx',
    'no_service at services',
    'no_service at services',
  ],
  [
    'https://discord.com/api/webhooks/123456789012345678/a-token_of-discord?wait=true',
    'id 123456789012345678, a-token_of-discord',
    `id ${MASK}, ${MASK}`,
  ],
  [
    'https://x.example/workflows/1/invoke?sig=SIGNATURE-of-20-chars&sp=run',
    'sig SIGNATURE-of-20-chars, invoke',
    `sig ${MASK}, invoke`,
  ],
  ['https://x.example/hook/short1', 'short1', MASK],
  ['https://x.example/', 'https://x.example/ and /', `${MASK} and /`],
])('of the secret URL %s: %s', (url, text, expected) => {
  expect(redact(text, urlSecrets(url))).toBe(expected);
});
const value = `Bearer q"u'o<t>e&d/é+ value 1234567890`;
const [scheme, credentials] = [value.slice(0, 7), value.slice(7)];
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each<[string, string]>([
  ['JSON', JSON.stringify({ authorization: value })],
  ['JSON within JSON', JSON.stringify({ log: JSON.stringify(credentials).slice(1, -1) })],
  ["PHP's JSON", JSON.stringify({ a: value }).replaceAll('/', '\\/')],
  ['a URL', `https://r.example/?a=${encodeURIComponent(value)}`],
  ['a URL in lower case', `https://r.example/?a=${encodeURIComponent(value).toLowerCase()}`],
  ['a form', new URLSearchParams({ a: value }).toString()],
  ['HTML', value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')],
  ['hex', Buffer.from(value).toString('hex').toUpperCase()],
  ['base64', base64(value)],
  ['base64 of something longer', base64(`headers of it: authorization=${value}; and more`)],
  ['base64 of something longer, by one byte', base64(`headers of it: authorization=${value}; and more`.slice(1))],
  ['base64 of something longer, by two bytes', base64(`headers of it: authorization=${value}; and more`.slice(2))],
  ['base64 for URLs', Buffer.from(`of: ${value}.`).toString('base64url')],
])('a value in %s', (_, text) => {
  const shown = redact(text, [value]);
  expect(shown).toContain(MASK);
  const rest = shown.split(MASK).join(' ');
  for (const part of [credentials.slice(-10), base64(credentials).slice(4, 20), '1234567890'])
    expect(rest.toLowerCase()).not.toContain(part.toLowerCase());
  expect(scheme).toBe('Bearer ');
});

test("of Basic credentials the decoded pair and the password alone, of a signing secret the key's bytes alone", () => {
  const basic = `Basic ${base64('clerk:correct horse')}`;
  expect(redact('user clerk, password correct horse.', [basic])).toBe(`user clerk, password ${MASK}.`);
  expect(redact('logged in as clerk:correct horse.', [basic])).toBe(`logged in as ${MASK}.`);
  const key = base64('0123456789abcdef0123456789abcdef');
  expect(redact(`secret=${key}`, [`whsec_${key}`])).toBe(`secret=${MASK}`);
});

test('a cut at any place leaves less than six characters of a secret', () => {
  const secret = 'kept-in-confidence-0123456789';
  for (let length = 6; length <= secret.length; length += 1) {
    expect(redact(`echo: ${secret.slice(0, length)}`, [secret])).toBe(`echo: ${MASK}`);
  }
});

test('costs the same whatever a hostile receiver answers', () => {
  const best = (text: string, values: string[]) => {
    let ms = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round += 1) {
      const started = performance.now();
      redact(text, values);
      ms = Math.min(ms, performance.now() - started);
    }
    return ms;
  };
  const values = (one: string) =>
    Array.from({ length: 30 }, (_, index) => `${one.repeat(4_096).slice(0, 4_090)}${index}z`);
  const harmless = best('harmless words; '.repeat(512), values('0123456789'));
  const alike = [
    best('a'.repeat(8_192), values('a')),
    best('ab'.repeat(4_096), values('ab')),
    best('a'.repeat(8_192), values('aaaaaaaaaaab')),
  ];
  // Each place against each length would be thousands of times as much.
  for (const ms of alike) expect(ms / harmless).toBeLessThan(50);
}, 60_000);
