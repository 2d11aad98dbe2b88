import { useQuery } from '@tanstack/react-query';
import { allows, type Scope } from '../api/scopes.ts';
import { type Session, sessionQuery } from '../api/session.ts';

/** Who is signed in. No page but the sign-in page is drawn for anybody else. */
export function useSession(): Session | undefined {
  return useQuery({ ...sessionQuery, enabled: false }).data ?? undefined;
}

/** Whether the key that one is signed in with has a scope: what it may not do is not offered, nor asked for. */
export function useMay(): (scope: Scope) => boolean {
  const session = useSession();
  return (scope) => session !== undefined && allows(session.scopes, scope);
}
