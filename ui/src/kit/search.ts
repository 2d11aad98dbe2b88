/* Reading filters from the URL: anything may stand there, so what is no filter is left out. */

export type RawSearch = Record<string, unknown>;

const LONGEST = 1_000;

/** A text; absent where it is empty. */
export function textOf(raw: RawSearch, name: string): string | undefined {
  const value = raw[name];
  if (value === undefined || value === null || typeof value === 'object') return undefined;
  return String(value).trim().slice(0, LONGEST) || undefined;
}

/** One of these words. */
export function oneOf<const T extends string>(raw: RawSearch, name: string, words: readonly T[]): T | undefined {
  const value = textOf(raw, name);
  return words.find((word) => word === value);
}

/** A moment, as RFC 3339 in UTC. */
export function momentOf(raw: RawSearch, name: string): string | undefined {
  const time = Date.parse(textOf(raw, name) ?? '');
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** Where a list stands: see `useCursorPages`. */
export interface PageSearch {
  /** Cursors of the pages up to this one, the current one last, with dots between. */
  after?: string | undefined;
  /** Of this page, from 1. */
  page?: number | undefined;
}

export function pageSearch(raw: RawSearch): PageSearch {
  const after = textOf(raw, 'after');
  if (after === undefined || !/^[\w-]+(\.[\w-]+)*$/.test(after)) return {};
  const page = Number(raw.page);
  return { after, page: Number.isInteger(page) && page > 1 ? page : after.split('.').length + 1 };
}

/** Without what is undefined, so that equal searches are equal. */
export const present = <T extends object>(search: T): { [K in keyof T]?: T[K] } =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as T;
