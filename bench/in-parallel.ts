/**
 * Maps a list with at most `limit` of it under way at once, keeping the order.
 *
 * @throws the first error of `work`, once those under way have ended
 */
export async function inParallel<T, R>(list: T[], limit: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(list.length);
  const entries = list.entries();
  const lane = async () => {
    // All lanes draw from one iterator: each entry is taken once.
    for (const [index, item] of entries) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, list.length) }, lane));
  return results;
}
