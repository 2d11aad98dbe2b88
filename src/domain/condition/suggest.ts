/**
 * The known name that a mistyped one was probably meant to be.
 *
 * @returns the nearest within a third of its length (at least 1 and at most 3 edits), or undefined
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const allowed = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((left, right) => left.distance - right.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= allowed ? best.candidate : undefined;
}

/** Damerau–Levenshtein without repeats: a swap of neighbours, the commonest slip, counts as one edit. */
function editDistance(from: string, to: string): number {
  // A row for each character of `from`, a column for each of `to`, both with an empty one before them.
  const rows: number[][] = Array.from({ length: from.length + 1 }, (_, index) => [index]);
  for (let j = 1; j <= to.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      rows[i]![j] = Math.min(
        rows[i - 1]![j]! + 1,
        rows[i]![j - 1]! + 1,
        rows[i - 1]![j - 1]! + (same ? 0 : 1),
        swapped ? rows[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return rows[from.length]![to.length]!;
}
