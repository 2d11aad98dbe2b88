import { pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const webhookSearch = (raw: RawSearch) =>
  present({ kind: textOf(raw, 'kind'), health: textOf(raw, 'health'), ...pageSearch(raw) });
