/** The words of what a look at a key decides: plain JSON, for all kinds the same. */

export type FireReason = 'threshold_reached' | 'share_crossed' | 'still_running' | 'absent';
export type ResolveReason =
  | 'resolve_event'
  | 'quiet'
  | 'reset_event'
  | 'share_back'
  | 'window_empty'
  | 'ended'
  | 'seen'
  | 'key_gone'
  | 'rule_changed'
  | 'rule_disabled'
  | 'rule_deleted';

/** An alert begins or is over. Each `fire` is followed by exactly one `resolve` before the next `fire` of its key. */
export interface Transition {
  kind: 'fire' | 'resolve';
  /** When, by the service's clock, ms: an event was received, or a time had come. At most `now`. */
  at: number;
  /** When it became true by the events' clock, ms: the time of the Nth match, the moment a limit was passed. */
  startedAt: number;
  /** Matches, a share from 0 to 1, or ms. At a resolve: what it came to. */
  value: number;
  /** In the unit of `value`. */
  threshold: number;
  reason: FireReason | ResolveReason;
  /** The event that caused the firing; null where there was none at all (an absence). */
  causeRef: string | null;
  /** At a resolve: the event that ended it, if one did. */
  endedBy?: string | null;
  /** At a resolve: when it was over, by the events' clock, ms. */
  endedAt?: number;
}

/** What is firing. */
export interface Firing {
  at: number;
  startedAt: number;
  causeRef: string | null;
  value: number;
  threshold: number;
}

/** What was not counted, and why; for the history, not for receivers. */
export interface Note {
  code:
    | 'repeated'
    | 'late_ignored'
    | 'outdated_end'
    | 'over_before_known'
    | 'ended_before_start'
    | 'ended_over_limit'
    | 'key_dropped'
    | 'state_reset';
  count: number;
  detail: string;
}

/** What came of a look at a key. */
export interface Advanced<State> {
  /** null: nothing to remember; drop the row. */
  state: State | null;
  transitions: Transition[];
  /** When time alone may change something, by the service's clock, ms; null: only an event can. */
  nextLookAt: number | null;
  /** From when on the row may be dropped without a look, ms; null: not before its state says so. */
  forgetAt: number | null;
  notes: Note[];
}
