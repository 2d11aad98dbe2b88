/** A page of what a sweep asks for. `next`: where the one after it begins; null: that was all. */
export interface Page<Key, Mark> {
  keys: Key[];
  next: Mark | null;
}

/**
 * Asks for page after page, one a round, and begins anew after the last. So what fails every time stays where it is, and
 * others behind it have their turn.
 *
 * @param ask gives what comes after a mark; after null: the beginning
 */
export function createPages<Key, Mark>(ask: (before: Date, after: Mark | null) => Promise<Page<Key, Mark>>) {
  let after: Mark | null = null;
  return async function nextPage(before: Date): Promise<Key[]> {
    const { keys, next } = await ask(before, after);
    after = next;
    return keys;
  };
}
