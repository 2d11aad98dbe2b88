import type { UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import { ApiProblem } from '../../api/problem.ts';
import { faultsOf, fieldErrorsOf, type WebhookForm } from './form-values.ts';

/**
 * Saves a form: what is wrong with a field is said at it, and the first such field gets the focus.
 *
 * @param save gives what the API answers
 * @returns `failure`: what no field shows; null where there is none
 */
export function useSaving<T>(
  form: UseFormReturnType<WebhookForm>,
  save: (values: WebhookForm) => Promise<T>,
  onSaved: (saved: T) => void,
) {
  const work = useMutation({ mutationFn: save, onSuccess: onSaved, onError: showAtFields });

  function submit(): void {
    const values = form.getValues();
    const faults = faultsOf(values);
    form.setErrors(faults);
    if (!focusFirst(faults)) work.mutate(values);
  }

  function showAtFields(error: Error): void {
    if (!(error instanceof ApiProblem)) return;
    const { shown } = fieldErrorsOf(error.fields, form.getValues().headers);
    // Of a conflict the detail alone says what to do.
    if (error.status === 409) for (const path of Object.keys(shown)) shown[path] = error.message;
    form.setErrors(shown);
    focusFirst(shown);
  }

  /** Once they are drawn: a field may have been folded away. */
  function focusFirst(errors: Record<string, string>): boolean {
    const [first] = Object.keys(errors);
    if (first === undefined) return false;
    requestAnimationFrame(() => form.getInputNode(first as 'name')?.focus());
    return true;
  }

  return { submit, isSaving: work.isPending, failure: unshown(work.error, form) };
}

/** An error of which some field does not tell, with the fields that are not here. */
function unshown(error: Error | null, form: UseFormReturnType<WebhookForm>): Error | null {
  if (!(error instanceof ApiProblem) || error.fields.length === 0) return error;
  const { others } = fieldErrorsOf(error.fields, form.getValues().headers);
  if (others.length === 0) return null;
  const words = others.map(({ path, message }) => `${path}: ${message}`).join('; ');
  return new ApiProblem({ status: error.status, code: error.code, detail: words }, error.requestId);
}
