import { oneOf, present, type RawSearch } from '../../kit/search.ts';

/** How far back the figures go. */
export const LASTS = ['1h', '24h', '7d'] as const;
export type Last = (typeof LASTS)[number];

/** What the URL holds; `guide=on`: the first steps are wanted, whatever is there. */
export const overviewSearch = (raw: RawSearch) =>
  present({ last: oneOf(raw, 'last', LASTS), guide: oneOf(raw, 'guide', ['on']) });
