import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { signatureHeaders } from '../../../src/domain/signature.ts';
import { verify, type WebhookHeaders, type WebhookVerificationError } from './index.ts';

/* The vectors are the service's own, and the official library's; what the service signs today is tried too. */

const VECTORS = new URL('../../../integration-tests/data/signature-vectors.json', import.meta.url);
const { vectors, rotation, verification_cases: cases } = JSON.parse(readFileSync(VECTORS, 'utf8'));

const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
const BODY = '{"id":"dlv_1","data":{"n":"ü"}}';
const AT = 1_767_225_600;
const now = () => AT * 1000;
const signed = (secrets = [SECRET], body = BODY) =>
  signatureHeaders({ id: 'dlv_1', timestampSeconds: AT, body, secrets }) as Record<string, string>;
const without = (headers: Record<string, string>, ...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
const code = (of: Promise<unknown>) =>
  of.then(
    () => 'accepted',
    (error: WebhookVerificationError) => error.code,
  );

for (const { name, secret, id, timestamp, payload, signature, x_exosphere_signature } of vectors) {
  test(`vector: ${name}`, async () => {
    const at = { now: timestamp * 1000 };
    // An empty body is signed well, and no event.
    const expected = payload === '' ? 'invalid_body' : 'accepted';
    const standard = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature };
    expect(await code(verify(payload, standard, secret, at))).toBe(expected);
    const exosphere = { 'X-Exosphere-Signature': x_exosphere_signature };
    expect(await code(verify(payload, exosphere, secret, at))).toBe(expected);
    expect(await code(verify(`${payload} `, exosphere, secret, at))).toBe('no_matching_signature');
  });
}

for (const { name, clock, secret, payload, headers, expect: verdict } of cases) {
  test(`case: ${name}`, async () => {
    const found = await code(verify(payload, headers, secret, { now: new Date(clock * 1000) }));
    expect(found === 'accepted' ? 'accept' : 'reject').toBe(verdict);
  });
}

test('while a secret is replaced, either side may be ahead', async () => {
  const { id, timestamp, payload, secrets_newest_first: secrets, webhook_signature, x_exosphere_signature } = rotation;
  const standard = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': webhook_signature };
  for (const headers of [standard, { 'x-exosphere-signature': x_exosphere_signature }]) {
    for (const secret of [...secrets, secrets, [OTHER, secrets[1]]]) {
      expect(await code(verify(payload, headers, secret, { now: timestamp * 1000 }))).toBe('accepted');
    }
    expect(await code(verify(payload, headers, OTHER, { now: timestamp * 1000 }))).toBe('no_matching_signature');
  }
  // The service signs with both while the grace lasts; a receiver knows one of them.
  expect(await code(verify(BODY, signed([OTHER, SECRET]), SECRET, { now }))).toBe('accepted');
});

test('body and headers in any form', async () => {
  const bytes = new TextEncoder().encode(BODY);
  const headers = signed();
  const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]));
  const forms: WebhookHeaders[] = [headers, upper, new Headers(headers)];
  for (const body of [BODY, bytes, Buffer.from(BODY), bytes.buffer]) {
    for (const form of forms) {
      const event = await verify<{ n: string }>(body, form, SECRET, { now });
      expect(event).toEqual(JSON.parse(BODY));
    }
  }
});

describe('refused', () => {
  const standardOnly = () => without(signed(), 'x-exosphere-signature');
  const exosphereOnly = () => without(signed(), 'webhook-signature', 'webhook-id', 'webhook-timestamp');
  test.each<[string, Record<string, string | string[]>, string]>([
    ['no signature', { 'content-type': 'application/json' }, 'missing_header'],
    ['no id', without(standardOnly(), 'webhook-id'), 'missing_header'],
    ['two times', { ...standardOnly(), 'webhook-timestamp': [String(AT), String(AT + 1)] }, 'missing_header'],
    ['a time that is none', { ...standardOnly(), 'webhook-timestamp': 'NaN' }, 'malformed_header'],
    ['another time', { ...standardOnly(), 'webhook-timestamp': String(AT + 1) }, 'no_matching_signature'],
    ['another version alone', { ...standardOnly(), 'webhook-signature': 'v1a,AAAA v2,AAAA' }, 'no_matching_signature'],
    ['no base64', { ...standardOnly(), 'webhook-signature': 'v1,%%%' }, 'no_matching_signature'],
    ['an empty signature', { ...standardOnly(), 'webhook-signature': 'v1,' }, 'no_matching_signature'],
    ['a cut one', { ...standardOnly(), 'webhook-signature': 'v1,AAAA' }, 'no_matching_signature'],
    ['one form good, the other forged', { ...signed(), 'webhook-signature': 'v1,AAAA' }, 'no_matching_signature'],
    ['no t=', { 'x-exosphere-signature': 'v1=00' }, 'malformed_header'],
    [
      'two t=',
      { 'x-exosphere-signature': `t=${AT + 9},${exosphereOnly()['x-exosphere-signature']}` },
      'malformed_header',
    ],
    ['no hex', { 'x-exosphere-signature': `t=${AT},v1=zz` }, 'no_matching_signature'],
  ])('%s', async (_, headers, expected) => {
    expect(await code(verify(BODY, headers, SECRET, { now }))).toBe(expected);
  });

  test('too old, too new, unless the tolerance is wider', async () => {
    for (const [seconds, expected] of [
      [300, 'accepted'],
      [301, 'timestamp_too_old'],
      [-300, 'accepted'],
      [-301, 'timestamp_too_new'],
    ] as const) {
      expect(await code(verify(BODY, signed(), SECRET, { now: (AT + seconds) * 1000 }))).toBe(expected);
      const wide = { now: (AT + seconds) * 1000, toleranceSeconds: 301 };
      expect(await code(verify(BODY, exosphereOnly(), SECRET, wide))).toBe('accepted');
    }
  });

  test('a header of commas and spaces is read in one pass', async () => {
    for (const unit of [',', ' ', ', ', ' ,', 'v1,']) {
      const long = { ...signed(), 'webhook-signature': unit.repeat(500_000) };
      expect(await code(verify(BODY, long, SECRET, { now }))).toBe('no_matching_signature');
    }
  });

  test('signed, but no JSON object', async () => {
    for (const body of ['', 'x', '1', 'null', '[]']) {
      expect(await code(verify(body, signed([SECRET], body), SECRET, { now }))).toBe('invalid_body');
    }
  });

  test('called wrongly: said so, and no verdict', async () => {
    await expect(verify(JSON.parse(BODY), signed(), SECRET, { now })).rejects.toThrow(/raw body/);
    await expect(verify(BODY, signed(), [], { now })).rejects.toThrow(/needs the secret/);
    await expect(verify(BODY, signed(), undefined as never, { now })).rejects.toThrow(/needs the secret/);
    await expect(verify(BODY, signed(), 'shh', { now })).rejects.toThrow(/whsec_/);
    await expect(verify(BODY, signed(), SECRET, { now, toleranceSeconds: Number.NaN })).rejects.toThrow(/tolerance/);
    for (const broken of [Number.NaN, new Date('noon'), () => Number.NaN]) {
      await expect(verify(BODY, signed(), SECRET, { now: broken })).rejects.toThrow(/must be a time/);
    }
  });
});
