type Json = Record<string, unknown>;

/**
 * The merge patch (RFC 7396) that makes `after` from `before`: an edit form sends only what was changed, so what it did
 * not show, and what others have changed meanwhile, stays.
 *
 * @returns {} where nothing differs
 */
export function mergeDiff(before: Json, after: Json): Json {
  const patch: Json = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, wanted] = [before[name], after[name]];
    if (isSame(old, wanted)) continue;
    if (wanted === undefined || wanted === null) patch[name] = null;
    else patch[name] = isObject(old) && isObject(wanted) ? mergeDiff(old, wanted) : wanted;
  }
  return patch;
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isSame(one: unknown, other: unknown): boolean {
  if (isObject(one) && isObject(other)) return Object.keys(mergeDiff(one, other)).length === 0;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isSame(item, other[index]));
  return (one ?? null) === (other ?? null);
}
