/**
 * JSON Merge Patch, RFC 7396: objects merge member by member, `null` removes, anything else replaces.
 *
 * @returns a new value; neither argument is changed
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch;
  // A Map, because setting `__proto__` on an object would change what it inherits instead of a member.
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

/**
 * A merge patch over an object that has all the fields it can have: `null` for any other is kept, so that the schema of
 * the whole names it as unknown, as it does any other value there.
 */
export function patchFields(current: Record<string, unknown>, patch: Record<string, unknown>): Record<string, unknown> {
  const unknown = Object.entries(patch).filter(([name, value]) => value === null && !Object.hasOwn(current, name));
  return { ...(mergePatch(current, patch) as Record<string, unknown>), ...Object.fromEntries(unknown) };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
