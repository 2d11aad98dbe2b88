import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { apiWith } from './harness/keys.ts';
import { query } from './harness/query.ts';
import { unique } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { startTestService, type TestService } from './harness/service.ts';
import { putBehindTls, type TemporalBehindTls } from './harness/temporal-behind-tls.ts';
import { temporalCertificates } from './harness/temporal-certificates.ts';

/* `/v1/sources/temporal`: what is taken, what is shown of it, and what is refused, with the field and the remedy. */

const { temporalAddress, temporalNamespace } = testServers();
const { authority: ca, clientCert: client_cert, clientKey: client_key, otherAuthority } = temporalCertificates;
const server_name = 'temporal.test';
const PLACE = '/v1/sources/temporal';

let service: TestService;
let cautious: TestService;
let mutual: TemporalBehindTls;
beforeAll(async () => {
  service = await startTestService({ role: 'api' });
  cautious = await startTestService({ role: 'api', allowHttp: false, allowedSubnets: [] });
  mutual = await putBehindTls(temporalAddress, { mutual: true });
}, 120_000);
afterAll(async () => {
  await Promise.all([mutual?.close(), service?.close(), cautious?.close()]);
});

const body = (more: object = {}) => ({
  name: unique('source'),
  address: temporalAddress,
  namespace: temporalNamespace,
  ...more,
});
const post = (more: object = {}, at = service) => at.api.post(PLACE, body(more));

test('one is made, shown, listed, deleted, and its name is free again', async () => {
  const written = body({ query: " WorkflowType = 'Order' ", ui_url: 'https://temporal.example/' });
  const { status, body: made } = await service.api.post(PLACE, written);
  expect([status, made]).toEqual([
    201,
    expect.objectContaining({
      ...{ ...written, id: expect.stringMatching(/^src_/), query: "WorkflowType = 'Order'" },
      ...{ tls: false, api_key_hint: null, ui_url: 'https://temporal.example', health: 'starting' },
      ...{ last_error: null, failing_since: null, last_polled_at: null, closed_through: null },
    }),
  ]);
  expect((await service.api.get(`${PLACE}/${made.id}`)).body).toEqual(made);
  const page = (await service.api.get(`${PLACE}?limit=1`)).body;
  expect(page.items).toEqual([made]);
  const again = await service.api.post(PLACE, written);
  expect([again.status, again.body.code]).toEqual([409, 'name_taken']);
  const workflow = service.temporal.workflow.getHandle(`temporal-source/${made.id}`);
  expect((await workflow.describe()).status.name).toBe('RUNNING');

  expect((await service.api.delete(`${PLACE}/${made.id}`)).status).toBe(204);
  expect((await service.api.get(`${PLACE}/${made.id}`)).status).toBe(404);
  expect((await service.api.delete(`${PLACE}/${made.id}`)).status).toBe(404);
  expect((await service.api.post(PLACE, written)).status).toBe(201);
  const entries = (await service.api.get(`/v1/audit-log?target_id=${made.id}`)).body.items;
  expect(entries.map(({ action }: { action: string }) => action)).toEqual([
    'temporal_source.deleted',
    'temporal_source.created',
  ]);
});

test('another namespace has its own', async () => {
  const theirs = await apiWith(service.url, service.api, ['admin'], { namespace: 'theirs' });
  const { id } = (await post()).body;
  expect((await theirs.get(`${PLACE}/${id}`)).status).toBe(404);
  expect((await theirs.delete(`${PLACE}/${id}`)).status).toBe(404);
  expect((await theirs.get(PLACE)).body.items).toEqual([]);
});

test('credentials are kept sealed and never shown', async () => {
  const tls = { ca, client_cert, client_key, server_name };
  const { status, body: made } = await post({ address: mutual.address, tls, api_key: 'a-key-of-their-cluster' });
  expect([status, made]).toEqual([
    201,
    expect.objectContaining({ tls: { server_name, ca, client_cert }, api_key_hint: '…ster', health: 'starting' }),
  ]);
  expect([...mutual.authorizations]).toEqual(['Bearer a-key-of-their-cluster']);
  const [row] = await query(service.databaseUrl, 'select to_jsonb(t) as row from temporal_sources t where id = $1', [
    made.id,
  ]);
  const text = JSON.stringify([row, made]);
  for (const secret of ['a-key-of-their', 'PRIVATE KEY']) expect(text).not.toContain(secret);
});

test('a server that is away is watched all the same, and says why', async () => {
  for (const [address, error] of [
    ['127.0.0.1:1025', /^address cannot be reached \(ECONNREFUSED\); check it/],
    ['nobody.invalid', /^address cannot be resolved \(/],
  ] as const) {
    const { status, body: made } = await post({ address, tls: true });
    expect([status, made]).toEqual([
      201,
      expect.objectContaining({ health: 'failing', last_error: expect.stringMatching(error) }),
    ]);
    expect(made.failing_since).toBe(made.created_at);
  }
});

describe('what is wrong for good is refused', () => {
  const cases: [string, () => object, string, RegExp][] = [
    ['an unknown namespace', () => ({ namespace: 'nowhere' }), 'namespace', /is not there.*give one that exists/],
    ['a query that is none', () => ({ query: 'WorkflowType = ' }), 'query', /refused by the server.*list filter/],
    ['a query of an unknown attribute', () => ({ query: "Nobodys = 'x'" }), 'query', /refused by the server.*Nobodys/],
    ['brackets that close ours', () => ({ query: "WorkflowType = 'a') OR (WorkflowType = 'b'" }), 'query', /in pairs/],
    ['an order', () => ({ query: 'WorkflowType = "a" ORDER BY CloseTime' }), 'query', /refused/],
    ['a scheme', () => ({ address: 'https://temporal.example.com' }), 'address', /without a scheme/],
    ['a forbidden address', () => ({ address: '10.0.0.1:7233' }), 'address', /EXOSPHERE_ALLOWED_SUBNETS/],
    ['an API key in plain text', () => ({ tls: false, api_key: 'x' }), 'tls', /must be on with an api_key/],
    ['TLS where there is none', () => ({ tls: true }), 'tls', /set it to false/],
    ['no TLS where there is some', () => ({ address: mutual.address }), 'tls', /set it to true/],
    ['TLS that is no TLS', () => ({ tls: 'yes' }), 'tls', /must be true, false or an object/],
    ['an unknown part of TLS', () => ({ tls: { cert: 'x' } }), 'tls.cert', /is not a known field/],
    ['an authority that is none', () => ({ tls: { ca: 'x' } }), 'tls.ca', /must be a certificate in PEM/],
    ['a certificate alone', () => ({ tls: { client_cert } }), 'tls.client_key', /is needed with a client_cert/],
    ['a key alone', () => ({ tls: { client_key } }), 'tls.client_cert', /is needed with a client_key/],
    ['a key of another', () => ({ tls: { client_cert: ca, client_key } }), 'tls.client_key', /must be the key of/],
    [
      'an unknown authority',
      () => ({ address: mutual.address, tls: { ca: otherAuthority, server_name } }),
      'tls.ca',
      /not signed by an authority/,
    ],
    ['a link that is a script', () => ({ ui_url: 'javascript:alert(1)' }), 'ui_url', /must be an http or https URL/],
    ['a field that is not known', () => ({ poll: '5s' }), 'poll', /is not a known field/],
  ];

  test.each(cases)('%s', async (_, given, path, message) => {
    const { status, body: told } = await post(given());
    expect([status, told.code]).toEqual([422, 'invalid']);
    expect(told.errors).toEqual([{ path, message: expect.stringMatching(message) }]);
    expect(JSON.stringify(told)).not.toContain('PRIVATE KEY');
  });

  test('all bad fields at once', async () => {
    const { body: told } = await post({ name: '', address: 'a b', namespace: '', tls: { ca: 'x', client_key: 'y' } });
    const paths = told.errors.map(({ path }: { path: string }) => path);
    expect(paths.sort()).toEqual([...['address', 'name', 'namespace', 'tls.ca', 'tls.client_cert', 'tls.client_key']]);
  });

  test('plain text and private networks, where the operator has not allowed them', async () => {
    const plain = await post({ address: 'temporal.example.com' }, cautious);
    expect(plain.body.errors).toEqual([{ path: 'tls', message: expect.stringMatching(/EXOSPHERE_ALLOW_HTTP=true/) }]);
    const inside = await post({ address: temporalAddress, tls: true }, cautious);
    expect(inside.body.errors).toEqual([
      { path: 'address', message: expect.stringMatching(/EXOSPHERE_ALLOWED_SUBNETS/) },
    ]);
  });
});
