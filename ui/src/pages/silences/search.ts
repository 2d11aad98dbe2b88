import { oneOf, pageSearch, present, type RawSearch, textOf } from '../../kit/search.ts';

/** What the URL of the list holds. `new_for`: the id of a rule that a new silence is asked for. */
export const silenceSearch = (raw: RawSearch) =>
  present({ new_for: textOf(raw, 'new_for'), active: oneOf(raw, 'active', ['yes', 'no']), ...pageSearch(raw) });
