import type { PageSearch } from './search.ts';

/** So many pages back are remembered: a URL has its bounds. */
const MOST_BACK = 20;

/** The cursor of the page that the URL stands at; undefined: the first. */
export const cursorOf = ({ after }: PageSearch): string | undefined => after?.split('.').at(-1);

/** What the URL holds of the page after this one. @param cursor `next_cursor` of the page that is shown */
export function nextPage({ after, page = 1 }: PageSearch, cursor: string): PageSearch {
  const trail = after === undefined ? [] : after.split('.');
  return { after: [...trail, cursor].slice(-MOST_BACK).join('.'), page: page + 1 };
}

/** What it holds of the page before; the first where it is not remembered. */
export function previousPage({ after, page = 1 }: PageSearch): PageSearch {
  const trail = after?.split('.').slice(0, -1) ?? [];
  return trail.length === 0 ? { after: undefined, page: undefined } : { after: trail.join('.'), page: page - 1 };
}
