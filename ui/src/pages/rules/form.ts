import type { Json } from './draft.ts';

/** What every part of the form gets. */
export interface FormPart {
  draft: Json;
  /** Changes one value, by its path; undefined takes it away. */
  set: (path: string, value: unknown) => void;
  /** What is wrong with a field, of its entries too; undefined where nothing is, or where nobody has touched it yet. */
  errorOf: (path: string) => string | undefined;
}

interface FieldError {
  path: string;
  message: string;
}

/** The first error of a field or of what is in it. */
export const errorAt = (errors: FieldError[], path: string): string | undefined =>
  errors.find((error) => error.path === path || error.path.startsWith(`${path}[`) || error.path.startsWith(`${path}.`))
    ?.message;
