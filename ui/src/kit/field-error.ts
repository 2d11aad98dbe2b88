import { ApiProblem } from '../api/problem.ts';

/** What the API says of one field of a form. @param path as in its `errors` */
export const fieldError = (error: unknown, path: string): string | undefined =>
  error instanceof ApiProblem ? error.fields?.find((each) => each.path === path)?.message : undefined;
