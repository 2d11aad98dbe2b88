import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** A year, as the HSTS preload list asks for at least. */
const HSTS_S = 31_536_000;

/**
 * What tells a browser to do nothing with an answer but read it: no script, no frame, no guess of its type. A page sets a
 * policy of its own (`docs-page.ts`).
 *
 * @param isHttps whether people come by https, behind a proxy that ends TLS: only then may the service ask for it
 */
export function securityHeaders(isHttps: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // Other hosts of the domain are nobody's business here.
    strictTransportSecurity: isHttps ? { maxAge: HSTS_S, includeSubDomains: false } : false,
    xFrameOptions: { action: 'deny' },
    // For documents that open others, for Flash, or for browsers that the policy above has replaced: an answer in JSON has no
    // use for them, and each costs on every one.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
}
