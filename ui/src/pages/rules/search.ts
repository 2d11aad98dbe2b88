import { oneOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const ruleSearch = (raw: RawSearch) =>
  present({
    name: textOf(raw, 'name'),
    type: textOf(raw, 'type'),
    endpoint: textOf(raw, 'endpoint'),
    health: oneOf(raw, 'health', ['ok', 'degraded']),
    ...pageSearch(raw),
  });

/** What a new rule begins with. */
export const newRuleSearch = (raw: RawSearch) =>
  present({ preset: textOf(raw, 'preset'), type: textOf(raw, 'type'), endpoint: textOf(raw, 'endpoint') });
