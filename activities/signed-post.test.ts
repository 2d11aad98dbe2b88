import { expect, test } from '@jest/globals';
import { channels } from '../src/channels/index.ts';
import type { SpanAttributes, Tracing } from '../src/domain/trace.ts';
import { type Message, type Opened, sendSigned } from './signed-post.ts';

const opened: Opened = {
  channel: channels.http,
  secrets: [`whsec_${Buffer.alloc(32, 1).toString('base64')}`],
  url: 'https://receiver.example/hook',
  secretUrl: null,
  routingKey: null,
  headers: {},
};
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const message: Message = {
  namespace: 'default',
  id: 'dlv_1',
  endpoint_id: 'we_1',
  event_type: 'custom.a',
  body: '{}',
  retry_layers: null,
  traceparent,
};

/** Keeps what spans ended with. */
function collect() {
  const ends: { attributes: SpanAttributes | undefined; error: string | undefined }[] = [];
  const tracing: Tracing = {
    isOn: true,
    begin: (_, { parent }) => ({
      traceparent: parent,
      traceId: undefined,
      link() {},
      end: (attributes, error) => void ends.push({ attributes, error }),
    }),
  };
  return { tracing, ends };
}

test('a request that throws ends its span, once', async () => {
  const { tracing, ends } = collect();
  const sender = { send: () => Promise.reject(new Error('no such thing')), close() {} };
  await expect(sendSigned(opened, message, 1, { sender, now: () => 0, tracing })).rejects.toThrow('no such thing');
  expect(ends).toEqual([{ attributes: {}, error: 'not_sent' }]);
});

test('an answer ends it with what it was', async () => {
  const { tracing, ends } = collect();
  const answer = { kind: 'response' as const, statusCode: 503, headers: {}, excerpt: '', durationMs: 1 };
  const sender = { send: async () => answer, close() {} };
  await sendSigned(opened, message, 1, { sender, now: () => 0, tracing });
  const attributes = { 'http.response.status_code': 503, 'exosphere.outcome': 'http_error' };
  expect(ends).toEqual([{ attributes, error: '503' }]);
});
