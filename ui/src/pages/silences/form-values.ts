import type { Silence, SilenceWrite } from './queries.ts';

/** A silence as the form holds it. Empty texts are absent matchers. */
export interface SilenceForm {
  rule_id: string;
  rule_name: string;
  graph_name: string;
  /** `name=value`, one a line. */
  labels: string;
  starts_at: string | undefined;
  ends_at: string | undefined;
  comment: string;
}

export const EMPTY: SilenceForm = {
  rule_id: '',
  rule_name: '',
  graph_name: '',
  labels: '',
  starts_at: undefined,
  ends_at: undefined,
  comment: '',
};

/** The form of a silence that is there. */
export function formOf({ matchers, starts_at, ends_at, comment }: Silence): SilenceForm {
  const labels = Object.entries(matchers.labels ?? {}).map(([name, value]) => `${name}=${value}`);
  const { rule_id = '', rule_name = '', graph_name = '' } = matchers;
  return { rule_id, rule_name, graph_name, labels: labels.join('\n'), starts_at, ends_at, comment: comment ?? '' };
}

/** What the API takes; `faults` by field where something is missing or unclear. */
export function bodyOf(form: SilenceForm): { body: SilenceWrite } | { faults: Record<string, string> } {
  const faults: Record<string, string> = {};
  const matchers: SilenceWrite['matchers'] = {};
  for (const name of ['rule_id', 'rule_name', 'graph_name'] as const) {
    const value = form[name].trim();
    if (value !== '') matchers[name] = value;
  }
  const labels = form.labels.split('\n').filter((line) => line.trim() !== '');
  if (labels.some((line) => line.indexOf('=') < 1)) faults.labels = 'Each line must be name=value.';
  if (labels.length > 0) {
    matchers.labels = Object.fromEntries(
      labels.map((line) => {
        const at = line.indexOf('=');
        return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      }),
    );
  }
  if (Object.keys(matchers).length === 0) faults.rule_name = 'Say what to silence: at least one matcher.';
  if (form.ends_at === undefined) faults.ends_at = 'Say when it ends: a silence that nobody ends hides what is broken.';
  if (Object.keys(faults).length > 0) return { faults };
  const starts = form.starts_at === undefined ? {} : { starts_at: form.starts_at };
  return { body: { matchers, ...starts, ends_at: form.ends_at as string, comment: form.comment.trim() || null } };
}

/** Moments that are chosen by a word. @param now */
export function presets(now: Date): { label: string; ends_at: string }[] {
  const tomorrow = new Date(now);
  tomorrow.setDate(now.getDate() + 1);
  tomorrow.setHours(9, 0, 0, 0);
  return [
    { label: '1 h', ends_at: new Date(now.getTime() + 3_600_000).toISOString() },
    { label: '4 h', ends_at: new Date(now.getTime() + 4 * 3_600_000).toISOString() },
    { label: 'Tomorrow 9:00', ends_at: tomorrow.toISOString() },
  ];
}

/** @param now ms */
export function statusOf({ starts_at, ends_at }: Silence, now: number): 'active' | 'upcoming' | 'expired' {
  if (Date.parse(ends_at) <= now) return 'expired';
  return Date.parse(starts_at) > now ? 'upcoming' : 'active';
}

/** `rule_name=a*, team=x`. */
export function matchersText({ labels = {}, ...others }: Silence['matchers']): string {
  return [...Object.entries(others), ...Object.entries(labels).map(([name, value]) => [`label ${name}`, value])]
    .map(([name, value]) => `${name} = ${value}`)
    .join(', ');
}
