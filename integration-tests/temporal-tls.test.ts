import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestDatabase } from './harness/database.ts';
import { migratedDatabase } from './harness/migrated-database.ts';
import { freePorts, killAllStarted, npmStart, type Started } from './harness/npm-start.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { deliverOne, deliveryWith } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { externalSettings, startServiceProcess } from './harness/service-process.ts';
import { putBehindTls, type TemporalBehindTls } from './harness/temporal-behind-tls.ts';
import { temporalCertificates } from './harness/temporal-certificates.ts';

/* A Temporal behind TLS, by Temporal's own settings, as in Temporal Cloud. */

const servers = testServers();
let folder: string;
let database: TestDatabase;
let receiver: Receiver;
/** Knows clients by their certificates. */
let mutual: TemporalBehindTls;
/** Knows clients by an API key, or would. */
let byKey: TemporalBehindTls;
const files: Record<string, string> = {};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exosphere-tls-'));
  for (const [name, text] of Object.entries(temporalCertificates)) {
    files[name] = join(folder, `${name}.pem`);
    writeFileSync(files[name], text);
  }
  database = await migratedDatabase();
  receiver = await startReceiver();
  mutual = await putBehindTls(servers.temporalAddress, { mutual: true });
  byKey = await putBehindTls(servers.temporalAddress, { mutual: false });
});
afterAll(async () => {
  await killAllStarted();
  await Promise.all([mutual?.close(), byKey?.close(), receiver?.close()]);
  await database?.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** What is right for `mutual`. */
const settings = () => ({
  TEMPORAL_ADDRESS: mutual.address,
  TEMPORAL_TLS_SERVER_NAME: 'temporal.test',
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: files.authority as string,
  TEMPORAL_TLS_CLIENT_CERT_PATH: files.clientCert as string,
  TEMPORAL_TLS_CLIENT_KEY_PATH: files.clientKey as string,
});

test('with a client certificate the service starts and delivers, all of it by TLS', async () => {
  const service = await startServiceProcess(database.url, settings());
  const { delivery } = await deliverOne(service.api, receiver.url);
  await deliveryWith(service.api, delivery.id, 'succeeded', 90_000);
  expect((await service.api.get('/readyz')).body).toMatchObject({ temporal: 'ok' });
  await service.kill();
}, 180_000);

test('certificates may be given as text, and an API key is sent with each call', async () => {
  const { TEMPORAL_TLS_SERVER_NAME } = settings();
  const service = await startServiceProcess(database.url, {
    TEMPORAL_ADDRESS: byKey.address,
    TEMPORAL_TLS_SERVER_NAME,
    TEMPORAL_TLS_SERVER_CA_CERT_DATA: temporalCertificates.authority,
    TEMPORAL_API_KEY: 'a-key-of-temporal-cloud',
  });
  const { delivery } = await deliverOne(service.api, receiver.url);
  await deliveryWith(service.api, delivery.id, 'succeeded', 90_000);
  expect([...byKey.authorizations]).toEqual(['Bearer a-key-of-temporal-cloud']);
  await service.kill();
}, 180_000);

describe('what is wrong stops the start and is named', () => {
  test.each<[string, () => Record<string, string>, RegExp]>([
    [
      "another authority than the server's",
      () => ({ TEMPORAL_TLS_SERVER_CA_CERT_PATH: files.otherAuthority as string }),
      /certificate is not signed by .*TEMPORAL_TLS_SERVER_CA_CERT/,
    ],
    [
      'no client certificate',
      () => ({ TEMPORAL_TLS_CLIENT_CERT_PATH: '', TEMPORAL_TLS_CLIENT_KEY_PATH: '' }),
      /wants a client certificate.*TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH/,
    ],
    ['another server name', () => ({ TEMPORAL_TLS_SERVER_NAME: 'x.test' }), /other name.*TEMPORAL_TLS_SERVER_NAME/],
    [
      'no TLS',
      () => ({
        ...Object.fromEntries(Object.keys(settings()).map((name) => [name, ''])),
        TEMPORAL_ADDRESS: mutual.address,
      }),
      /speaks TLS.*TEMPORAL_TLS=true/,
    ],
    ['TLS where there is none', () => ({ TEMPORAL_ADDRESS: servers.temporalAddress }), /speaks no TLS.*TEMPORAL_TLS/],
    ['nobody at the address', () => ({ TEMPORAL_ADDRESS: '127.0.0.1:1' }), /ECONNREFUSED.*TEMPORAL_ADDRESS/],
    [
      'a file that is not there',
      () => ({ TEMPORAL_TLS_CLIENT_KEY_PATH: '/nowhere/key.pem' }),
      /TEMPORAL_TLS_CLIENT_KEY_PATH cannot be read \(ENOENT\)/,
    ],
    [
      'a certificate without its key',
      () => ({ TEMPORAL_TLS_CLIENT_KEY_PATH: '' }),
      /TEMPORAL_TLS_CLIENT_KEY_PATH is not set/,
    ],
    [
      'another key than that of the certificate',
      () => ({ TEMPORAL_TLS_CLIENT_KEY_PATH: files.serverKey as string }),
      /TEMPORAL_TLS_CLIENT_KEY_PATH/,
    ],
  ])(
    '%s',
    async (_, wrong, message) => {
      const { PORT } = await freePorts();
      const env = { ...externalSettings(database.url), ...settings(), PORT, ...wrong() };
      const started: Started = npmStart({ env });
      expect(await started.exited).toBe(1);
      expect(started.err().replaceAll('\n', ' ')).toMatch(message);
      expect(started.err()).not.toContain('PRIVATE KEY');
    },
    120_000,
  );
});
