import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestService, type TestService } from './harness/service.ts';

/* How the service serves the web UI, with a small one of its own; the real one in a browser: browser/ui-*.test.ts. */

const folder = mkdtempSync(join(tmpdir(), 'exosphere-ui-'));
const SCRIPT = `/* ${'long '.repeat(500)} */ console.info(1);`;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ webUiFolder: folder });
});
afterAll(async () => {
  await service?.close();
  rmSync(folder, { recursive: true, force: true });
});

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

/** Not by `service.api`: pages are no part of the API's description. */
async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(service.url + path, { headers, method });
  const text = await answer.text();
  const body = /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  return { status: answer.status, headers: answer.headers, text, body };
}

test('not built: a page that says what to do, and the API answers', async () => {
  const answer = await get('/', BROWSER);
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('npm run ui:build');
  expect((await service.api.get('/v1/webhooks')).status).toBe(200);
});

describe('built', () => {
  beforeAll(() => {
    mkdirSync(join(folder, 'assets', 'folder'), { recursive: true });
    writeFileSync(
      join(folder, 'index.html'),
      '<!doctype html><script nonce="__CSP_NONCE__" src="/assets/a-1.js"></script>',
    );
    writeFileSync(join(folder, 'assets', 'a-1.js'), SCRIPT);
    writeFileSync(join(folder, 'assets', 'a-1.js.br'), brotliCompressSync(SCRIPT));
    writeFileSync(join(folder, 'secret.txt'), 'not to be had');
  });

  test('its page is at every path of its own, each time with another nonce, and is kept nowhere', async () => {
    const nonces = new Set<string>();
    for (const path of ['/', '/deliveries?status=pending', '/webhooks/we_1', '/no/such/page']) {
      const answer = await get(path, BROWSER);
      expect([path, answer.status]).toEqual([path, 200]);
      const policy = answer.headers.get('content-security-policy') ?? '';
      const nonce = answer.text.match(/nonce="([^"]+)"/)?.[1] ?? '';
      expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
      expect(policy).toBe(
        `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; ` +
          "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      );
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-frame-options')).toBe('DENY');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(4);
  });

  test('what programs ask for is no page, whatever they take', async () => {
    for (const path of ['/v1/nothing', '/v1', '/docs/nothing', '/schemas/nothing', '/assets/nothing.js']) {
      const answer = await get(path, BROWSER);
      expect([path, answer.status, answer.body.code]).toEqual([path, 404, 'route_not_found']);
    }
    expect(await get('/deliveries', { accept: '*/*' })).toMatchObject({ status: 404 });
    const posted = await get('/deliveries', BROWSER, 'POST');
    expect(posted.status).toBe(404);
  });

  test('which methods a path of the API takes is not for the UI to say', async () => {
    const asked = await get('/v1/webhooks', BROWSER, 'OPTIONS');
    expect(asked).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(asked.headers.get('allow')).toBe('POST, GET');
  });

  test('an asset is kept for ever and comes packed to who takes that', async () => {
    const packed = await get('/assets/a-1.js', { 'accept-encoding': 'gzip, br' });
    expect(packed).toMatchObject({ status: 200, text: SCRIPT });
    expect(Object.fromEntries(packed.headers)).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-encoding': 'br',
      'content-type': expect.stringMatching(/^text\/javascript/),
      vary: expect.stringMatching(/accept-encoding/i),
    });
    const plain = await get('/assets/a-1.js', { 'accept-encoding': 'identity' });
    expect(plain).toMatchObject({ status: 200, text: SCRIPT });
    expect(plain.headers.has('content-encoding')).toBe(false);
  });

  test.each([
    '/assets/..%2fsecret.txt',
    '/assets/%2e%2e%2fsecret.txt',
    '/assets/..%5csecret.txt',
    '/assets/.hidden',
    '/assets/folder',
    '/secret.txt',
  ])('nothing else of the disk is to be had: %s', async (path) => {
    expect(await get(path)).toMatchObject({ status: 404 });
  });
});
