import { useQuery } from '@tanstack/react-query';
import { sessionQuery } from './session.ts';

/** Whether who is signed in may change things of this area; the API decides, this only says it before. */
export function useMayWrite(area: 'webhooks' | 'rules' | 'deliveries'): boolean {
  const { data: session } = useQuery({ ...sessionQuery, enabled: false });
  const held = session?.scopes ?? [];
  return session?.bootstrap === true || held.includes('admin') || held.includes(`${area}:write`);
}
