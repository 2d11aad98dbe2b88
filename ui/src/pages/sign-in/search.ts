import { present, type RawSearch, textOf } from '../../kit/search.ts';

/** Where to go afterwards: a path of this UI, and nothing that leads elsewhere. */
export function signInSearch(raw: RawSearch): { to?: string | undefined } {
  const to = textOf(raw, 'to');
  return present({ to: to !== undefined && /^\/(?![/\\])/.test(to) ? to : undefined });
}
