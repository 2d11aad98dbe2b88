import { z } from 'zod';
import { problemSchema } from './problem.ts';

/** Schemas and answers that several resources share. */

export const idParams = z.object({ id: z.string() });

/** A name is shown in lists, summaries and messages: one line. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(100, 'must be at most 100 characters')
  .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

export const descriptionSchema = z.string().max(1_000, 'must be at most 1,000 characters').nullable().default(null);

/** RFC 7396's own type, and the plain one that most clients send. */
export const patchTypes = ['application/json', 'application/merge-patch+json'];

/** A first look at a body whose fields are judged all together, later: an object, whatever is in it. */
export const objectSchema = z.record(z.string(), z.unknown());

/** A time in answers: RFC 3339 with `Z`. Handlers give a Date, and JSON writes it so. */
export const timeSchema = z
  .union([z.iso.datetime(), z.date()])
  .meta({ override: { type: 'string', format: 'date-time' } });

const problem = (description: string) => ({ description, schema: problemSchema });

const problems = {
  400: problem('The request cannot be read: malformed JSON, a broken path or encoding'),
  401: problem('No API key, or an unknown one'),
  404: problem('Not in your namespace'),
  409: problem('Conflict'),
  413: problem('Too large'),
  415: problem('Not JSON'),
  422: problem('Well-formed but invalid: one entry in `errors` for each bad field'),
  429: problem('Too many at once, or too many bad API keys from your address; see `Retry-After`'),
  503: problem('PostgreSQL or Temporal is away; nothing was half-done. See `Retry-After`'),
};

/** The error answers of a route: those of every route, and the ones named. */
export function commonReplies(...more: (keyof typeof problems)[]) {
  return Object.fromEntries(([400, 401, 422, 429, 503, ...more] as const).map((status) => [status, problems[status]]));
}

/** The error answers that a body adds. */
export const bodyReplies = [413, 415] as const;
