import { pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const ruleSearch = (raw: RawSearch) =>
  present({
    type: textOf(raw, 'type'),
    endpoint: textOf(raw, 'endpoint'),
    health: textOf(raw, 'health'),
    ...pageSearch(raw),
  });

/** What a new rule begins with. */
export const newRuleSearch = (raw: RawSearch) =>
  present({ preset: textOf(raw, 'preset'), type: textOf(raw, 'type'), endpoint: textOf(raw, 'endpoint') });
