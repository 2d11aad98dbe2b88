import { momentOf, oneOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const alertSearch = (raw: RawSearch) =>
  present({
    status: oneOf(raw, 'status', ['firing', 'resolved']),
    rule: textOf(raw, 'rule'),
    since: momentOf(raw, 'since'),
    until: momentOf(raw, 'until'),
    ...pageSearch(raw),
  });
