import { type Alert, alertLinks } from '../domain/alert-body.ts';
import type { Severity } from '../domain/rule.ts';
import type { MessageContext } from './channel.ts';
import { type Link, linksOf } from './links.ts';
import { clean, oneLine, textOf } from './text.ts';

/** What a message to people says, in plain text that is neither escaped nor cut for any service. */
export interface Facts {
  status: 'notify' | 'firing' | 'resolved';
  severity: Severity;
  /** One line: what state, how bad, which rule. */
  title: string;
  /** One line: what happened. */
  summary: string;
  /** Type and message of the error, with its line ends; the empty text where the event has none. */
  error: string;
  /** At most 10, none empty. */
  rows: { name: string; value: string }[];
  links: Link[];
  /** One line: who says so. */
  footer: string;
}

const MARKS: Record<Severity, string> = { critical: '🔴', error: '🟠', warning: '🟡', info: '🔵' };

/** Reads out of an alert what a person wants to know of it. Any event will do, one without data too. */
export function factsOf(alert: Alert, context: MessageContext): Facts {
  const { rule, event, state } = alert;
  const data = asRecord(event.data);
  const error = asRecord(data.error);
  const rows = Object.entries({
    Severity: rule.severity,
    Rule: rule.name,
    Event: event.type,
    Graph: textOf(data.graph_name),
    Run: textOf(data.run_id),
    Node: textOf(error.node_name),
    Value: reading(alert),
    [state ? 'Started' : 'Time']: state?.startedAt ?? event.time,
    Resolved: state?.resolvedAt ?? '',
    'Held back before': alert.suppressedSinceLast ? String(alert.suppressedSinceLast) : '',
  }).map(([name, value]) => ({ name, value: oneLine(value) }));
  return {
    status: state?.status ?? 'notify',
    severity: rule.severity,
    title: oneLine(titleOf(alert)),
    summary: oneLine(alert.summary) || event.type,
    error: clean([textOf(error.type), textOf(error.message)].filter(Boolean).join(': ')),
    rows: rows.filter(({ value }) => value !== ''),
    links: [...linksOf(asRecord(data.links)), ...linksOf(alertLinks(context.deliveryId, context.publicUrl))],
    footer: `Exosphere Alerts · ${context.namespace} · ${alert.id}`,
  };
}

function titleOf({ rule, state }: Alert): string {
  if (state?.status === 'resolved') return `✅ Resolved: ${rule.name}`;
  const word = rule.severity.charAt(0).toUpperCase() + rule.severity.slice(1);
  return `${MARKS[rule.severity]} ${state ? `Firing (${rule.severity})` : word}: ${rule.name}`;
}

function reading({ state }: Alert): string {
  if (!state || state.value === null) return '';
  return `${state.value}${state.threshold === null ? '' : ` (threshold ${state.threshold})`}`;
}

export const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
