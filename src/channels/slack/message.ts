import type { RenderMessage } from '../channel.ts';
import { factsOf } from '../facts.ts';
import type { Link } from '../links.ts';
import { cut, joinWithin } from '../text.ts';

/** integration-tests/data/schemas/slack-limits.json, in characters. `text` is the notification; 4,000 is Slack's advice. */
const LIMITS = { text: 4_000, header: 150, section: 3_000, field: 2_000, link: 100 };

/** With these three replaced no text can be a mention (`<!channel>`, `<@U123>`) or a link of its own. */
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const asIs = (character: string): string => ENTITIES[character] ?? character;

const plain = (text: string, max: number) => ({
  type: 'plain_text',
  text: cut(text, max, asIs),
  emoji: false,
});

/**
 * A message of blocks. What comes from events is `plain_text`, which knows no markup and no `:emoji:`; only the links,
 * made here, are `mrkdwn`.
 */
export const renderMessage: RenderMessage = (alert, context) => {
  const { title, summary, error, rows, links, footer } = factsOf(alert, context);
  const linked = linkLine(links);
  return JSON.stringify({
    text: cut(`${title}\n${summary}`, LIMITS.text, asIs),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plain(title, LIMITS.header) },
      { type: 'section', text: plain(summary, LIMITS.section) },
      { type: 'section', fields: rows.map(({ name, value }) => plain(`${name}\n${value}`, LIMITS.field)) },
      ...(error === '' ? [] : [{ type: 'section', text: plain(error, LIMITS.section) }]),
      ...(linked === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: linked } }]),
      { type: 'context', elements: [plain(footer, LIMITS.field)] },
    ],
  });
};

/** A URL cannot be cut: one that is too long once its `&` are escaped is left out. */
const linkLine = (links: Link[]): string =>
  joinWithin(
    links.map(({ href, text }) => `<${href.replace(/[&<>]/g, asIs)}|${cut(text, LIMITS.link, asIs)}>`),
    '  ·  ',
    LIMITS.section,
  );
