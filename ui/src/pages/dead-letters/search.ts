import { momentOf, oneOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

export const LETTER_STATUSES = ['waiting', 'in_round', 'succeeded', 'discarded', 'skipped'] as const;

/** What the URL of the list holds. `bulk`: the operation whose progress is shown, see `bulk.ts`. */
export const deadLetterSearch = (raw: RawSearch) =>
  present({
    status: oneOf(raw, 'status', LETTER_STATUSES),
    endpoint: textOf(raw, 'endpoint'),
    rule: textOf(raw, 'rule'),
    reason: textOf(raw, 'reason'),
    since: momentOf(raw, 'since'),
    until: momentOf(raw, 'until'),
    bulk: textOf(raw, 'bulk'),
    ...pageSearch(raw),
  });
