import { momentOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const eventSearch = (raw: RawSearch) =>
  present({
    id: textOf(raw, 'id'),
    type: textOf(raw, 'type'),
    source: textOf(raw, 'source'),
    since: momentOf(raw, 'since'),
    until: momentOf(raw, 'until'),
    ...pageSearch(raw),
  });

/** An event's id is its sender's own: with the source it is the only one. */
export const eventDetailSearch = (raw: RawSearch) => present({ source: textOf(raw, 'source') });
