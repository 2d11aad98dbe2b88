import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { ROOT } from './repository.ts';

/** A request and its answer, as far as the API's description speaks of them. */
export interface Exchange {
  method: string;
  /** As sent, with the query. */
  path: string;
  status: number;
  /** The content type, '' where there is none. */
  type: string;
  text: string;
  header(name: string): string | null | undefined;
}

interface Answer {
  headers?: Record<string, { required?: boolean }>;
  content?: Record<string, { schema: object }>;
}
interface Description {
  paths: Record<string, Record<string, { responses: Record<string, Answer> }>>;
}

const description = JSON.parse(readFileSync(join(ROOT, 'docs', 'openapi.json'), 'utf8')) as Description;

/** What answers beside the API: pages for people. */
const PAGES = /^\/(docs|inbox)(\/|$)/;
/** How V8 writes a line of a stack. */
const STACK = /\n\s+at \S|\\n\s+at \S|node_modules/;

const ajv = new Ajv2020({ strict: false, allErrors: true });
// Of RFC 3339's times the contract has those with Z.
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
ajv.addSchema(description, 'openapi.json');
const validators = new Map<string, ValidateFunction>();

const patterns = Object.keys(description.paths)
  // `/v1/alert-rules/presets` before `/v1/alert-rules/{id}`, as Express is wired.
  .sort((a, b) => a.split('{').length - b.split('{').length)
  .map((path) => ({ path, pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`) }));

/** What of an answer is not as `docs/openapi.json` says; undefined where all is. */
export function nonconformity(exchange: Exchange): string | undefined {
  const { method, status, text } = exchange;
  if (STACK.test(text)) return 'has a stack trace';
  const path = exchange.path.split(/[?#]/)[0] ?? '';
  if (PAGES.test(path)) return undefined;
  // What cannot be read as HTTP is nobody's operation.
  if (status === 431 || status === 408) return problemFault(exchange);
  const known = patterns.filter(({ pattern }) => pattern.test(path));
  const found = known.find((each) => description.paths[each.path]?.[method.toLowerCase()] !== undefined);
  if (found === undefined) return unknownRouteFault(exchange, known.length > 0);
  const verb = method.toLowerCase();
  const answer = description.paths[found.path]?.[verb]?.responses[status];
  if (answer === undefined) return `has the status ${status}, of which its description knows nothing`;
  const missing = Object.entries(answer.headers ?? {}).find(
    ([name, { required }]) => required && !exchange.header(name),
  );
  if (missing) return `lacks the header ${missing[0]}`;
  return bodyFault(exchange, answer, ['paths', found.path, verb, 'responses', String(status)]);
}

function unknownRouteFault(exchange: Exchange, isPathKnown: boolean): string | undefined {
  const { status, method } = exchange;
  // Express answers HEAD by GET.
  if (method === 'HEAD' && isPathKnown) return undefined;
  const expected = isPathKnown ? 405 : 404;
  if (status !== expected) return `has the status ${status}, and there is no such operation (${expected})`;
  if (status === 405 && !exchange.header('allow')) return 'lacks the header allow';
  return problemFault(exchange);
}

function bodyFault({ type, text }: Exchange, { content }: Answer, place: string[]): string | undefined {
  if (content === undefined) return text === '' ? undefined : 'has a body, which its description does not';
  const [kind = ''] = type.split(';');
  if (content[kind.trim()] === undefined) return `is of type "${type}", not ${Object.keys(content).join(' or ')}`;
  // The one page that is no JSON, for Prometheus, has no structure that a schema could tell.
  if (kind.trim() === 'text/plain') return undefined;
  return schemaFault(text, [...place, 'content', kind.trim(), 'schema']);
}

function problemFault({ type, text }: Exchange): string | undefined {
  if (!/^application\/problem\+json(;|$)/.test(type)) return `is of type "${type}"`;
  return schemaFault(text, ['components', 'schemas', 'Problem']);
}

function schemaFault(text: string, place: string[]): string | undefined {
  const pointer = place.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
  const validate = validators.get(pointer) ?? ajv.compile({ $ref: `openapi.json#/${pointer}` });
  validators.set(pointer, validate);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return `is no JSON: ${(error as Error).message}`;
  }
  return validate(body) ? undefined : `breaks its schema: ${ajv.errorsText(validate.errors, { dataVar: 'body' })}`;
}

const found: string[] = [];

/** Checks an answer. @throws Error that says what is wrong; it is kept too, for a test may expect calls to fail */
export function requireConformity(exchange: Exchange): void {
  const fault = nonconformity(exchange);
  if (fault === undefined) return;
  const { method, path, status, text } = exchange;
  const message = `${method} ${path.slice(0, 300)} → ${status} ${fault}\n${text.slice(0, 2_000)}`;
  found.push(message);
  throw new Error(message);
}

/** What was wrong with answers since the last call. */
export const takeNonconformities = (): string[] => found.splice(0);
