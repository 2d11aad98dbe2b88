import type { components } from '@exosphere/alerts/openapi';

/** As it is stored: every field may be absent. */
export type Policy = Partial<Omit<components['schemas']['RetryPolicy'], 'timeout'>> & {
  timeout?: Partial<components['schemas']['RetryPolicy']['timeout']>;
};

/** A retry policy as the editor holds it. Empty is absent: the service's default. */
export interface RetryForm {
  mode: 'default' | 'exponential' | 'schedule';
  initial_interval: string;
  backoff_coefficient: number | '';
  maximum_interval: string;
  maximum_attempts: number | '';
  /** Waits with commas between. */
  schedule: string;
  maximum_elapsed: string;
  jitter: number | '';
  timeout: { connect: string; request: string };
  respect_retry_after: boolean | undefined;
  maximum_retry_after: string;
  /** Failures with commas between; `none` is a list of none. */
  retry_on: string;
  never_retry: string;
}

/** `docs/exosphere/alerts.md`, Retry policy: what the fields show as placeholders. */
export const DEFAULTS = {
  initial_interval: '5s',
  backoff_coefficient: 4,
  maximum_interval: '12h',
  maximum_attempts: 10,
  maximum_elapsed: '3d',
  jitter: 0.2,
  timeout: { connect: '5s', request: '15s' },
  respect_retry_after: true,
  maximum_retry_after: '1h',
  retry_on: ['3xx', '4xx', '5xx', 'timeout', 'network', 'tls'],
  never_retry: ['410'],
};

export function retryFormOf(policy: Policy | null): RetryForm {
  const given = policy ?? {};
  return {
    mode: policy === null ? 'default' : given.schedule ? 'schedule' : 'exponential',
    initial_interval: given.initial_interval ?? '',
    backoff_coefficient: given.backoff_coefficient ?? '',
    maximum_interval: given.maximum_interval ?? '',
    maximum_attempts: given.maximum_attempts ?? '',
    schedule: textOf(given.schedule),
    maximum_elapsed: given.maximum_elapsed ?? '',
    jitter: given.jitter ?? '',
    timeout: { connect: given.timeout?.connect ?? '', request: given.timeout?.request ?? '' },
    respect_retry_after: given.respect_retry_after,
    maximum_retry_after: given.maximum_retry_after ?? '',
    retry_on: textOf(given.retry_on),
    never_retry: textOf(given.never_retry),
  };
}

/** The policy that a form means; null: the service's own. */
export function policyOf(form: RetryForm): Policy | null {
  if (form.mode === 'default') return null;
  const waits =
    form.mode === 'schedule'
      ? { schedule: listOf(form.schedule) ?? [] }
      : {
          initial_interval: form.initial_interval.trim(),
          backoff_coefficient: form.backoff_coefficient,
          maximum_interval: form.maximum_interval.trim(),
          maximum_attempts: form.maximum_attempts,
        };
  return given({
    ...waits,
    maximum_elapsed: form.maximum_elapsed.trim(),
    jitter: form.jitter,
    timeout: given({ connect: form.timeout.connect.trim(), request: form.timeout.request.trim() }),
    respect_retry_after: form.respect_retry_after,
    maximum_retry_after: form.maximum_retry_after.trim(),
    retry_on: listOf(form.retry_on),
    never_retry: listOf(form.never_retry),
  }) as Policy;
}

/** Without what is left empty. */
function given<T extends object>(fields: T): Partial<T> | undefined {
  const kept = Object.entries(fields).filter(([, value]) => value !== '' && value !== undefined);
  return kept.length === 0 && 'connect' in fields ? undefined : (Object.fromEntries(kept) as Partial<T>);
}

const textOf = (list: string[] | undefined): string =>
  list === undefined ? '' : list.length === 0 ? 'none' : list.join(', ');

function listOf(text: string): string[] | undefined {
  const items = text.split(/[\s,]+/).filter(Boolean);
  if (items.length === 0) return undefined;
  return items.length === 1 && items[0] === 'none' ? [] : items;
}
