import type { NextFunction, Request, Response } from 'express';
import type { Logger } from 'pino';
import { passedOn, passOn, type Span, type Tracing } from '../domain/trace.ts';
import type { Route } from './route.ts';

/** One wide line for each request. */
export interface RequestRecord {
  request_id: string;
  trace_id: string | null;
  method: string;
  route: string | null;
  path: string;
  status: number;
  aborted: boolean;
  duration_ms: number;
  namespace: string | null;
  key_id: string | null;
  code: string | null;
}

/** What a request is told of by. */
export interface RequestRecordDeps {
  log: Logger;
  newRequestId: () => string;
  now: () => number;
  onRequest?: (record: RequestRecord) => void;
  tracing?: Tracing;
}

/** Gives the request its id; when it is answered, or its caller has gone, ends its span and writes one wide line. */
export function identify({ log, newRequestId, now, onRequest, tracing = passOn }: RequestRecordDeps) {
  return (request: Request, response: Response, next: NextFunction): void => {
    const started = now();
    const given = request.header('x-exosphere-request-id');
    const requestId = given !== undefined && /^[\x21-\x7e]{1,128}$/.test(given) ? given : newRequestId();
    response.locals.requestId = requestId;
    response.setHeader('x-exosphere-request-id', requestId);
    response.on('close', () => {
      const span: Span | undefined = response.locals.span;
      const record: RequestRecord = {
        request_id: requestId,
        trace_id: span?.traceId ?? null,
        method: request.method,
        route: response.locals.route ?? null,
        path: request.path,
        status: response.statusCode,
        aborted: !response.writableFinished,
        duration_ms: now() - started,
        namespace: response.locals.caller?.namespace ?? null,
        key_id: response.locals.caller?.keyId ?? null,
        code: response.locals.code ?? null,
      };
      if (span && tracing.isOn) endSpan(span, record);
      log.info(record, 'request');
      onRequest?.(record);
    });
    next();
  };
}

/** As OpenTelemetry's conventions for HTTP servers have it: what the caller did wrong is no error of the server. */
function endSpan(span: Span, { status, aborted, namespace, request_id, code }: RequestRecord): void {
  const attributes = {
    // Nobody was told a status that did not leave.
    'http.response.status_code': aborted ? undefined : status,
    'exosphere.namespace': namespace ?? undefined,
    'exosphere.request_id': request_id,
    'exosphere.problem': code ?? undefined,
  };
  span.end(attributes, aborted ? 'aborted' : status >= 500 ? String(status) : undefined);
}

/** The span of a request to a route that needs a key. */
export function beginSpan(tracing: Tracing, route: Route, request: Request): Span {
  const parent = request.header('traceparent');
  if (!tracing.isOn) return passedOn(parent);
  const attributes = { 'http.request.method': request.method, 'http.route': route.path };
  return tracing.begin(`${request.method} ${route.path}`, { kind: 'server', parent, attributes });
}
