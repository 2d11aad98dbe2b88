/** Of the service itself: where its own Temporal is, and which Web UI shows that. */
export interface OwnServer {
  address: string | undefined;
  uiUrl: string | undefined;
}

const CLOUD = /\.(tmprl\.cloud|api\.temporal\.io)$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/;
/** How far a dev server's Web UI is from its port, if nobody says otherwise: `temporal server start-dev --help`. */
const DEV_SERVER_UI_BEHIND = 1_000;

/**
 * The Web UI that shows a watched cluster.
 *
 * @param source its `address` as `host:port`, and its `ui_url` where somebody has said so
 * @returns the base of its addresses, without a trailing slash; null where none is known
 */
export function uiUrlOf(source: { address: string; ui_url: string | null }, own: OwnServer): string | null {
  if (source.ui_url !== null) return source.ui_url.replace(/\/+$/, '');
  if (source.address === own.address && own.uiUrl !== undefined) return own.uiUrl;
  const host = source.address.replace(/:\d+$/, '').toLowerCase();
  if (CLOUD.test(host)) return 'https://cloud.temporal.io';
  const port = Number(source.address.slice(host.length + 1)) + DEV_SERVER_UI_BEHIND;
  return LOOPBACK.test(host) ? `http://${host}:${port}` : null;
}
