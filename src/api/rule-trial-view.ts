import { z } from 'zod';
import type { Judged } from '../domain/alerting/trial.ts';
import { sides, watchedPatterns } from '../domain/alerting/watched-types.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import type { Backtest, createRuleTrials, RuleOnTrial } from './rule-trials.ts';
import { timeSchema } from './schemas.ts';

/** What trials of rules answer. */

export const eventTestSchema = z
  .object({
    outcome: z.enum(['matched', 'not_matched']),
    reason: z.string().describe('As in the decisions of an event; `other_type`: the rule does not watch its type'),
    detail: z.string().nullable(),
    would_fire: z.boolean(),
    would_resolve: z.boolean().describe('Whether it would end what fires'),
    why: z.string().describe('The same in a sentence'),
    counts_as: z.array(z.enum(sides)).describe('What it is for the trigger'),
    key: z.string().nullable().describe("The values of the rule's `per`, in words; null where it keeps no state"),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
  })
  .meta({ id: 'AlertRuleEventTest' });

const firingSchema = z.object({
  status: z.enum(['notify', 'firing', 'resolved']),
  at: timeSchema.describe('When it would have fired'),
  started_at: timeSchema.describe('When it became true, by the events'),
  key: z.string(),
  event_id: z.string().nullable().describe('What made it fire; null where it was the absence of an event'),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  resolved_at: timeSchema.nullable(),
  resolve_reason: z.string().nullable(),
});

const decisionSchema = z.object({
  event_id: z.string(),
  source: z.string(),
  type: z.string(),
  received_at: timeSchema,
  outcome: z.enum(['matched', 'not_matched']),
  reason: z.string().describe('As in the decisions of an event; `other_type`: the rule does not watch its type'),
  detail: z.string().nullable(),
  fires: z.boolean().describe('Whether this event makes the rule fire'),
});

export const backtestSchema = z
  .object({
    events: z.int().describe('How many stored events were tried'),
    matched: z.int().describe('How many of them count'),
    fired: z.int(),
    firings: z.array(firingSchema).describe('The first 100, oldest first'),
    decisions: z.array(decisionSchema).describe('What the rule makes of each of the events, oldest first'),
    not_matched: z.record(z.string(), z.int()).describe('How many did not count, by reason'),
    notes: z.array(z.object({ code: z.string(), count: z.int(), detail: z.string() })),
  })
  .meta({ id: 'AlertRuleBacktest' });

type Tried = Awaited<ReturnType<ReturnType<typeof createRuleTrials>['tryEvent']>>;

export function showEventTest(rule: RuleOnTrial, event: AcceptedEvent, tried: Tried): z.infer<typeof eventTestSchema> {
  const { judged, fired, resolved } = tried;
  const { outcome, reason, detail = null, sides: counts_as, key } = judged;
  const would_fire = fired !== null || (outcome === 'matched' && rule.trigger.kind === 'event');
  const { value = null, threshold = null } = fired ?? resolved ?? {};
  const because = outcome === 'matched' ? whyMatched(rule, tried) : whyNot(rule, event, judged);
  const why = rule.is_active ? because : `${because} The rule is switched off: nobody is told.`;
  return {
    ...{ outcome, reason, detail, would_fire, would_resolve: resolved !== null, why, counts_as },
    ...{ key: key?.text ?? null, value, threshold },
  };
}

function whyMatched(rule: RuleOnTrial, { judged, wasFiring, fired, resolved }: Tried): string {
  if (rule.trigger.kind === 'event') return 'It matches: the rule tells of every match.';
  const counts = `It counts as ${judged.sides.join(', ')}${judged.key?.text ? ` of ${judged.key.text}` : ''}`;
  if (fired) return `${counts}: with it the rule fires, at ${fired.value} of ${fired.threshold}.`;
  if (resolved) return `${counts}: with it the alert is over.`;
  if (wasFiring) return `${counts}, and the rule fires for this key already.`;
  if (rule.meaning === null)
    return `${counts}. By itself it makes nothing fire; a rule that is not saved remembers nothing.`;
  return `${counts}. With what the rule remembers of this key, that makes nothing fire yet.`;
}

function whyNot(rule: RuleOnTrial, { type }: AcceptedEvent, { reason, detail }: Judged): string {
  switch (reason) {
    case 'other_type':
      return `The rule watches ${watchedPatterns(rule).join(', ')}, and this is ${type}.`;
    case 'about_itself':
      return 'It is about this very rule, which must not feed itself.';
    case 'missing_field':
      return `The condition asks for a field that is not there: ${detail ?? ''}.`;
    case 'condition_error':
      return `The condition fails on it: ${detail ?? ''}. A saved rule would show as degraded.`;
    default:
      return 'The condition is false for it.';
  }
}

export function showBacktest(test: Backtest): z.infer<typeof backtestSchema> {
  const { events, matched, fired, notMatched, notes, left, idOf } = test;
  const decisions = test.decisions.map(({ detail = null, ...decision }) => ({ ...decision, detail }));
  const firings = test.firings.map(
    ({ at, startedAt, keyText, causeRef, value, threshold, resolvedAt, resolveReason }) => ({
      status: value === null ? ('notify' as const) : resolvedAt === null ? ('firing' as const) : ('resolved' as const),
      at: new Date(at),
      started_at: new Date(startedAt),
      key: keyText,
      event_id: idOf(causeRef),
      value,
      threshold,
      resolved_at: resolvedAt === null ? null : new Date(resolvedAt),
      resolve_reason: resolveReason,
    }),
  );
  const cut = { code: 'cut_short', count: left, detail: 'the time was up: the newest events were not tried' };
  return {
    ...{ events, matched, fired, firings, decisions, not_matched: notMatched },
    notes: left === 0 ? notes : [...notes, cut],
  };
}
