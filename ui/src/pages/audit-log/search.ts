import { momentOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const auditSearch = (raw: RawSearch) =>
  present({
    action: textOf(raw, 'action'),
    resource: textOf(raw, 'resource'),
    actor: textOf(raw, 'actor'),
    since: momentOf(raw, 'since'),
    until: momentOf(raw, 'until'),
    ...pageSearch(raw),
  });
