import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { unique } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';

/* What the web side does with what is hostile or careless. Slow clients: src/http-server.test.ts. Errors: src/app.test.ts. */

const MIB = 1024 * 1024;
/** Bad keys that are told 401 here before they are told 429. */
const BURST = 20;

let service: TestService;
beforeAll(async () => {
  service = await startTestService({ badKeys: { burst: BURST, perMinute: 1 } });
});
afterAll(() => service?.close());

const json = { 'x-api-key': API_KEY, 'content-type': 'application/json' };
const get = (path: string, headers: Record<string, string> = {}) => service.api.raw(path, { headers });
const post = (path: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  service.api.raw(path, { method: 'POST', headers: { ...json, ...headers }, body });

describe('headers', () => {
  test.each([
    ['an answer', '/v1/webhooks', 200],
    ['a refusal', '/v1/webhooks?limit=0', 422],
    ['an unknown route', '/v1/nothing', 404],
    ['a public document', '/openapi.json', 200],
    ['a probe', '/healthz', 200],
  ])('%s allows a browser nothing', async (_, path, status) => {
    const answer = await service.api.get(path);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
      // Its public URL is https.
      'strict-transport-security': 'max-age=31536000',
    });
    expect(answer.headers.has('x-powered-by')).toBe(false);
  });

  test('what a key has read is kept by no cache', async () => {
    expect((await service.api.get('/v1/webhooks')).headers.get('cache-control')).toBe('no-store');
  });

  test('/docs runs what comes from here and nothing inline, and names no other host', async () => {
    const page = await get('/docs');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(page.text).not.toMatch(/https?:|src="\/\/|href="\/\/|<style|<script>|\sstyle=|\son\w+=/);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
    expect(parts.length).toBeGreaterThan(3);
    for (const path of parts) expect(await get(path)).toMatchObject({ status: 200 });
  });
});

describe('bodies', () => {
  /** A thousand times as large when unpacked. */
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * MIB)));

  test.each(['/v1/events', '/v1/events/batch', '/v1/webhooks'])(
    'POST %s: of a compressed one the size when unpacked counts',
    async (path) => {
      expect(bomb.length).toBeLessThan(256 * 1024);
      const answer = await post(path, bomb, { 'content-encoding': 'gzip' });
      expect(answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
    },
  );

  test('a compressed one within the bound is taken', async () => {
    const event = Buffer.from(
      JSON.stringify({ type: 'custom.packed', id: unique('packed'), data: { a: 'x'.repeat(1_000) } }),
    );
    const answer = await post('/v1/events', new Uint8Array(gzipSync(event)), { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(202);
  });

  test.each([
    ['gzip, gzip', 415],
    ['compress', 415],
    ['gzip', 400],
  ])('one that says it is %s and is not: %i', async (encoding, status) => {
    expect((await post('/v1/events', new Uint8Array(64), { 'content-encoding': encoding })).status).toBe(status);
  });

  test('announced as too large it is refused before it is sent', async () => {
    const { hostname, port } = new URL(service.url);
    const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nx-api-key: ${API_KEY}\r\ncontent-type: application/json\r\n`;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(`${head}content-length: ${10 ** 12}\r\n\r\n`));
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        resolve(chunk.toString());
        socket.destroy();
      });
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });
});

/** Bytes as a client sends them who does not care for HTTP. @returns what came until the connection was closed, and how many bytes went */
function exchange(write: (socket: Socket) => void): Promise<{ answer: string; sent: number }> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => write(socket));
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve({ answer, sent: socket.bytesWritten }));
  });
}

describe('connections', () => {
  test('one on which a body goes on beyond its bound is answered and closed, not read to the end', async () => {
    const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nx-api-key: ${API_KEY}\r\ncontent-type: application/json\r\n`;
    const part = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const { answer, sent } = await exchange((socket) => {
      socket.write(`${head}transfer-encoding: chunked\r\n\r\n`);
      const goOn = () => {
        while (!socket.destroyed && socket.write(part));
      };
      socket.on('drain', goOn);
      goOn();
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413 .*\r\nconnection: close\r\n.*"code":"too_large"/is);
    // The bound, what is read on, and what the buffers between hold.
    expect(sent).toBeLessThan(32 * MIB);
  }, 60_000);

  test('who sends little too much, without saying so before, gets the answer', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 5; n += 1) controller.enqueue(new Uint8Array(64 * 1024));
        controller.close();
      },
    });
    const answer = await fetch(`${service.url}/v1/events`, { method: 'POST', headers: json, body, duplex: 'half' });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ code: 'too_large' });
  });

  test('bytes that are no HTTP get a 400 with an id that the log has', async () => {
    const { answer } = await exchange((socket) => socket.write('\x16\x03\x01 not a request\r\n\r\n'));
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const [, id] = /\r\nx-exosphere-request-id: (req_[0-9a-f]{24})\r\n/.exec(answer) ?? [];
    expect(service.log).toContainEqual(expect.objectContaining({ request_id: id, code: 'malformed_request' }));
  });
});

describe('API keys', () => {
  test('many bad ones from one address: 429 with Retry-After; a good one passes, and so do public paths', async () => {
    const bad = (n: number) => get('/v1/webhooks', { 'x-api-key': `guess-${n}-${'x'.repeat(32)}` });
    const answers = [];
    for (let n = 0; n < BURST + 5; n += 1) answers.push(await bad(n));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.slice(0, BURST)).toEqual(Array(BURST).fill(401));
    // A minute has one more; on a slow machine that may pass meanwhile.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(3);
    const last = answers.filter(({ status }) => status === 429).at(-1)!;
    expect(last.body).toMatchObject({ status: 429, code: 'too_many_bad_keys' });
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await service.api.get('/v1/webhooks')).status).toBe(200);
    expect((await get('/healthz')).status).toBe(200);
    expect(await get('/v1/webhooks')).toMatchObject({ status: 401, body: { code: 'missing_api_key' } });
  });

  test('who writes X-Forwarded-For is not believed where no proxy is trusted', async () => {
    const guess = (n: number) =>
      get('/v1/webhooks', { 'x-api-key': `guess-${n}`, 'x-forwarded-for': `198.51.100.${n}` });
    const statuses = [];
    for (let n = 0; n < BURST + 5; n += 1) statuses.push((await guess(n)).status);
    expect(statuses).toContain(429);
  });
});
