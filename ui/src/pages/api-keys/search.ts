import { pageSearch, present, type RawSearch } from '../../kit/search.ts';

/** What the URL of the list holds. */
export const apiKeySearch = (raw: RawSearch) => present(pageSearch(raw));
