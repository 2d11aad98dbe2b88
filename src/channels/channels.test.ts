import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from '../domain/address-ranges.ts';
import { channelKinds } from '../domain/channel-kind.ts';
import { checkUrl } from '../domain/url-policy.ts';
import { channels } from './index.ts';

const entries = readdirSync(new URL('.', import.meta.url), { withFileTypes: true });

test('every kind has a folder, and no folder is without a kind', () => {
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(folders.sort()).toEqual([...channelKinds].sort());
  expect(Object.keys(channels).sort()).toEqual([...channelKinds].sort());
});

describe.each(channelKinds)('%s', (kind) => {
  const { target, ...channel } = channels[kind];

  test('has the same three files as the others', () => {
    const files = readdirSync(new URL(`${kind}/`, import.meta.url));
    expect(files.sort()).toEqual(['answer.ts', 'message.ts', 'target.ts']);
  });

  test('is what its place says, with all parts', () => {
    expect(channel).toEqual({ kind, renderMessage: expect.any(Function), readAnswer: expect.any(Function) });
    expect(target).toMatchObject({ hasSecretUrl: kind !== 'http', hasRoutingKey: kind === 'pagerduty' });
  });

  test('a default URL passes the strictest policy', () => {
    if (target.defaultUrl === undefined) return;
    const strict = { allowHttp: false, addressPolicy: createAddressPolicy({ allowedSubnets: [] }) };
    expect(checkUrl(target.defaultUrl, strict)).toMatchObject({ ok: true });
  });

  test('sends what was stored, but for a routing key', () => {
    const stored = '{"any":"text"}';
    expect(target.bodyToSend(stored, null)).toBe(stored);
  });
});
