import type { Evaluated } from '../condition.ts';
import type { AcceptedEvent } from '../event.ts';
import { isRawNumber } from '../lossless-json.ts';
import { coversType } from '../rule.ts';
import { readField } from './field-path.ts';
import { countsBySide, type Side, typesBySide, type WatchingRule } from './watched-types.ts';

/** What a rule has to know of an event that concerns one of its keys. Plain JSON. */
export interface Entry {
  /** The event's row: names the cause. An entry that comes again is dropped by it. */
  ref: string;
  /** When it happened by its sender's clock, ms since the epoch. */
  time: number;
  /** When the service took it, by its own clock, ms. */
  receivedAt: number;
  /** Grows in the order of recording: decides between events of the same ms. */
  order: number;
  sides: readonly Side[];
  /** `data.run_epoch`, for duration: which try of the run. */
  epoch?: number | null;
}

/** What a rule makes of an event: its sides, and what the condition said where it was asked. */
export interface Sided {
  sides: Side[];
  evaluated: Evaluated | null;
}

/** Prepares `sidesOf` for a rule: the lists of types are made once. */
export function createSides(rule: WatchingRule) {
  const types = Object.entries(typesBySide(rule)) as [Side, string[]][];

  /**
   * The sides that an event is on. The condition is asked at most once, and only where the event would count.
   *
   * @param evaluate the rule's condition on this event; absent for a rule without one
   * @returns no sides where the event does not concern the rule
   */
  return function sidesOf(event: AcceptedEvent, evaluate?: () => Evaluated): Sided {
    const byType = types.filter(([, patterns]) => coversType(patterns, event.type)).map(([side]) => side);
    if (evaluate === undefined || !byType.some(countsBySide)) return { sides: byType, evaluated: null };
    const evaluated = evaluate();
    return { sides: evaluated.matched ? byType : byType.filter((side) => !countsBySide(side)), evaluated };
  };
}

/** `data.run_epoch` of an event, where it is a whole number; otherwise null. */
export function epochOf(event: AcceptedEvent): number | null {
  const value = readField(event, 'data.run_epoch');
  const number = isRawNumber(value) ? Number(value.rawJSON) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
}
