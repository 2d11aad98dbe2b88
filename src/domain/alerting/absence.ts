import { type BaseState, fire, hasSide, heardAt, type Machine, type Output, resolve } from './machine.ts';
import { type Deadline, nextDeadline } from './time-of-day.ts';
import type { AbsencePlan } from './trigger-plan.ts';

/** Contract §5: a key that was gone for so many times `within` is dropped; for `by`, for so many days. */
const GONE_TIMES = 7;
const DAY_MS = 86_400_000;

/** `absence`: nothing of one key for too long. */
export interface AbsenceState extends BaseState {
  kind: 'absence';
  /** The clock starts here, by the service's clock, ms: the rule saved, or an event heard. */
  since: number;
  /** For `by`: deadlines up to here are dealt with. */
  checked: number;
  seen: { ref: string; time: number } | null;
  /** For `by`: the deadline after `checked`, once it was worked out; time zones are dear to ask. */
  deadline: Deadline | null;
  /** For `by`, while firing: from when on an event counts for the day that was missed. */
  missedFrom: number | null;
}

/**
 * A state for a rule without `per`: its clock starts when the rule is saved. Those of `per` values start when such an
 * event is first seen, from no state.
 */
export const absenceSince = (savedAt: number): AbsenceState => ({
  v: 1,
  kind: 'absence',
  firing: null,
  recent: [],
  since: savedAt,
  checked: savedAt,
  seen: null,
  deadline: null,
  missedFrom: null,
});

/**
 * Fires `within` (and `grace`) after the last event was heard; or, with `by`, when none came from local midnight until
 * that time of day (and `grace`). Resolves at the next event, unless that is so old that the absence would still hold.
 * It fires once, however long or often it stays away.
 */
export function absenceMachine({ due, graceMs, keyed }: AbsencePlan): Machine<AbsenceState> {
  const goneMs = GONE_TIMES * ('by' in due ? DAY_MS : due.withinMs);
  const threshold = 'by' in due ? DAY_MS : due.withinMs;
  const goneAt = (state: AbsenceState) => (keyed ? state.since + goneMs : null);

  /** When the next absence would be one, and from when on an event would prevent it. */
  function nextAbsence(state: AbsenceState): { at: number; limit: number; from: number } {
    if (!('by' in due)) {
      const limit = state.since + due.withinMs;
      return { at: limit + graceMs, limit, from: state.since };
    }
    state.deadline ??= nextDeadline(state.checked - graceMs, due.by, due.timezone);
    const { at: limit, from } = state.deadline;
    return { at: limit + graceMs, limit, from };
  }

  function isOver(state: AbsenceState, heard: number, time: number, at: number): boolean {
    if ('by' in due) return time >= state.missedFrom!;
    return heard + due.withinMs + graceMs > at;
  }

  function miss(state: AbsenceState, at: number, limit: number, out: Output): void {
    const value = Math.max(0, at - state.since);
    const causeRef = state.seen?.ref ?? null;
    fire(state, { at, startedAt: limit, value, threshold, reason: 'absent', causeRef }, out);
  }

  return {
    // A key is first seen when it is received, however late that is.
    begin: (entry, now) => (entry ? absenceSince(entry.receivedAt) : keyed ? null : absenceSince(now)),

    due(state) {
      const gone = goneAt(state);
      if (state.firing) return gone;
      const { at } = nextAbsence(state);
      return gone === null ? at : Math.min(at, gone);
    },

    elapse(state, at, out) {
      const gone = goneAt(state);
      if (gone !== null && gone <= at) {
        const value = at - state.since;
        if (state.firing) resolve(state, { at, endedAt: at, value, reason: 'key_gone', endedBy: null }, out);
        out.note('key_dropped', `nothing for ${GONE_TIMES} times the limit: this key is no longer watched`);
        return false;
      }
      const { limit, from } = nextAbsence(state);
      state.checked = at;
      state.deadline = null;
      if ('by' in due) {
        if (state.seen && state.seen.time >= from) return true;
        state.missedFrom = from;
      }
      miss(state, at, limit, out);
      return true;
    },

    take(state, entry, at, out) {
      if (!hasSide(entry, 'seen')) return;
      const heard = heardAt(entry);
      // A clock that is ahead makes no event of tomorrow.
      const time = Math.min(entry.time, entry.receivedAt);
      if (state.seen && time < state.seen.time) {
        return void out.note('late_ignored', `${entry.ref} happened before the last one`);
      }
      const before = state.since;
      state.since = Math.max(before, heard);
      state.seen = { ref: entry.ref, time };
      if (!state.firing) return;
      if (!isOver(state, heard, time, at)) {
        return void out.note('outdated_end', `${entry.ref} happened too long ago to end the absence`);
      }
      const value = Math.max(0, heard - before);
      resolve(state, { at, endedAt: time, value, reason: 'seen', endedBy: entry.ref }, out);
      state.missedFrom = null;
      state.checked = Math.max(state.checked, at);
      state.deadline = null;
    },

    forgetAt: () => null,
  };
}
