import type { Webhook } from '../../api/queries.ts';
import { mergeDiff } from '../../kit/merge-diff.ts';
import { type Policy, policyOf, type RetryForm, retryFormOf } from '../../kit/retry-form.ts';

/** How the API shows what it keeps sealed; sent back so, it is unchanged. */
const MASK = '••••••••';

export interface HeaderRow {
  /** Of this form alone: a row is known by it while its name is typed. */
  key: string;
  name: string;
  value: string;
  /** It is stored, and its value is not to be changed. */
  isKept: boolean;
  isStored: boolean;
}

/** An endpoint as the form holds it. Empty is none. */
export interface WebhookForm {
  kind: Webhook['kind'];
  name: string;
  target_url: string;
  routing_key: string;
  /** A person's own signing secret, at creation. */
  secret: string;
  description: string;
  headers: HeaderRow[];
  rate_limit: { per_second: number | '' };
  retry_policy: RetryForm;
}

export const emptyForm = (): WebhookForm => ({
  kind: 'http',
  name: '',
  target_url: '',
  routing_key: '',
  secret: '',
  description: '',
  headers: [],
  rate_limit: { per_second: '' },
  retry_policy: retryFormOf(null),
});

export const formOf = (webhook: Webhook): WebhookForm => ({
  ...emptyForm(),
  kind: webhook.kind,
  name: webhook.name,
  target_url: webhook.target_url,
  description: webhook.description ?? '',
  headers: Object.keys(webhook.headers).map((name) => ({ key: name, name, value: '', isKept: true, isStored: true })),
  rate_limit: { per_second: webhook.rate_limit?.per_second ?? '' },
  retry_policy: retryFormOf(webhook.retry_policy as Policy | null),
});

/** The body of a creation. */
export function creationOf(form: WebhookForm): Record<string, unknown> {
  const body = { ...writable(form), kind: form.kind, secret: form.secret.trim() };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== '' && value !== null));
}

/** The merge patch of an edit: what the person has changed, and nothing else. @param before what the form began with */
export const changeOf = (before: WebhookForm, form: WebhookForm): Record<string, unknown> =>
  mergeDiff(writable(before), writable(form));

function writable(form: WebhookForm): Record<string, unknown> {
  const { per_second } = form.rate_limit;
  const key = form.routing_key.trim();
  return {
    name: form.name.trim(),
    target_url: form.target_url.trim(),
    ...(form.kind === 'pagerduty' && key !== '' ? { routing_key: key } : {}),
    headers: Object.fromEntries(
      form.headers
        .filter(({ name }) => name.trim() !== '')
        .map(({ name, value, isKept }) => [name.trim(), isKept ? MASK : value]),
    ),
    retry_policy: policyOf(form.retry_policy),
    rate_limit: per_second === '' ? null : { per_second },
    description: form.description.trim() || null,
  };
}

/** What the API cannot see: names that are missing or given twice. By the field's path. */
export function faultsOf({ headers }: WebhookForm): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const [index, { name, value }] of headers.entries()) {
    const lower = name.trim().toLowerCase();
    if (lower === '' && value !== '') faults[`headers.${index}.name`] = 'Give the header a name, or remove it.';
    const isTwice = headers.slice(0, index).some((other) => other.name.trim().toLowerCase() === lower);
    if (lower !== '' && isTwice) faults[`headers.${index}.name`] = 'There is a header of this name already.';
  }
  return faults;
}

interface FieldError {
  path: string;
  message: string;
}

/** The API's field errors as the form's, and those that no field shows. */
export function fieldErrorsOf(fields: FieldError[], headers: HeaderRow[]) {
  const shown: Record<string, string> = {};
  const others: FieldError[] = [];
  for (const { path, message } of fields) {
    const own = formPath(path, headers);
    if (own === undefined) others.push({ path, message });
    else shown[own] ??= message;
  }
  return { shown, others };
}

const PLAIN =
  /^(name|target_url|routing_key|secret|description|rate_limit\.per_second|retry_policy\.(initial_interval|backoff_coefficient|maximum_interval|maximum_attempts|maximum_elapsed|jitter|timeout\.(connect|request)|maximum_retry_after))$/;

function formPath(path: string, headers: HeaderRow[]): string | undefined {
  if (PLAIN.test(path)) return path;
  // An entry of a list is in one field with the others.
  const list = /^retry_policy\.(schedule|retry_on|never_retry)\b/.exec(path);
  if (list) return list[0];
  const index = headers.findIndex(({ name }) => path === `headers.${name.trim()}`);
  return index < 0 ? undefined : `headers.${index}.value`;
}
