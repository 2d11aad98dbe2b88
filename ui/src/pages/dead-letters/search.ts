import { momentOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const deadLetterSearch = (raw: RawSearch) =>
  present({
    status: textOf(raw, 'status'),
    endpoint: textOf(raw, 'endpoint'),
    rule: textOf(raw, 'rule'),
    type: textOf(raw, 'type'),
    since: momentOf(raw, 'since'),
    until: momentOf(raw, 'until'),
    ...pageSearch(raw),
  });
