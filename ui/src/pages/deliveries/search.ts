import { momentOf, oneOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

export const DELIVERY_STATUSES = [
  'pending',
  'retrying',
  'succeeded',
  'dead_lettered',
  'discarded',
  'skipped',
  'suppressed',
] as const;

/** What the URL of the list holds. */
export const deliverySearch = (raw: RawSearch) =>
  present({
    status: oneOf(raw, 'status', DELIVERY_STATUSES),
    endpoint: textOf(raw, 'endpoint'),
    rule: textOf(raw, 'rule'),
    event: textOf(raw, 'event'),
    type: textOf(raw, 'type'),
    since: momentOf(raw, 'since'),
    until: momentOf(raw, 'until'),
    ...pageSearch(raw),
  });

/** The attempt whose request and response are shown; absent: the latest. */
export const deliveryDetailSearch = (raw: RawSearch) => {
  const attempt = Number(textOf(raw, 'attempt'));
  return present({ attempt: Number.isInteger(attempt) && attempt > 0 ? attempt : undefined });
};
