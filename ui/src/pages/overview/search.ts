import { oneOf, present, type RawSearch } from '../../kit/search.ts';

/** How far back the charts go. */
export const overviewSearch = (raw: RawSearch) => present({ last: oneOf(raw, 'last', ['1h', '24h', '7d', '30d']) });
