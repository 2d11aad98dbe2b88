/** What an API key may be allowed to do. `write` is `read` of the same too, `admin` is everything. */
export const scopes = [
  'webhooks:read',
  'webhooks:write',
  'rules:read',
  'rules:write',
  'events:write',
  'deliveries:read',
  'deliveries:write',
  'admin',
] as const;

export type Scope = (typeof scopes)[number];

/** What a route asks of a key: a scope, or only that it is a key. */
export type RequiredScope = Scope | 'any';

/** Whether a key with these scopes has what is asked for. */
export function allows(held: readonly string[], required: RequiredScope): boolean {
  if (required === 'any' || held.includes('admin') || held.includes(required)) return true;
  const [area, right] = required.split(':');
  return right === 'read' && held.includes(`${area}:write`);
}
