import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import { assets } from './assets.ts';
import { notBuiltPage } from './not-built-page.ts';
import { pagePolicy } from './page-policy.ts';

export interface WebUiDeps {
  /** Where `npm run ui:build` has put the UI. */
  folder: string;
  randomBytes: (size: number) => Uint8Array;
}

/** What Vite has written where a nonce belongs: `html.cspNonce` of ui/vite.config.ts. */
const PLACEHOLDER = '__CSP_NONCE__';

/** 128 bits, as CSP asks for. */
const NONCE_BYTES = 16;

/** What programs ask for: a mistake there is told them in the API's own form, never by a page. */
const NO_PAGES = /^\/(v1|docs|schemas|openapi\.json|healthz|readyz|metrics|inbox|assets)(\/|$)/;

/**
 * The web UI: its assets, and its one page at every path that a browser goes to and that is none of the API. The page's own
 * router reads the path. To be mounted after all other routes.
 */
export function webUi({ folder, randomBytes }: WebUiDeps): Router {
  const router = express.Router();
  // Or Express would answer OPTIONS for every path of the API, by what this router has.
  router.use(({ method }, _response, next) => next(method === 'GET' || method === 'HEAD' ? undefined : 'router'));
  router.get('/assets/:name', assets(join(folder, 'assets')));
  router.get('/{*path}', (request: Request, response: Response, next: NextFunction) => {
    if (!isNavigation(request)) return next();
    const page = readPage(join(folder, 'index.html'));
    const nonce = Buffer.from(randomBytes(NONCE_BYTES)).toString('base64');
    response.set({
      'content-security-policy': pagePolicy(nonce),
      // Its nonce is of this answer alone.
      'cache-control': 'no-store',
      // A page that has opened this one gets no hold of it. By http browsers ignore it, and complain.
      ...(request.secure ? { 'cross-origin-opener-policy': 'same-origin' } : {}),
    });
    response
      .status(page === undefined ? 503 : 200)
      .type('html')
      .send(page?.replaceAll(PLACEHOLDER, nonce) ?? notBuiltPage());
  });
  return router;
}

/** Express gives HEAD to it too. A program that takes anything (`curl`) is no browser. */
const isNavigation = (request: Request): boolean =>
  !NO_PAGES.test(request.path) && /\btext\/html\b/.test(request.get('accept') ?? '');

/** Read each time: a build while the service runs is seen at once, and it is a kilobyte from the system's cache. */
function readPage(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
