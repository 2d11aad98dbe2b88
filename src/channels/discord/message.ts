import type { RenderMessage } from '../channel.ts';
import { factsOf } from '../facts.ts';
import { cut, joinWithin } from '../text.ts';

/**
 * In characters. Discord's own limits (integration-tests/data/schemas/discord-execute-webhook.schema.json) are 256, 4,096,
 * 1,024, 1,024 and 2,048; what is less keeps the sum of all under its 6,000.
 */
const LIMITS = { title: 256, description: 1_200, value: 150, long: 1_024, footer: 200 };

const COLOURS = { critical: 0xd92d20, error: 0xf79009, warning: 0xfac515, info: 0x2e90fa };
const RESOLVED = 0x12b76a;

/** What begins bold, italic, struck, hidden or quoted text, code, a heading, a link or a mention: with a backslash it is itself. */
const MARKS = new Set('\\*_~`|<>#[]()@');
const asIs = (character: string): string => (MARKS.has(character) ? `\\${character}` : character);

/** One embed. `allowed_mentions` is what keeps a text from pinging; the escapes keep it from looking as if it did. */
export const renderMessage: RenderMessage = (alert, context) => {
  const { status, severity, title, summary, error, rows, links, footer } = factsOf(alert, context);
  const linkLine = joinWithin(
    links.map(({ text, href }) => `[${cut(text, 100, asIs)}](${href})`),
    ' · ',
    LIMITS.long,
  );
  const fields = [
    ...rows.map(({ name, value }) => ({ name, value: cut(value, LIMITS.value, asIs), inline: true })),
    { name: 'Error', value: cut(error, LIMITS.long, asIs) },
    { name: 'Links', value: linkLine },
  ];
  return JSON.stringify({
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: cut(title, LIMITS.title, asIs),
        ...(links[0] === undefined ? {} : { url: links[0].href }),
        description: cut(summary, LIMITS.description, asIs),
        color: status === 'resolved' ? RESOLVED : COLOURS[severity],
        timestamp: alert.at,
        fields: fields.filter(({ value }) => value !== ''),
        footer: { text: cut(footer, LIMITS.footer) },
      },
    ],
  });
};
