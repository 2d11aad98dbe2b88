import { cut, oneLine } from './text.ts';

/** A link that a person may follow: an absolute http or https URL, all ASCII, without user name or password. */
export interface Link {
  text: string;
  href: string;
}

/** Of one set: more, and a message is a list of links. */
const MOST_LINKS = 5;
/** What browsers and services take; a longer URL cannot be cut, so it is left out. */
const LONGEST_HREF = 2_000;

/** What is a link of these URLs by name, as they came; the rest is left out. */
export function linksOf(named: Record<string, unknown>): Link[] {
  return Object.entries(named)
    .flatMap(([name, value]) => linkOf(name, value))
    .slice(0, MOST_LINKS);
}

function linkOf(name: string, value: unknown): Link[] {
  if (typeof value !== 'string' || value.length > LONGEST_HREF) return [];
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return [];
  // What URL leaves as it is and the markup of one service or another does not.
  const href = url.href.replace(/[|()<>\\`"'*[\]{}^~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
  return href.length > LONGEST_HREF ? [] : [{ text: cut(oneLine(name), 60) || 'Link', href }];
}
