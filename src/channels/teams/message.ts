import type { RenderMessage } from '../channel.ts';
import { factsOf } from '../facts.ts';
import type { Link } from '../links.ts';
import { cut } from '../text.ts';

/**
 * In characters. All together, each doubled by JSON, they keep a message under Teams' 28 KB; Microsoft does not say of which
 * encoding, so neither UTF-8 nor UTF-16 may be longer. URLs cannot be cut: those that do not fit are left out.
 */
const LIMITS = { title: 256, summary: 800, error: 1_500, value: 250, footer: 200, allUrls: 2_500 };

const COLOURS = { critical: 'Attention', error: 'Attention', warning: 'Warning', info: 'Accent' };

/** A message with one Adaptive Card. */
export const renderMessage: RenderMessage = (alert, context) => {
  const { status, severity, title, summary, error, rows, links, footer } = factsOf(alert, context);
  const color = status === 'resolved' ? 'Good' : COLOURS[severity];
  const actions = linksWithin(links, LIMITS.allUrls).map(({ text, href }) => ({
    type: 'Action.OpenUrl',
    title: text,
    url: href,
  }));
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      textBlock([{ text: cut(title, LIMITS.title), weight: 'Bolder', size: 'Medium', color }]),
      textBlock([{ text: cut(summary, LIMITS.summary) }]),
      ...rows.map(({ name, value }) =>
        textBlock([{ text: `${name}: `, weight: 'Bolder' }, { text: cut(value, LIMITS.value) }], 'None'),
      ),
      ...(error === '' ? [] : [textBlock([{ text: cut(error, LIMITS.error), fontType: 'Monospace' }])]),
      textBlock([{ text: cut(footer, LIMITS.footer), isSubtle: true, size: 'Small' }]),
    ],
    ...(actions.length === 0 ? {} : { actions }),
  };
  return JSON.stringify({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  });
};

/** Runs of text, which know no markdown; a `TextBlock` would read it. `<at>` mentions nobody without an entity beside it. */
const textBlock = (runs: { text: string; [style: string]: unknown }[], spacing = 'Default') => ({
  type: 'RichTextBlock',
  spacing,
  inlines: runs.map((run) => ({ type: 'TextRun', ...run })),
});

function linksWithin(links: Link[], max: number): Link[] {
  let room = max;
  return links.filter(({ href }) => {
    if (href.length > room) return false;
    room -= href.length;
    return true;
  });
}
