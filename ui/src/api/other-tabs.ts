import type { Session } from './session.ts';

/*
 * The cookie is one for all tabs of a browser: who signs in or out in one of them does it for all, and a page that went on
 * would show another namespace under the former's name.
 */

/** Whose session it is now; null: nobody's. */
export type Owner = Pick<Session, 'namespace'> & { key: string | null };

export const ownerOf = ({ namespace, key }: Session): Owner => ({ namespace, key: key?.id ?? null });

export const isSameOwner = (one: Owner, other: Owner): boolean =>
  one.namespace === other.namespace && one.key === other.key;

const channel = new BroadcastChannel('exosphere-session');

/** Tells the other tabs that a person has signed in here, or out. */
export const tellOtherTabs = (owner: Owner | null): void => channel.postMessage(owner);

/** Hears of it in another tab. One listener: the router. */
export function whenOtherTab(listener: (owner: Owner | null) => void): void {
  channel.onmessage = ({ data }: MessageEvent<Owner | null>) => listener(data);
}
