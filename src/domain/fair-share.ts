/**
 * The one rule by which whatever a process has little of is shared: nobody holds more than a multiple of what is still
 * free. One that has nothing finds room as long as there is any, and nobody has to say how many there are.
 *
 * @param own what the one who asks for another holds
 * @param all what everybody holds, it included
 * @param max what there is
 * @param times of what is free: with 1 one alone gets a half, with 3 three quarters
 */
export function hasShare(own: number, all: number, max: number, times: number): boolean {
  return own < times * (max - all);
}

/** Who has had its turn is last. A map is a line: its order is that in which its keys came in. */
export function toTheEnd<Key, Value>(line: Map<Key, Value>, key: Key): void {
  if (!line.has(key)) return;
  const value = line.get(key) as Value;
  line.delete(key);
  line.set(key, value);
}
