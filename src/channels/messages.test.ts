import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { type Alert, renderHttpBody } from '../domain/alert-body.ts';
import { alertBodySchema } from '../domain/alert-body-schema.ts';
import { type ChannelKind, channelKinds } from '../domain/channel-kind.ts';
import { severities } from '../domain/rule.ts';
import { channels } from './index.ts';
import { alertOf, CONTEXT, ETL, hostileAlert, hostileTexts, inEveryStatus, oddData } from './test-alerts.ts';

const ajv = new Ajv2020({ strict: false, allErrors: true });
const dataFile = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../integration-tests/data/schemas/${name}`, import.meta.url), 'utf8'));
const bySchema = (name: string) => {
  const validate = ajv.compile(dataFile(name));
  return (message: unknown) => (validate(message) ? [] : (validate.errors ?? []));
};
const faultsOf: Record<ChannelKind, (message: unknown) => unknown[]> = {
  http: (message) => alertBodySchema.safeParse(message).error?.issues ?? [],
  slack: bySchema('slack-incoming-webhook.schema.json'),
  pagerduty: bySchema('pagerduty-v2-enqueue.schema.json'),
  discord: bySchema('discord-execute-webhook.schema.json'),
  teams: bySchema('teams-workflow-message.schema.json'),
};

const KEY = 'R0UTINGKEYR0UTINGKEYR0UTINGKEY12';
/** What leaves for a receiver. */
const sent = (kind: ChannelKind, alert: Alert, context = CONTEXT): string => {
  const { renderMessage, target } = channels[kind];
  return target.bodyToSend(renderMessage(alert, context), target.hasRoutingKey ? KEY : null);
};
/** All texts of a message, at whatever depth. */
const textsOf = (value: unknown): string[] =>
  typeof value === 'string' ? [value] : Object.values((value as object | null) ?? {}).flatMap(textsOf);
const bytes = (text: string) => Buffer.byteLength(text, 'utf8');
const chats = ['slack', 'discord', 'teams'] as const;
const services = ['pagerduty', ...chats] as const;

describe.each(channelKinds)('%s', (kind) => {
  const all = severities.flatMap((severity) => inEveryStatus(alertOf({ severity })));

  test('is valid in every status and severity, with and without a public URL', () => {
    for (const alert of all) {
      expect(faultsOf[kind](JSON.parse(sent(kind, alert)))).toEqual([]);
      expect(faultsOf[kind](JSON.parse(sent(kind, alert, { ...CONTEXT, publicUrl: undefined as never })))).toEqual([]);
    }
  });

  test.each(hostileTexts)('is valid with $what, and cuts no character in half', ({ text }) => {
    for (const alert of inEveryStatus(hostileAlert(text))) {
      const message = JSON.parse(sent(kind, alert));
      expect(faultsOf[kind](message)).toEqual([]);
      expect(textsOf(message).filter((part) => !part.isWellFormed())).toEqual([]);
    }
  });

  test.each(oddData.map((data) => [data]))('is valid of an event with the data %j', (data) => {
    if (kind === 'http') return;
    for (const alert of inEveryStatus(alertOf({ data })))
      expect(faultsOf[kind](JSON.parse(sent(kind, alert)))).toEqual([]);
  });

  test('is valid whatever the data is', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 500 });
    const data = fc.record(
      {
        graph_name: text,
        run_id: fc.jsonValue(),
        error: fc.record({ type: text, message: text }),
        links: fc.dictionary(text, fc.webUrl()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(data, fc.nat(2), (found, status) => {
        const alert = inEveryStatus(alertOf({ data: found }))[status]!;
        expect(faultsOf[kind](JSON.parse(sent(kind, alert)))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('says the same of the same alert, and holds no secret before it is sent', () => {
    const { renderMessage } = channels[kind];
    expect(renderMessage(alertOf(), CONTEXT)).toBe(renderMessage(alertOf(), CONTEXT));
    expect(renderMessage(alertOf(), CONTEXT)).not.toContain(KEY);
  });
});

describe.each(services)('%s tells', (kind) => {
  test('what happened, where, why, how bad, by which rule, and where to look', () => {
    const texts = textsOf(JSON.parse(sent(kind, alertOf())))
      .join('\n')
      .replaceAll('\\', '');
    for (const part of ['ETL failures', 'workflow.failed', 'etl-daily', '5f0e', 'critical', 'TimeoutError', 'load']) {
      expect(texts).toContain(part);
    }
    expect(texts).toContain('the warehouse did not answer');
    expect(texts.replaceAll('&amp;', '&')).toContain('https://platform.example/runs/5f0e?tab=log&all=1');
    expect(texts).toContain('https://alerts.example/v1/deliveries/dlv_1');
  });

  test('the value and the bound that it crossed, and what was held back', () => {
    const texts = textsOf(JSON.parse(sent(kind, inEveryStatus(alertOf())[1]!)))
      .join('\n')
      .replaceAll('\\', '');
    expect(texts).toContain('3 (threshold 2)');
    expect(texts).toContain('7');
  });

  test('of links those alone that are http or https, without a user name', () => {
    const message = sent(kind, hostileAlert('x'));
    // PagerDuty gets the data as it came beside the links; there it is text.
    const shown = kind === 'pagerduty' ? JSON.stringify(JSON.parse(message).links) : message;
    expect(shown).toContain('https://evil.example/x');
    for (const refused of ['javascript:', 'file:', 'bank.example', 'longer.example'])
      expect(shown).not.toContain(refused);
  });

  test('that it was cut, where it was', () => {
    const error = { message: 'x'.repeat(300_000) };
    expect(sent(kind, alertOf({ data: { error } }))).toMatch(/x…/);
  });
});

describe('http', () => {
  test("is the contract's body, byte by byte", () => {
    const { namespace, deliveryId, publicUrl } = CONTEXT;
    for (const alert of inEveryStatus(alertOf())) {
      expect(sent('http', alert)).toBe(renderHttpBody(alert, namespace, deliveryId, publicUrl));
    }
  });

  test('tells the status of a stateful alert', () => {
    const [notify, firing, resolved] = inEveryStatus(alertOf()).map(
      (alert) => JSON.parse(sent('http', alert)).data.alert,
    );
    expect(notify).toMatchObject({
      status: 'notify',
      value: null,
      threshold: null,
      resolved_at: null,
      suppressed_since_last: 0,
    });
    expect(firing).toMatchObject({
      status: 'firing',
      value: 3,
      threshold: 2,
      resolved_at: null,
      suppressed_since_last: 7,
    });
    expect(resolved).toMatchObject({ status: 'resolved', resolved_at: '2026-01-01T13:00:00.000Z' });
  });
});

describe.each(chats)('%s shows to people', (kind) => {
  test.each(hostileTexts)('nothing that turns or hides text, of $what', ({ text }) => {
    const texts = inEveryStatus(hostileAlert(text)).flatMap((alert) => textsOf(JSON.parse(sent(kind, alert))));
    expect(texts.filter((part) => /[^\P{Cc}\n\t]|[\u202A-\u202E\u2066-\u2069]/u.test(part))).toEqual([]);
  });

  test('right-to-left text itself, and emoji', () => {
    const message = sent(kind, alertOf({ data: { error: { message: 'שלום مرحبا 👩‍👩‍👧‍👦' } } }));
    expect(message).toContain('שלום مرحبا 👩‍👩‍👧‍👦');
  });
});

describe('slack', () => {
  const limits: Record<string, number> = dataFile('slack-limits.json').limits;

  test.each(hostileTexts)('has no mention and no link but ours, of $what', ({ text }) => {
    for (const alert of inEveryStatus(hostileAlert(text))) {
      const message = JSON.parse(sent('slack', alert));
      for (const part of textsOf(message)) {
        expect(part.replace(/<https:\/\/[^\s<>|]+\|[^<>\n]+>/g, '')).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }
      expect(message.text.length).toBeLessThanOrEqual(limits['text (recommended)']!);
      expect(message.blocks.length).toBeLessThanOrEqual(limits['message.blocks']!);
    }
  });

  test('has markup in the line of links alone', () => {
    const { blocks, mrkdwn } = JSON.parse(sent('slack', hostileAlert('*b*')));
    const marked = blocks.filter((block: unknown) => JSON.stringify(block).includes('"mrkdwn"'));
    expect([mrkdwn, marked.length, marked[0].text.text]).toEqual([false, 1, expect.stringMatching(/^<https:/)]);
  });
});

describe('discord', () => {
  test.each(hostileTexts)('pings nobody and keeps its limits, with $what', ({ text }) => {
    for (const alert of inEveryStatus(hostileAlert(text))) {
      const { allowed_mentions, content, embeds } = JSON.parse(sent('discord', alert));
      expect([allowed_mentions, content]).toEqual([{ parse: [] }, undefined]);
      const [{ title, description, fields, footer }] = embeds;
      const named = fields.flatMap(({ name, value }: { name: string; value: string }) => [name, value]);
      const sum = [title, description, footer.text, ...named].join('').length;
      expect(sum).toBeLessThanOrEqual(6_000);
    }
  });

  test.each(hostileTexts)('has every mark of markdown escaped, of $what', ({ text }) => {
    const [embed] = JSON.parse(sent('discord', hostileAlert(text))).embeds;
    const values = embed.fields
      .filter(({ name }: { name: string }) => name !== 'Links')
      .map(({ value }: { value: string }) => value);
    for (const part of [embed.title, embed.description, ...values]) {
      expect(part.replace(/\\[\\*_~`|<>#[\]()@]/g, '')).not.toMatch(/[\\*_~`|<>#[\]()@]/);
    }
  });
});

describe('teams', () => {
  test.each(hostileTexts)(
    'fits 28 KB, as UTF-8 and as UTF-16, and has text without markdown, with $what',
    ({ text }) => {
      for (const alert of inEveryStatus(hostileAlert(text))) {
        const message = sent('teams', alert);
        expect(Math.max(bytes(message), message.length * 2)).toBeLessThanOrEqual(28 * 1024);
        const card = JSON.parse(message).attachments[0].content;
        expect(new Set(card.body.map(({ type }: { type: string }) => type))).toEqual(new Set(['RichTextBlock']));
        expect(card.msteams).toBeUndefined();
      }
    },
  );
});

test('teams fits with as many and as long links as there can be, among quotes alone', () => {
  const links = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`${index}${'"'.repeat(100)}`, `https://a.example/${'l'.repeat(480)}`]),
  );
  const text = '"'.repeat(10_000);
  const data = { graph_name: text, run_id: text, error: { type: text, message: text, node_name: text }, links };
  const alert = alertOf({ data, ruleName: '"'.repeat(100), type: 't'.repeat(200) });
  for (const stated of inEveryStatus({ ...alert, summary: text })) {
    const message = sent('teams', stated);
    expect(JSON.parse(message).attachments[0].content.actions.length).toBeGreaterThan(4);
    expect(message.length * 2).toBeLessThanOrEqual(28 * 1024);
  }
});

describe('pagerduty', () => {
  const parsed = (alert: Alert) => JSON.parse(sent('pagerduty', alert));

  test('trigger and resolve share the key, and nothing else has it', () => {
    const [notify, firing, resolved] = inEveryStatus(alertOf()).map(parsed);
    expect([notify.event_action, firing.event_action, resolved.event_action]).toEqual([
      'trigger',
      'trigger',
      'resolve',
    ]);
    expect(resolved.dedup_key).toBe(firing.dedup_key);
    expect(firing.dedup_key).toMatch(/^ar_1:[0-9a-f]{26}$/);
    const other = { ...alertOf(), dedupKey: 'ar_1:00000000000000000000000000' };
    expect(inEveryStatus(other).map((alert) => parsed(alert).dedup_key)).toEqual(Array(3).fill(other.dedupKey));
  });

  test('has the key in what is sent alone, and the mask in what is stored', () => {
    const stored = channels.pagerduty.renderMessage(alertOf(), CONTEXT);
    expect(JSON.parse(stored)).toEqual({ ...parsed(alertOf()), routing_key: '••••••••' });
    for (const key of [KEY, '$&$1$$"\\'.padEnd(32, '$')]) {
      expect(JSON.parse(channels.pagerduty.target.bodyToSend(stored, key)).routing_key).toBe(key);
    }
  });

  test('keeps data as it came, while that fits', () => {
    const data = { big: JSON.rawJSON('12345678901234567890'), one: JSON.rawJSON('1.0') };
    expect(sent('pagerduty', alertOf({ data }))).toContain('"data":{"big":12345678901234567890,"one":1.0}');
    const huge = sent('pagerduty', alertOf({ data: { ...ETL, blob: '\u0001'.repeat(90_000) } }));
    expect(bytes(huge)).toBeLessThanOrEqual(dataFile('pagerduty-v2-answers.json').max_body_bytes);
    expect(huge).toContain('the warehouse did not answer');
  });
});
