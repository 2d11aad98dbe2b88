import { useNavigate } from '@tanstack/react-router';
import { cursorOf } from './cursor-pages.ts';
import { type PageSearch, present } from './search.ts';

/**
 * What the URL says of a list, and how its page changes that: filters and the place in the list are there and nowhere else.
 * Another filter begins at the first page; a page is a step that Back goes back, a filter is none.
 *
 * @param search as the page's `search.ts` reads it
 * @param kept what is no filter: it stays whatever is filtered or cleared
 * @returns `bar` for the `FilterBar`, `list` for the `ListView`
 */
export function useListUrl<S extends PageSearch, K extends keyof S = never>(search: S, ...kept: K[]) {
  const navigate = useNavigate();
  type Filters = Omit<S, 'after' | 'page' | K>;
  const go = (next: (before: S) => object, replace: boolean) =>
    void navigate({ to: '.', search: ((before: S) => present(next(before))) as never, replace });
  const beside = (before: S) => Object.fromEntries(kept.map((name) => [name, before[name]]));
  const { after, page, ...others } = search;
  const filters = Object.fromEntries(
    Object.entries(others).filter(([name]) => !kept.includes(name as K)),
  ) as unknown as Filters;
  const bar = { isFiltered: Object.keys(filters).length > 0, onClear: () => go(beside, false) };
  return {
    filters,
    cursor: cursorOf(search),
    filter: (change: Partial<Filters>) => go(({ after: _, page: __, ...before }) => ({ ...before, ...change }), true),
    bar,
    list: {
      ...bar,
      search: { after, page },
      onPage: (place: PageSearch) => go((before) => ({ ...before, ...place }), false),
    },
  };
}
