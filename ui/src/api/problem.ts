import type { components } from '@exosphere/alerts/openapi';

type Problem = components['schemas']['Problem'];

/** A request that did not succeed: what the API said (RFC 9457), and the id to tell the operator. */
export class ApiProblem extends Error {
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;
  /** Stable word of the API; `unreachable` where there was no answer. */
  readonly code: string;
  /** One entry for each bad field, for forms. */
  readonly fields: Problem['errors'];
  readonly requestId: string | null;

  constructor(problem: Pick<Problem, 'status' | 'code' | 'detail'> & Partial<Problem>, requestId: string | null) {
    super(problem.detail);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.fields = problem.errors ?? [];
    this.requestId = requestId;
  }
}

/** The error of an answer that is none of success; its body is read. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const requestId = response.headers.get('x-exosphere-request-id');
  try {
    const problem = (await response.json()) as Problem;
    if (typeof problem.detail === 'string') return new ApiProblem(problem, requestId);
  } catch {
    // A proxy's page, or a connection that broke.
  }
  const detail = `The server answered ${response.status} ${response.statusText}`.trim();
  return new ApiProblem({ status: response.status, code: 'unknown', detail: `${detail}.` }, requestId);
}

/** The error of a request that nobody answered. */
export const unreachable = () =>
  new ApiProblem(
    { status: 0, code: 'unreachable', detail: 'The service cannot be reached. Check that it runs, and your network.' },
    null,
  );

/** Any thrown thing as a sentence for people. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
