import { momentOf, oneOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';
import { ACTIONS, TARGETS } from './words.ts';

/** What the URL of the list holds. */
export const auditSearch = (raw: RawSearch) =>
  present({
    action: oneOf(raw, 'action', ACTIONS),
    kind: oneOf(raw, 'kind', TARGETS),
    target: textOf(raw, 'target'),
    actor: textOf(raw, 'actor'),
    since: momentOf(raw, 'since'),
    until: momentOf(raw, 'until'),
    ...pageSearch(raw),
  });
