import type { IncomingHttpHeaders } from 'node:http';

/** With `__Host-` a browser takes it only by https and for this very host: no other host of the domain can set it. */
const nameOf = (isSecure: boolean) => (isSecure ? '__Host-exosphere_session' : 'exosphere_session');

/** The session's cookie of a request, by the name that its scheme has; undefined where there is none. */
export function sessionCookieOf(headers: IncomingHttpHeaders, isSecure: boolean): string | undefined {
  const start = `${nameOf(isSecure)}=`;
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(start) && pair.length > start.length)?.slice(start.length);
}

/** A `set-cookie` that keeps a session in the browser. @param seconds how long */
export function keepSession(box: string, seconds: number, isSecure: boolean): string {
  const always = `${nameOf(isSecure)}=${box}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}`;
  return isSecure ? `${always}; Secure` : always;
}

/** A `set-cookie` that removes it. */
export const dropSession = (isSecure: boolean): string => keepSession('', 0, isSecure);
