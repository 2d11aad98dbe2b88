import { expect, test } from '@jest/globals';
import { type Exchange, nonconformity } from './harness/conformance.ts';

/* That the check which every answer of every test goes through sees what is wrong. */

const problem = { type: 'about:blank', title: 'T', status: 401, detail: 'D', code: 'c', errors: [] };
const problemType = 'application/problem+json; charset=utf-8';

function judged(changes: Partial<Omit<Exchange, 'header'>> & { headers?: Record<string, string>; body?: unknown }) {
  const { headers = {}, body = { status: 'ok' }, ...rest } = changes;
  return nonconformity({
    ...{ method: 'GET', path: '/healthz', status: 200, type: 'application/json; charset=utf-8' },
    text: JSON.stringify(body),
    header: (name) => headers[name.toLowerCase()],
    ...rest,
  });
}

const refused = { path: '/v1/webhooks?limit=1', status: 401, type: problemType, body: problem };
const withHeader = { headers: { 'www-authenticate': 'Bearer' } };

test.each([
  ['a plain answer', {}],
  ['a trailing slash', { path: '/healthz/' }],
  ['a refusal', { ...refused, ...withHeader }],
  ['no such path', { path: '/v1/x', status: 404, type: problemType, body: problem }],
  ['no such method', { method: 'PUT', status: 405, type: problemType, body: problem, headers: { allow: 'GET' } }],
  ['an empty body', { method: 'DELETE', path: '/v1/webhooks/we_1', status: 204, type: '', text: '' }],
  ['a page for people', { path: '/docs/', type: 'text/html', text: '<!doctype html>' }],
])('%s is as described', (_, exchange) => {
  expect(judged(exchange)).toBeUndefined();
});

test.each([
  ['another status', { status: 202 }, 'has the status 202'],
  ['a 500', { status: 500, type: problemType, body: problem }, 'has the status 500'],
  ['another type', { type: 'text/plain' }, 'is of type "text/plain"'],
  ['a field too many', { body: { status: 'ok', more: 1 } }, 'must NOT have additional properties'],
  ['another value', { body: { status: 'okay' } }, 'breaks its schema: body/status must be equal to constant'],
  ['no JSON', { text: '{' }, 'is no JSON'],
  ['a header too few', refused, 'lacks the header WWW-Authenticate'],
  ['a refusal as plain JSON', { ...refused, ...withHeader, type: 'application/json' }, 'is of type "application/json"'],
  ['half a problem', { ...refused, ...withHeader, body: { title: 'T' } }, "must have required property 'detail'"],
  ['a body on a 204', { method: 'DELETE', path: '/v1/webhooks/we_1', status: 204 }, 'has a body'],
  ['a path that is not described', { path: '/v1/x' }, 'there is no such operation (404)'],
  ['a method that is not described', { method: 'PUT', status: 404 }, 'there is no such operation (405)'],
  ['a 405 that does not say what is allowed', { method: 'PUT', status: 405 }, 'lacks the header allow'],
  ['a stack', { body: { ...problem, detail: 'Error: x\n    at f (file.ts:1:1)' } }, 'has a stack trace'],
])('%s is a fault', (_, exchange, fault) => {
  expect(judged(exchange)).toContain(fault);
});
