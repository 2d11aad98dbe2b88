import { useState } from 'react';
import { RetryEditor } from '../../kit/retry-editor.tsx';
import { type Policy, policyOf, type RetryForm, retryFormOf } from '../../kit/retry-form.ts';
import { at, type Json, withValue } from './draft.ts';
import type { FormPart } from './form.ts';

/** A retry policy that the rule has in place of those of its webhooks. */
export function RetryFields({ draft, set, errorOf }: FormPart) {
  const given = (draft.retry_policy ?? null) as Policy | null;
  const [form, setForm] = useState(() => retryFormOf(given));
  // What is typed stands, until the draft has become another one by itself: by the YAML, by Undo.
  const value =
    JSON.stringify(policyOf(form)) === JSON.stringify(policyOf(retryFormOf(given))) ? form : retryFormOf(given);
  const change = (path: string, next: unknown) => {
    const changed = withValue({ ...value }, path, next ?? '') as unknown as RetryForm;
    setForm(changed);
    set('retry_policy', policyOf(changed) ?? undefined);
  };
  return (
    <RetryEditor
      value={value}
      set={change}
      bind={(path) => ({
        value: at(value as unknown as Json, path) ?? '',
        error: errorOf(`retry_policy.${path}`),
        onChange: (next: unknown) => change(path, textIn(next)),
      })}
      otherwise={{ label: 'Webhook’s', text: 'As each webhook has it.' }}
      note="What is left empty is as each webhook has it; the waits here are those of a webhook with the defaults."
    />
  );
}

/** Of an input's event, or what a number's field gives by itself. */
const textIn = (next: unknown): unknown =>
  typeof next === 'object' && next !== null ? (next as React.ChangeEvent<HTMLInputElement>).currentTarget.value : next;
