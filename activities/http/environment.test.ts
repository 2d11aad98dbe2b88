import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, expect, test } from '@jest/globals';
import { type Receiver, startHttp, startHttps } from './test-receiver.ts';

const receivers: Receiver[] = [];
afterEach(() => Promise.all(receivers.splice(0).map((receiver) => receiver.close())));

async function started(starting: Promise<Receiver>): Promise<Receiver> {
  const receiver = await starting;
  receivers.push(receiver);
  return receiver;
}

/** Node reads these variables when it starts, so a process of its own makes the attempt. */
async function sendIn(env: Record<string, string>, url: string): Promise<unknown> {
  const here = new URL('.', import.meta.url).href;
  const program = `
    import { createSender } from '${here}send.ts';
    import { createAddressPolicy } from '${here}../../src/domain/address-ranges.ts';
    const sender = createSender({ addressPolicy: createAddressPolicy({ allowedSubnets: ['127.0.0.0/8'] }), allowHttp: true });
    const request = { url: '${url}', body: Buffer.from('{}'), headers: {}, connectTimeoutMs: 5000, requestTimeoutMs: 15000 };
    process.stdout.write(JSON.stringify(await sender.send(request)));
    sender.close();`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, NODE_OPTIONS: '', ...env },
  });
  return JSON.parse(stdout);
}

test('NODE_TLS_REJECT_UNAUTHORIZED=0 does not switch verification off', async () => {
  let requests = 0;
  const receiver = await started(
    startHttps((_, response) => {
      requests += 1;
      response.end();
    }),
  );
  const result = await sendIn({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, receiver.url);
  expect(result).toMatchObject({ kind: 'failed', reason: 'tls', message: 'the certificate is self-signed' });
  expect(requests).toBe(0);
});

test('proxies of the environment are not used', async () => {
  const proxy = await started(startHttp((_, response) => response.writeHead(502).end()));
  const receiver = await started(startHttp((_, response) => response.end('ok')));
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'all_proxy'];
  const proxies = Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${proxy.port}`]));
  const result = await sendIn({ ...proxies, NODE_USE_ENV_PROXY: '1', NO_PROXY: '', no_proxy: '' }, receiver.url);
  expect(result).toMatchObject({ kind: 'response', statusCode: 200 });
  expect(proxy.connections()).toBe(0);
});
