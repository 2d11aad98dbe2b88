import { momentOf, oneOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** The gravest first. */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;

/** What the URL of the list holds. */
export const alertSearch = (raw: RawSearch) =>
  present({
    status: oneOf(raw, 'status', ['firing', 'resolved']),
    severity: oneOf(raw, 'severity', SEVERITIES),
    rule: textOf(raw, 'rule'),
    since: momentOf(raw, 'since'),
    until: momentOf(raw, 'until'),
    ...pageSearch(raw),
  });
