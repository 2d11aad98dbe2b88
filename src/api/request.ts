import express, { type Request, type RequestHandler } from 'express';
import type { z } from 'zod';
import { checkJsonValue, JsonDepthError, parseLossless } from '../domain/lossless-json.ts';
import { ApiError, fieldErrors, invalid, notFound, tooLarge } from './problem.ts';
import type { BodyRules, Route } from './route.ts';

/** Bound of a body, unless its route says otherwise; contract §2. */
export const MAX_BODY_BYTES = 256 * 1024;

/**
 * Express's own reader of raw bodies, bounded; what is beyond answers 413. One that is announced as too large need not be sent
 * at all, and of any other no more is read than its bound (see answer-and-close.ts): Express's reader would go on to its end.
 */
export function readRawBody(rules: BodyRules<unknown>): RequestHandler {
  const limit = rules.maxBytes ?? MAX_BODY_BYTES;
  const read = express.raw({ type: () => true, limit, inflate: true });
  return (request, response, next) => {
    if (Number(request.headers['content-length']) > limit) {
      next(tooLarge(limit));
      return;
    }
    let seen = 0;
    let isOver = false;
    const goOn = (error?: unknown) => {
      // Express's reader is heard of once more, when it has come to the end of what was refused.
      if (isOver) return;
      isOver = true;
      request.off('data', count);
      next(error);
    };
    const count = (chunk: Buffer) => {
      seen += chunk.length;
      if (seen > limit) goOn(tooLarge(limit));
    };
    request.on('data', count);
    read(request, response, goOn);
  };
}

/**
 * Reads a request by its route's schemas.
 *
 * @throws ApiError 400, 415 or 422, with one entry for each bad field
 */
export function parseRequest(route: Route, request: Request): { params: unknown; query: unknown; body: unknown } {
  return {
    params: route.params ? parseParams(route.params, request) : undefined,
    query: route.query ? parseQuery(route.query, request) : undefined,
    body: route.body ? parseBody(route.body, request) : undefined,
  };
}

/** An id with what no id can hold, such as U+0000, is one that is not there. */
function parseParams(schema: z.ZodType, request: Request): unknown {
  if (checkJsonValue(request.params).length > 0) throw notFound('such thing');
  return check(schema, request.params);
}

function parseQuery(schema: z.ZodType, request: Request): unknown {
  const faults = checkJsonValue(request.query);
  if (faults.length > 0) throw invalid(faults);
  return check(schema, request.query);
}

function parseBody(rules: BodyRules<unknown>, request: Request): unknown {
  // Clients that send no body often say so by `content-length: 0`, of whatever type.
  if (rules.optional && !(Buffer.isBuffer(request.body) && request.body.length > 0)) return undefined;
  const types = rules.contentTypes ?? ['application/json'];
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.find((parameter) => parameter.trim().startsWith('charset='));
  if (!types.includes(type.trim()) || (charset !== undefined && !/=\s*"?utf-8"?\s*$/.test(charset))) {
    throw new ApiError(415, 'unsupported_media_type', `Send the body as ${types.join(' or ')}, in UTF-8.`);
  }
  const value = parseJson(request.body, rules.lossless ?? false);
  // What is kept as received may have any key; of all else none may be dropped in silence.
  const faults = rules.boundedByHandler ? [] : checkJsonValue(value, { protoKey: rules.lossless ?? false });
  if (faults.length > 0) throw invalid(faults);
  return check(rules.schema, value);
}

function parseJson(bytes: unknown, lossless: boolean): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.isBuffer(bytes) ? bytes : new Uint8Array());
    return lossless ? parseLossless(text) : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof JsonDepthError)
      throw invalid([{ path: '', message: 'is nested over 64 levels deep: flatten it' }]);
    throw new ApiError(400, 'malformed_json', `The body is not JSON in UTF-8: ${(cause as Error).message}`, { cause });
  }
}

function check(schema: z.ZodType, value: unknown): unknown {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(fieldErrors(parsed.error));
  return parsed.data;
}
