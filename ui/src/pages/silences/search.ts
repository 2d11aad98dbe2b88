import { oneOf, pageSearch, present, type RawSearch } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const silenceSearch = (raw: RawSearch) =>
  present({ status: oneOf(raw, 'status', ['active', 'upcoming', 'expired']), ...pageSearch(raw) });
