import { setImmediate } from 'node:timers/promises';
import { absenceSince } from '../domain/alerting/absence.ts';
import { type AlertState, advance } from '../domain/alerting/advance.ts';
import {
  createJudge,
  createTrial,
  entryOf,
  type TrialSum,
  type Tried,
  type TriedRule,
} from '../domain/alerting/trial.ts';
import { planTrigger } from '../domain/alerting/trigger-plan.ts';
import { watchedPatterns } from '../domain/alerting/watched-types.ts';
import { type CompiledCondition, compileCondition } from '../domain/condition.ts';
import type { AcceptedEvent } from '../domain/event.ts';
import { coversType } from '../domain/rule.ts';
import type { TrialEvent, TrialLog } from '../store/trial-log.ts';
import { ApiError } from './problem.ts';

export interface RuleTrialDeps {
  trialLog: TrialLog;
  now: () => number;
}

/** A rule that is tried, and what its state is kept under; `meaning` null: it is not saved and remembers nothing. */
export interface RuleOnTrial extends TriedRule {
  is_active: boolean;
  meaning: string | null;
}

/** A trial on stored events, and how far it came. */
export interface Backtest extends TrialSum {
  events: number;
  /** What the rule made of each of them, in the order of their coming. */
  decisions: (Omit<TrialEvent, 'id'> & Tried)[];
  /** Senders' ids of the events that firings name by their rows. */
  idOf: (ref: string | null) => string | null;
  /** Events that were left over when the time was up. */
  left: number;
}

/** Read at a time: at 256 KiB each no more than 6 MiB. */
const EVENTS_OF_A_PAGE = 25;
/** A condition may take 100 ms an event, and a person waits. */
const MOST_MS = 10_000;
/** After so long at a stretch, other requests have their turn. */
const STRETCH_MS = 20;
/** Trials that wait for the one that runs: a process makes one at a time. */
const MOST_WAITING = 10;

/** Tries rules on events, by the code that decides when they come. Writes nothing, and tells nobody. */
export function createRuleTrials({ trialLog, now }: RuleTrialDeps) {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  return { tryEvent, backtest };

  /** What one event would do now. A saved rule goes on from what it remembers of the event's key. */
  async function tryEvent(rule: RuleOnTrial, namespace: string, event: AcceptedEvent) {
    const judged = createJudge(rule, compiled(rule))(event);
    const plan = planTrigger(rule.trigger);
    const { key, outcome } = judged;
    if (outcome === 'not_matched' || plan === null || key === null) {
      return { judged, wasFiring: false, fired: null, resolved: null };
    }
    const at = now();
    const fresh = plan.kind === 'absence' && !plan.keyed ? absenceSince(at) : null;
    const { meaning } = rule;
    const kept = meaning === null ? null : await trialLog.state(namespace, { id: rule.id, meaning }, key.digest);
    const state = (kept as AlertState | null) ?? fresh;
    const { transitions } = advance(state, [entryOf(judged, event, '', at, at * 1_000)], at, plan);
    const find = (kind: 'fire' | 'resolve') => transitions.find((transition) => transition.kind === kind) ?? null;
    return { judged, wasFiring: state?.firing != null, fired: find('fire'), resolved: find('resolve') };
  }

  /**
   * What the newest stored events of a namespace would have done, had the rule been there from the first of them on.
   *
   * @throws ApiError 429 where too many wait already
   */
  async function backtest(rule: RuleOnTrial, namespace: string, count: number): Promise<Backtest> {
    if (waiting >= MOST_WAITING) {
      throw new ApiError(429, 'too_many_tests', 'Too many rules are being tested: repeat the request in a while.', {
        headers: { 'retry-after': '10' },
      });
    }
    waiting += 1;
    const mine = last.then(() => run(rule, namespace, count)).finally(() => (waiting -= 1));
    last = mine.catch(() => undefined);
    return await mine;
  }

  async function run(rule: RuleOnTrial, namespace: string, count: number): Promise<Backtest> {
    const begun = now();
    const events = await trialLog.newest(namespace, count);
    const types = watchedPatterns(rule);
    const trial = createTrial(rule, compiled(rule), events[0]?.received_at.getTime() ?? begun);
    const decisions: Backtest['decisions'] = [];
    let stretch = begun;
    pages: for (let from = 0; from < events.length; from += EVENTS_OF_A_PAGE) {
      const page = events.slice(from, from + EVENTS_OF_A_PAGE);
      const wanted = page.filter(({ type }) => coversType(types, type)).map(({ id }) => id);
      const content = await trialLog.content(namespace, wanted);
      for (const { id, ...event } of page) {
        if (now() - begun > MOST_MS) break pages;
        const tried = trial.take(content.get(id) ?? null, id, event.received_at.getTime());
        decisions.push({ ...event, ...tried });
        if (now() - stretch > STRETCH_MS) {
          await setImmediate();
          stretch = now();
        }
      }
    }
    const left = events.length - decisions.length;
    const ids = new Map(events.map(({ id, event_id }) => [id, event_id]));
    const sum = trial.sum(left === 0 ? begun : undefined);
    return {
      ...sum,
      events: decisions.length,
      decisions,
      left,
      idOf: (ref) => (ref === null ? null : (ids.get(ref) ?? null)),
    };
  }
}

/** The plan of a condition that was checked when it was saved, or a moment ago. */
function compiled({ condition = null }: TriedRule): CompiledCondition | null {
  if (condition === null) return null;
  const result = compileCondition(condition);
  if (result.ok) return result.condition;
  // It passed when the rule was saved, under other bounds: such an event is an error, as when it is recorded.
  const message = result.errors.map((error) => error.message).join('; ');
  throw new ApiError(422, 'invalid', `The condition of this rule cannot be planned any more: ${message}`, {
    errors: [{ path: 'condition', message }],
  });
}
