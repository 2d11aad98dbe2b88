import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEndpoint, createRule, unique } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';

/* What holds for every call of the API, shown with a few of them. */

const UNKNOWN = '00000000000000000000000000';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.close());

describe('every call', () => {
  test('needs a known key', async () => {
    const bare = await service.api.raw('/v1/webhooks', {});
    expect(bare).toMatchObject({ status: 401, body: { code: 'missing_api_key' } });
    const wrong = await service.api.raw('/v1/webhooks', { headers: { 'x-api-key': `${API_KEY}x` } });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
    const bearer = await service.api.raw('/v1/webhooks', { headers: { authorization: `Bearer ${API_KEY}` } });
    expect(bearer.status).toBe(200);
  });

  test('answers what is wrong with the body itself', async () => {
    const headers = { 'x-api-key': API_KEY, 'content-type': 'application/json' };
    const send = (init: RequestInit) => service.api.raw('/v1/webhooks', { method: 'POST', headers, ...init });
    expect(await send({ body: '{nope' })).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
    expect(await send({ body: Buffer.from([0x22, 0xff, 0x22]) })).toMatchObject({ status: 400 });
    expect(await send({})).toMatchObject({ status: 400 });
    expect(await send({ body: '[]' })).toMatchObject({ status: 422 });
    expect(await send({ body: JSON.stringify('x'.repeat(300 * 1024)) })).toMatchObject({ status: 413 });
    const text = { 'x-api-key': API_KEY, 'content-type': 'text/plain' };
    expect(await send({ body: '{}', headers: text })).toMatchObject({ status: 415 });
    const deep = `{"n":1.0,"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    const event = { ...headers, 'content-type': 'application/json; charset=utf-8' };
    const sent = await service.api.raw('/v1/events', { method: 'POST', headers: event, body: deep });
    expect(sent).toMatchObject({ status: 422 });
    const latin = { ...headers, 'content-type': 'application/json; charset=iso-8859-1' };
    expect(await send({ body: '{}', headers: latin })).toMatchObject({ status: 415 });
    const nested = `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`;
    expect(await send({ body: nested })).toMatchObject({ status: 422 });
    const many = JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`k${index}`, 1])));
    expect(await send({ body: many })).toMatchObject({ status: 422 });
    expect(await send({ body: '{"name":"a\\u0000b"}' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'name' }] },
    });
    expect(await send({ body: '{"name":"a\\ud800b"}' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'name' }] },
    });
  });

  test('echoes a request id, or makes one', async () => {
    const headers = { 'x-api-key': API_KEY, 'x-exosphere-request-id': 'mine-1' };
    expect((await service.api.raw('/v1/webhooks', { headers })).headers.get('x-exosphere-request-id')).toBe('mine-1');
    expect((await service.api.get('/v1/webhooks')).headers.get('x-exosphere-request-id')).toMatch(/^req_[0-9a-f]{24}$/);
  });

  test('of what is not HTTP at all is answered as every other error', async () => {
    const { hostname, port } = new URL(service.url);
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(port), hostname, () =>
        socket.write('GET /v1/webhooks HTTP/1.1\r\nbad header\r\n\r\n'),
      );
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('close', () => resolve(text));
      socket.on('error', reject);
    });
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/);
    expect(JSON.parse(body)).toMatchObject({ status: 400, code: 'malformed_request', errors: [] });
  });

  test('tells an unknown route from a wrong method', async () => {
    expect(await service.api.get('/v1/nothing')).toMatchObject({ status: 404, body: { code: 'route_not_found' } });
    const wrong = await service.api.delete('/v1/webhooks');
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(wrong.headers.get('allow')).toBe('POST, GET');
  });

  test.each(['/v1/webhooks/', '/v1/alert-rules/', '/v1/deliveries/', '/v1/dead-letters/', '/v1/events/'])(
    '%s with an id that is not there, of another namespace or impossible is a 404',
    async (path) => {
      for (const id of [`we_${UNKNOWN}`, 'nonsense', 'a%00b', '..%2f..']) {
        expect(await service.api.get(path + id)).toMatchObject({ status: 404, body: { code: 'not_found' } });
      }
    },
  );
});

describe('lists', () => {
  test('run newest first through everything, each row once', async () => {
    const endpoint = await createEndpoint(service.api, 'https://receiver.example.com/hook');
    const ids: string[] = [];
    for (let index = 0; index < 7; index += 1) ids.push((await createRule(service.api, [endpoint.id])).id);
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await service.api.get(
        `/v1/alert-rules?endpoint_id=${endpoint.id}&limit=3${cursor ? `&cursor=${cursor}` : ''}`,
      );
      seen.push(...page.body.items.map((rule: { id: string }) => rule.id));
      cursor = page.body.next_cursor;
    }
    expect(seen).toEqual(ids.reverse());
  });

  test('can be of those with a text in their name, which is no pattern', async () => {
    const tag = unique('Part');
    const endpoint = await createEndpoint(service.api, 'https://receiver.example.com/hook', {
      name: `${tag} 100% of_it`,
    });
    const rule = await createRule(service.api, [endpoint.id], { name: `${tag} rule` });
    const namesOf = async (path: string, name: string) =>
      (await service.api.get(`${path}?name=${encodeURIComponent(name)}`)).body.items.map(
        (item: { name: string }) => item.name,
      );
    expect(await namesOf('/v1/webhooks', `${tag.toLowerCase()} 100% OF_`)).toEqual([endpoint.name]);
    expect(await namesOf('/v1/webhooks', `${tag} %`)).toEqual([]);
    expect(await namesOf('/v1/webhooks', `${tag} 100% of\\`)).toEqual([]);
    expect(await namesOf('/v1/alert-rules', `${tag} r`)).toEqual([rule.name]);
    expect(await namesOf('/v1/alert-rules', `${tag} _ule`)).toEqual([]);
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=x', 'limit'],
    ['limit=0x10', 'limit'],
    ['cursor=nonsense', 'cursor'],
    [`cursor=${Buffer.from(`ar_${UNKNOWN}`).toString('base64url')}`, 'cursor'],
    ['colour=red', 'colour'],
  ])('?%s is a 422', async (query, path) => {
    const answer = await service.api.get(`/v1/webhooks?${query}`);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });
});

test('the description and the probes need no key', async () => {
  const description = await service.api.raw('/openapi.json', {});
  expect(description.body.openapi).toBe('3.1.0');
  expect(Object.keys(description.body.paths)).toContain('/v1/dead-letters/{id}/retry');
  expect((await service.api.raw('/docs', {})).body).toContain('swagger-ui');
  expect(await service.api.raw('/healthz', {})).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await service.api.raw('/readyz', {})).toMatchObject({ status: 200, body: { status: 'ready' } });
  expect((await service.api.raw('/schemas/alert.v1.json', {})).body.properties.type.const).toBe('exosphere.alert.v1');
});
