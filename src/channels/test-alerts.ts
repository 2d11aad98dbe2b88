import { type Alert, type AlertState, notifyAlert } from '../domain/alert-body.ts';
import type { Severity } from '../domain/rule.ts';

/** Alerts for tests: the same rule and event in every state, and texts that were written to do harm. */

export const CONTEXT = { namespace: 'prod', deliveryId: 'dlv_1', publicUrl: 'https://alerts.example' };
const AT = '2026-01-01T12:00:00.000Z';

export const ETL = {
  graph_name: 'etl-daily',
  run_id: '5f0e',
  error: { type: 'TimeoutError', message: 'the warehouse did not answer', node_name: 'load' },
  links: { run: 'https://platform.example/runs/5f0e?tab=log&all=1' },
};

interface Parts {
  data?: unknown;
  ruleName?: string;
  severity?: Severity;
  type?: string;
  source?: string;
}

export function alertOf({ data = ETL, ruleName = 'ETL failures', severity = 'critical', ...event }: Parts = {}): Alert {
  const rule = { id: 'ar_1', name: ruleName, revision: 4, severity };
  const { type = 'workflow.failed', source = '/clusters/eu-1' } = event;
  return notifyAlert('al_1', rule, { id: 'e1', source, type, subject: null, time: AT, data, extensions: {} }, AT);
}

const firing: AlertState = { status: 'firing', startedAt: AT, resolvedAt: null, value: 3, threshold: 2 };

/** The three statuses that an alert can have. */
export const inEveryStatus = (alert: Alert): Alert[] => [
  alert,
  { ...alert, state: firing, suppressedSinceLast: 7 },
  { ...alert, state: { ...firing, status: 'resolved', resolvedAt: '2026-01-01T13:00:00.000Z', value: 0 } },
];

/** Each by itself is repeated to 10,000 characters, and put wherever an event or a rule has room for a text. */
const HOSTILE: Record<string, string> = {
  'mentions of Slack': '<!channel> <!here|here> <!everyone> <@U123> <#C123> <!subteam^S123> ',
  'mentions of Discord': '@everyone @here <@123456789012345678> <@&123456789012345678> <#1> ',
  'mentions of Teams': '<at>Everybody</at> ',
  markdown: '**b** _i_ ~s~ `c` ```\nblock\n``` > q [t](https://evil.example) # h\n- l | ||spoiler|| \\ ',
  markup: '<script>alert(1)</script> &amp; &lt; <https://evil.example|click> </a> {{template}} ',
  emoji: '😀👩‍👩‍👧‍👦🏳️‍🌈 :smile: <:custom:123456789012345678> ',
  'right-to-left': 'שלום \u202Eevil\u202C مرحبا \u2066x\u2069 \u200F',
  'control characters': 'a\u0001b\u001B[31mred\u0007\u007F\u0085\r\nc\td\u2028e ',
  'quotes, which JSON doubles': '"\\"\\"',
  'ampersands, which Slack takes five for': '&&&&&&&&',
  'accents upon accents': `Z${'\u0301'.repeat(50)}`,
  'white space alone': ' \n\t\u00A0',
};

export const hostileTexts = Object.entries(HOSTILE).flatMap(([what, text]) => [
  { what, text },
  {
    what: `${what}, 10,000 characters`,
    text: text
      .repeat(Math.ceil(10_000 / text.length))
      .slice(0, 10_000)
      .toWellFormed(),
  },
]);

/** An alert that has the text in every place. Names are what the API lets pass: 100 characters without control characters. */
export function hostileAlert(text: string, severity: Severity = 'error'): Alert {
  const name =
    text
      .replace(/\p{Cc}/gu, '')
      .slice(0, 100)
      .toWellFormed()
      .trim() || 'blank';
  const alert = alertOf({
    severity,
    ruleName: name,
    source: name.slice(0, 60),
    data: {
      graph_name: text,
      run_id: text,
      error: { type: text, message: text, node_name: text, state_id: text },
      links: {
        [text]: `https://evil.example/${text}`,
        'a script': 'javascript:alert(1)',
        'a file': 'file:///etc/passwd',
        'somebody else': 'https://bank.example@evil.example/',
        'no text': { href: 'https://evil.example/' },
        long: `https://long.example/${'&'.repeat(1_900)}`,
        longer: `https://longer.example/${'a'.repeat(3_000)}`,
      },
    },
  });
  return { ...alert, summary: text };
}

export const oddData: unknown[] = [
  {},
  { graph_name: 5, run_id: null, error: 'text', links: [] },
  { error: { type: {}, message: [] }, links: { a: 1, b: null, c: '' } },
  { graph_name: JSON.rawJSON('12345678901234567890'), run_id: true, links: 'https://x.example' },
  null,
  [],
  'text',
  5,
];
