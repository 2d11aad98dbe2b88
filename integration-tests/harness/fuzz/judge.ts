import type { Operation } from './operations.ts';
import type { RawAnswer } from './raw-http.ts';
import { type FuzzRequest, mustBeRefused } from './requests.ts';

/** These answer for each part of their body by itself, or only say what would be. */
const TOLERANT = /\/(batch|validate|test)$/;

/**
 * What is wrong with an answer by the contract, §2; undefined where nothing is.
 *
 * @param written rows that the API wrote meanwhile
 */
export function faultOf(
  operation: Operation,
  request: FuzzRequest,
  answer: RawAnswer,
  written: number,
): string | undefined {
  const { status } = answer;
  if (status >= 500) return `answered ${status}`;
  if (status >= 400) return written > 0 ? `refused, and wrote ${written} row(s)` : problemFault(answer);
  if (operation.method === 'GET' && written > 0) return `a GET wrote ${written} row(s)`;
  if (!operation.statuses.includes(status)) return `answered ${status}, which is not in its description`;
  if (!TOLERANT.test(operation.path) && mustBeRefused(request, operation)) return `was taken, with ${status}`;
  return undefined;
}

function problemFault({ status, type, body }: RawAnswer): string | undefined {
  if (type !== 'application/problem+json' && !type.startsWith('application/problem+json;')) return `is of type ${type}`;
  const isText = (value: unknown) => typeof value === 'string' && value !== '';
  if (body.status !== status) return `says ${body.status} in an answer of ${status}`;
  if (![body.type, body.title, body.detail, body.code].every(isText)) return 'is no whole problem';
  if (!/^[a-z0-9_]+$/.test(body.code)) return `has the code ${body.code}`;
  const errors: unknown = body.errors;
  if (!Array.isArray(errors)) return 'has no `errors`';
  if (status === 422 && errors.length === 0) return 'names no bad field';
  const isEntry = ({ path, message }: { path: unknown; message: unknown }) =>
    typeof path === 'string' && isText(message);
  return errors.every(isEntry) ? undefined : 'has an entry in `errors` without path or message';
}
