import { z } from 'zod';
import { plainMessage } from '../domain/plain-message.ts';

/** One bad field: where it is, as `a.b[0]`, and what to do about it. */
export interface FieldError {
  path: string;
  message: string;
  /** 0-based offset into the field's text, where that helps (conditions). */
  position?: number;
  suggestion?: string;
}

/** An error with its answer: thrown anywhere under a route, turned into RFC 9457 `application/problem+json` in one place. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: FieldError[];
  readonly headers: Record<string, string>;

  constructor(
    status: number,
    code: string,
    detail: string,
    more: { errors?: FieldError[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.status = status;
    this.code = code;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

export const fieldErrorSchema = z.object({
  path: z.string(),
  message: z.string(),
  position: z.int().optional(),
  suggestion: z.string().optional(),
});

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string().describe('Stable; branch on this'),
    errors: z.array(fieldErrorSchema),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details' });

const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** The body of an error's answer. */
export function problemOf(error: ApiError): z.infer<typeof problemSchema> {
  const { status, code, message: detail, errors } = error;
  return { type: 'about:blank', title: titles[status] ?? 'Error', status, detail, code, errors };
}

/** 404 for an id that is not in the caller's namespace: whether it is in another one is nobody's business. */
export const notFound = (what: string) =>
  new ApiError(404, 'not_found', `There is no ${what} with this id in your namespace.`);

/** 413 for a body. @param limit bytes that are taken, unpacked */
export const tooLarge = (limit: number) =>
  new ApiError(413, 'too_large', `The body is over ${limit} bytes; send less.`);

/** 422 with one entry for each bad field. */
export const invalid = (errors: FieldError[], code = 'invalid') =>
  new ApiError(
    422,
    code,
    errors.length === 1 ? sentenceOf(errors[0] as FieldError) : `${errors.length} fields are invalid.`,
    {
      errors,
    },
  );

/** The body itself has no path. */
const sentenceOf = ({ path, message }: FieldError) => `${path === '' ? 'The body' : `${path}:`} ${message}`;

/** zod's issues as field errors; one for each unknown field. */
export function fieldErrors(error: z.ZodError, prefix = ''): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    const path = prefix + pathText(issue.path);
    // A check of ours may know where in the text the fault is: `params` of its issue.
    const more =
      issue.code === 'custom' ? (issue.params as Pick<FieldError, 'position' | 'suggestion'> | undefined) : undefined;
    if (issue.code !== 'unrecognized_keys') return [{ path, message: plainMessage(issue), ...more }];
    return issue.keys.map((key) => ({ path: path === '' ? key : `${path}.${key}`, message: 'is not a known field' }));
  });
}

function pathText(path: PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}
