import { summarize } from '../alert-body.ts';
import { formatDuration } from '../duration.ts';
import type { AcceptedEvent } from '../event.ts';
import type { Transition } from './decision.ts';
import type { TriggerPlan } from './trigger-plan.ts';

/**
 * What a message says of a transition in one line: the rule, what was reached, of which key, and the event in words.
 *
 * @param plan of the rule as it is now; null where it keeps no state any more: then something ends, and nothing fires
 */
export function alertSummary(
  ruleName: string,
  plan: TriggerPlan | null,
  transition: Transition,
  keyText: string,
  event: AcceptedEvent,
): string {
  const reached = plan && transition.kind === 'fire' ? fired(plan, transition) : resolved(plan, transition);
  return summarize(`${ruleName}: ${reached}${keyText && ` (${keyText})`}`, event);
}

function fired(plan: TriggerPlan, { value, threshold }: Transition): string {
  switch (plan.kind) {
    case 'count':
      return `${value} within ${formatDuration(plan.windowMs)}`;
    case 'consecutive':
      return `${value} in a row`;
    case 'ratio':
      return `${percent(value)} is ${'below' in plan.bound ? 'below' : 'at least'} ${percent(threshold)} over ${formatDuration(plan.windowMs)}`;
    case 'duration':
      return `still running after ${inWords(threshold)}`;
    case 'absence':
      return 'withinMs' in plan.due
        ? `nothing for ${formatDuration(plan.due.withinMs)}`
        : `nothing by ${plan.due.by} ${plan.due.timezone}`;
  }
}

const HOUR_MS = 3_600_000;

const REASONS: Record<string, string> = {
  resolve_event: 'resolved',
  quiet: 'resolved, quiet since',
  reset_event: 'resolved',
  share_back: 'resolved, the share is back',
  window_empty: 'resolved, no events any more',
  ended: 'resolved, it ended',
  seen: 'resolved, it is there again',
  key_gone: 'given up, it has not been there for long',
  rule_changed: 'ended, the rule was changed',
};

function resolved(plan: TriggerPlan | null, { reason, startedAt, endedAt, at, value }: Transition): string {
  // Nobody knows that it ended: people must not take this for good news.
  if (plan?.kind === 'duration' && reason === 'key_gone') {
    return `given up, no end was heard within ${formatDuration(value - (value % HOUR_MS))} of its start and it may be running still`;
  }
  const lasted = Math.max(0, (endedAt ?? at) - startedAt);
  return `${REASONS[reason] ?? 'resolved'} after ${inWords(lasted)}`;
}

const percent = (share: number) => `${Math.round(share * 1_000) / 10} %`;

/** In whole seconds, but for what is shorter. */
const inWords = (ms: number) => formatDuration(ms < 1_000 ? ms : Math.round(ms / 1_000) * 1_000);
