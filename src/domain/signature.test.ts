import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import Stripe from 'stripe';
import { checkSecret, makeSecret, secretHint, signatureHeaders } from './signature.ts';

interface Vector {
  name: string;
  secret: string;
  id: string;
  timestamp: number;
  payload: string;
  signature: string;
  x_exosphere_signature: string;
}
interface Vectors {
  vectors: Vector[];
  rotation: {
    id: string;
    timestamp: number;
    payload: string;
    secrets_newest_first: string[];
    webhook_signature: string;
    x_exosphere_signature: string;
  };
}
const { vectors, rotation } = JSON.parse(
  readFileSync(new URL('../../integration-tests/data/signature-vectors.json', import.meta.url), 'utf8'),
) as Vectors;

const secret = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
/** Stripe's verifier; its key is for the API, which is not called. */
const { webhooks } = new Stripe('sk_test_unused');

describe('the known-good signatures', () => {
  test.each(vectors)('$name', ({ secret, id, timestamp, payload, signature, x_exosphere_signature }) => {
    const input = { id, timestampSeconds: timestamp, secrets: [secret] };
    const expected = {
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
      'x-exosphere-signature': x_exosphere_signature,
    };
    expect(signatureHeaders({ ...input, body: payload })).toEqual(expected);
    expect(signatureHeaders({ ...input, body: Buffer.from(payload) })).toEqual(expected);
  });

  test('two while a rotation lasts, the newest first', () => {
    const headers = signatureHeaders({
      id: rotation.id,
      timestampSeconds: rotation.timestamp,
      body: rotation.payload,
      secrets: rotation.secrets_newest_first,
    });
    expect(headers['webhook-signature']).toBe(rotation.webhook_signature);
    expect(headers['x-exosphere-signature']).toBe(rotation.x_exosphere_signature);
  });
});

describe('the official verifiers', () => {
  const attempt = (body: string, secrets: string[], timestampSeconds = Math.floor(Date.now() / 1_000)) =>
    signatureHeaders({ id: 'dlv_1', timestampSeconds, body, secrets });
  const stripe = (body: string, headers: ReturnType<typeof attempt>, key: string) =>
    webhooks.constructEvent(body, headers['x-exosphere-signature'], key);

  test('accept any body under any good secret', () => {
    fc.assert(
      fc.property(fc.json(), secret, (body, key) => {
        const headers = attempt(body, [key]);
        expect(new Webhook(key).verify(body, headers)).toEqual(JSON.parse(body));
        expect(() => stripe(body, headers, key)).not.toThrow();
      }),
      { numRuns: 50 },
    );
  });

  test('accept either secret while two live', () => {
    fc.assert(
      fc.property(secret, secret, (newer, older) => {
        const body = '{"a":"é😀"}';
        const headers = attempt(body, [newer, older]);
        for (const key of [newer, older]) {
          expect(new Webhook(key).verify(body, headers)).toEqual({ a: 'é😀' });
          expect(() => stripe(body, headers, key)).not.toThrow();
        }
      }),
      { numRuns: 20 },
    );
  });

  test('refuse another body, another secret, an old time', () => {
    const [key, other] = [makeSecret(randomBytes), makeSecret(randomBytes)];
    const headers = attempt('{}', [key]);
    const old = attempt('{}', [key], Math.floor(Date.now() / 1_000) - 3_600);
    expect(() => new Webhook(key).verify('{} ', headers)).toThrow('No matching signature');
    expect(() => new Webhook(other).verify('{}', headers)).toThrow('No matching signature');
    expect(() => new Webhook(key).verify('{}', { ...headers, 'webhook-id': 'dlv_2' })).toThrow('No matching signature');
    expect(() => new Webhook(key).verify('{}', old)).toThrow('too old');
    expect(() => stripe('{} ', headers, key)).toThrow(/signature/);
    expect(() => stripe('{}', headers, other)).toThrow(/signature/);
    expect(() => stripe('{}', old, key)).toThrow(/tolerance/);
  });
});

test('nothing is ever sent unsigned', () => {
  expect(() => signatureHeaders({ id: 'dlv_1', timestampSeconds: 1, body: '', secrets: [] })).toThrow(RangeError);
});

describe('a secret', () => {
  test('that is made is whsec_ and the base64 of 32 bytes of the source', () => {
    expect(makeSecret((size) => new Uint8Array(size).fill(255))).toBe(
      `whsec_${Buffer.alloc(32, 255).toString('base64')}`,
    );
    expect(makeSecret(randomBytes)).not.toBe(makeSecret(randomBytes));
    expect(checkSecret(makeSecret(randomBytes))).toBeUndefined();
  });

  test.each([24, 25, 32, 64])('that a person brings may have %d bytes', (size) => {
    expect(checkSecret(`whsec_${randomBytes(size).toString('base64')}`)).toBeUndefined();
  });

  const good = Buffer.alloc(25, 251).toString('base64');
  test.each([
    ['nothing', '', /must start with whsec_/],
    ['no prefix', good, /must start with whsec_/],
    ['another case of prefix', `WHSEC_${good}`, /must start with whsec_/],
    ['only the prefix', 'whsec_', /it holds 0/],
    ['too few bytes', `whsec_${Buffer.alloc(23).toString('base64')}`, /it holds 23/],
    ['too many bytes', `whsec_${Buffer.alloc(65).toString('base64')}`, /it holds 65/],
    ['no padding', `whsec_${good.replace(/=+$/, '')}`, /base64 with padding/],
    ['base64url', `whsec_${good.replaceAll('+', '-').replaceAll('/', '_')}`, /base64 with padding/],
    ['spaces', `whsec_ ${good}`, /base64 with padding/],
    ['a line end', `whsec_${good}\n`, /base64 with padding/],
    ['bits left over', `whsec_${good.slice(0, -3)}x==`, /base64 with padding/],
  ])('with %s is refused, without being quoted', (_name, text, message) => {
    const fault = checkSecret(text);
    expect(fault).toMatch(message);
    if (text.length > 10) expect(fault).not.toContain(text.slice(6).trim());
  });

  test('is shown later by its last 4 characters only', () => {
    expect(secretHint('whsec_abcdefghijklmnop')).toBe('whsec_…mnop');
  });
});
