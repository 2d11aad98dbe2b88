import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import type { Logger } from 'pino';
import { answerAndClose } from './api/answer-and-close.ts';
import { type Authenticate, requireScope } from './api/auth.ts';
import type { BadKeyLimit } from './api/bad-key-limit.ts';
import { outageOf } from './api/outage.ts';
import { ApiError, problemOf, tooLarge } from './api/problem.ts';
import { parseRequest, readRawBody } from './api/request.ts';
import { beginSpan, identify, type RequestRecord } from './api/request-record.ts';
import type { Reply, Route } from './api/route.ts';
import { requireSameOrigin } from './api/same-origin.ts';
import { securityHeaders } from './api/security-headers.ts';
import { passOn, type Span, type Tracing } from './domain/trace.ts';

/** What the HTTP side needs; `extra` are routers beside the API, such as the documents' pages. */
export interface AppDeps {
  routes: Route[];
  authenticate: Authenticate;
  badKeys: BadKeyLimit;
  /** CIDRs of the proxies whose word on the caller's address counts. */
  trustedProxies: string[];
  /** Whether people come by https. */
  isHttps: boolean;
  log: Logger;
  newRequestId: () => string;
  now: () => number;
  /** Told of each request that was answered, as its log line is. */
  onRequest?: (record: RequestRecord) => void;
  tracing?: Tracing;
  extra?: { path: string; router: express.Router }[];
}

/** Express wired from the routes: request id, key, body, schema, handler, and one place where errors become answers. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  // An ETag is a hash over every answer, and no client of a JSON API asks for it.
  app.disable('etag');
  // Express's own last resort shows stacks in any other.
  app.set('env', 'production');
  app.set('trust proxy', deps.trustedProxies);
  app.use(identify(deps));
  app.use(securityHeaders(deps.isHttps));
  for (const route of deps.routes) mount(app, route, deps);
  for (const { path, router } of deps.extra ?? []) app.use(path, router);
  app.use(noSuchRoute(deps.routes));
  app.use(answerErrors(deps.log));
  return app;
}

function mount(app: Express, route: Route, { authenticate, badKeys, tracing = passOn }: AppDeps): void {
  const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
  const readBody = route.body ? [readRawBody(route.body)] : [];
  // The key is checked before a byte of the body is read.
  const admit = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    response.locals.route = route.path;
    // Secrets are among what is answered.
    response.setHeader('cache-control', 'no-store');
    if (route.signsIn) requireSameOrigin(request);
    if (route.authenticated) {
      // Probes and scrapes are no part of anybody's trace.
      response.locals.span = beginSpan(tracing, route, request);
      try {
        response.locals.caller = await authenticate(request);
      } catch (error) {
        throw badKeys.refusal(request.ip, error);
      }
      if (route.scope !== undefined) requireScope(response.locals.caller, route.scope);
      route.admit?.(response.locals.caller);
    }
    next();
  };
  const handle = async (request: Request, response: Response): Promise<void> => {
    const parsed = parseRequest(route, request);
    const { caller, requestId, span } = response.locals;
    const { traceparent } = (span ?? {}) as Partial<Span>;
    const header = (name: string) => request.header(name);
    const recheck = () => authenticate(request);
    const call = { ...parsed, caller, requestId, traceparent, isSecure: request.secure, header, recheck };
    const reply = await (route.signsIn ? counted(request, route.handle(call)) : route.handle(call));
    if (reply.headers) response.set(reply.headers);
    response.status(reply.status);
    if (reply.stream !== undefined && request.method !== 'HEAD') await reply.stream(response);
    else if (reply.text !== undefined) response.send(reply.text);
    else if (reply.body === undefined) response.end();
    else response.type('application/json').send(JSON.stringify(reply.body));
  };
  const counted = (request: Request, reply: Promise<Reply>) =>
    reply.catch((error) => {
      throw badKeys.refusal(request.ip, error);
    });
  app[route.method](path, admit, ...readBody, handle);
}

/** 405 where the path is known with another method, 404 otherwise. */
function noSuchRoute(routes: Route[]) {
  const known = routes.map((route) => ({
    method: route.method.toUpperCase(),
    isLiteral: !route.path.includes('{'),
    pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  }));
  return (request: Request): never => {
    const matching = known.filter(({ pattern }) => pattern.test(request.path));
    // `/v1/dead-letters/retry` is no dead letter's path.
    const literal = matching.filter(({ isLiteral }) => isLiteral);
    const methods = (literal.length > 0 ? literal : matching).map(({ method }) => method);
    if (methods.length > 0) {
      const allow = [...new Set(methods)].join(', ');
      throw new ApiError(405, 'method_not_allowed', `${request.path} takes ${allow}.`, { headers: { allow } });
    }
    throw new ApiError(404, 'route_not_found', `There is no ${request.method} ${request.path}; see /docs.`);
  };
}

/** Every error becomes RFC 9457 problem details; what nobody foresaw is logged whole and told as a bare 500. */
function answerErrors(log: Logger) {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const known = error instanceof ApiError ? error : (bodyError(error) ?? outageOf(error));
    const answer =
      known ?? new ApiError(500, 'internal', 'Something went wrong here. Tell the operator the request id.');
    if (answer.status >= 500) {
      log[known ? 'warn' : 'error']({ err: error, request_id: response.locals.requestId }, 'request failed');
    }
    response.locals.code = answer.code;
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.status(answer.status).set(answer.headers).type('application/problem+json');
    const text = JSON.stringify(problemOf(answer));
    if (answer.status === 413 && !request.complete) answerAndClose(request, response, text);
    else response.send(text);
  };
}

/** Errors of Express's own reader and router, by the `type` or `status` that they carry. */
function bodyError(error: unknown): ApiError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { type, status, limit } = error as { type?: string; status?: number; limit?: number };
  if (type === 'entity.too.large') return tooLarge(limit ?? 0);
  if (type === 'encoding.unsupported') {
    return new ApiError(
      415,
      'unsupported_encoding',
      'Send the body as it is, or compressed by gzip, deflate, br or zstd.',
    );
  }
  // Cut off, shorter than announced, a broken gzip, a path with a broken percent-encoding.
  if (status === 400) return new ApiError(400, 'malformed_request', `The request cannot be read: ${error.message}`);
  return undefined;
}
