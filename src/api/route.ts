import type { ServerResponse } from 'node:http';
import type { z } from 'zod';
import type { AuditAction } from '../domain/audit.ts';
import type { RequiredScope } from '../domain/scope.ts';
import { fieldErrors, invalid, problemSchema } from './problem.ts';
import type { Session } from './session-token.ts';

/** The id of the operator's key, which has no row. */
export const BOOTSTRAP_KEY_ID = 'key_bootstrap';

/** Who calls: the key, and the namespace that everything the call sees belongs to. */
export interface Caller {
  keyId: string;
  namespace: string;
  scopes: readonly string[];
  /** Where it came by a browser's session in place of a key. */
  session?: Session;
}

/** A call that has passed authentication and its route's schemas. */
export interface Call<P = unknown, Q = unknown, B = unknown> {
  caller: Caller;
  params: P;
  query: Q;
  body: B;
  /** What this call causes goes on with it; undefined where it is part of no trace. */
  traceparent: string | undefined;
  /** As answered in `x-exosphere-request-id`. */
  requestId: string;
  /** Rejects with an ApiError once the key or session is not good any more. */
  recheck(): Promise<unknown>;
  /** Whether the browser came by https, as far as trusted proxies say. */
  isSecure: boolean;
  /** A request header's value, by lower-case name. */
  header(name: string): string | undefined;
}

export interface Reply {
  status: number;
  body?: unknown;
  /** In place of `body`: text as it is, with a `content-type` among the headers. */
  text?: string;
  headers?: Record<string, string>;
  /** In place of both: writes the answer bit by bit. Its head is sent with the first of them, or as it resolves. */
  stream?(response: ServerResponse): Promise<void>;
}

/** What the body is made of; `lossless` keeps numbers that a double cannot hold. */
export interface BodyRules<B> {
  schema: z.ZodType<B>;
  /** What OpenAPI shows where the handler reads the body by itself. */
  documentAs?: z.ZodType;
  lossless?: boolean;
  maxBytes?: number;
  contentTypes?: string[];
  /** True where no body at all is fine; the handler then gets undefined. */
  optional?: boolean;
  /** True where the handler itself bounds depth and keys, entry by entry, as for a batch. */
  boundedByHandler?: boolean;
}

/**
 * One route: what it takes, what it gives, and its handler. Express is wired from it and OpenAPI written from it,
 * so neither can say what the other does not.
 */
export interface Route {
  method: 'get' | 'post' | 'patch' | 'delete';
  /** In OpenAPI's form: `/v1/webhooks/{id}`. */
  path: string;
  operationId: string;
  summary: string;
  description?: string;
  tag: string;
  /** What a success leaves in the audit log, or why it leaves nothing; undefined for what only reads. */
  audit?: AuditAction | NotAudited | undefined;
  /** False for what anyone may read. */
  authenticated: boolean;
  /** What the key must be allowed to do; undefined where none is needed. */
  scope?: RequiredScope | undefined;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: BodyRules<unknown>;
  /** `contentType` where it is neither JSON nor a problem. */
  replies: Record<number, { description: string; schema?: z.ZodType; contentType?: string }>;
  /** True where the body proves who calls: what fails counts as a bad key does, and no foreign page may send it. */
  signsIn?: boolean;
  /** Refuses a caller before a byte of the body is read. @throws ApiError */
  admit?(caller: Caller): void;
  handle(call: Call<unknown, unknown, unknown>): Promise<Reply>;
}

/** Why a call that is no GET leaves no entry. */
export interface NotAudited {
  none: string;
}

/** Whoever adds a route that changes something has to say what the audit log is to have of it. */
type Told =
  | { method: 'get'; audit?: undefined }
  | { method: Exclude<Route['method'], 'get'>; audit: AuditAction | NotAudited };

/** And which scope it needs, or that it needs no key at all. */
type Access = { authenticated?: true; scope: RequiredScope } | { authenticated: false; scope?: undefined };

type Shared = Omit<Route, 'method' | 'audit' | 'params' | 'query' | 'body' | 'handle' | 'authenticated' | 'scope'>;

type Definition<P, Q, B> = Shared &
  Told &
  Access & {
    params?: z.ZodType<P>;
    query?: z.ZodType<Q>;
    body?: BodyRules<B>;
    handle(call: Call<P, Q, B>): Promise<Reply>;
  };

/** Types a route's handler by its schemas, and adds what its scope may answer. */
export function route<P = undefined, Q = undefined, B = undefined>(definition: Definition<P, Q, B>): Route {
  const { scope } = definition;
  const lacksScope = { description: `The key lacks the scope \`${scope}\``, schema: problemSchema };
  const foreign = { description: 'By a session, without its CSRF token or from another site', schema: problemSchema };
  // Any change that a session makes may be refused as a foreign page's.
  const ofAny = scope === 'any' && definition.method !== 'get' ? { 403: foreign } : {};
  const replies = scope === undefined || scope === 'any' ? ofAny : { 403: lacksScope };
  return { authenticated: true, ...definition, replies: { ...replies, ...definition.replies } } as unknown as Route;
}

/** The merged whole of a patch, by its schema; what is wrong with it is the patch's fault. @throws ApiError 422 */
export function parseMerged<T>(schema: z.ZodType<T>, merged: unknown): T {
  const parsed = schema.safeParse(merged);
  if (!parsed.success) throw invalid(fieldErrors(parsed.error));
  return parsed.data;
}
