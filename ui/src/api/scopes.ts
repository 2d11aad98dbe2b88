import type { components } from '@exosphere/alerts/openapi';

export type Scope = components['schemas']['ApiKey']['scopes'][number];

/** Whether a key with these scopes may do what asks for one, as the service decides it: `write` is `read` of the same too. */
export function allows(held: readonly string[], asked: Scope): boolean {
  if (held.includes('admin') || held.includes(asked)) return true;
  const [area, right] = asked.split(':');
  return right === 'read' && held.includes(`${area}:write`);
}
