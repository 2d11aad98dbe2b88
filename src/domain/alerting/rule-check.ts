import { asList } from './trigger-parts.ts';
import type { TriggerKind } from './trigger-schema.ts';
import { isCovered, type WatchingRule } from './watched-types.ts';

export interface RuleFault {
  path: string;
  message: string;
}

const NAMES_ITS_OWN: Partial<Record<TriggerKind, string>> = {
  ratio: 'trigger.of and trigger.against',
  duration: 'trigger.started and trigger.ended',
  absence: 'trigger.of',
};

/**
 * What contradicts itself between the fields of a rule, each of which is right by itself: types that are missing or
 * too many, a `resolve` where nothing takes one, and triggers that could never fire.
 *
 * @returns one entry for each fault, with the remedy; none for a good rule
 */
export function ruleFaults({ event_types, trigger, resolve }: WatchingRule): RuleFault[] {
  const faults: RuleFault[] = [];
  const own = NAMES_ITS_OWN[trigger.kind];
  if (own === undefined && !event_types?.length) {
    faults.push({ path: 'event_types', message: `is required for the kind ${trigger.kind}: name what it counts` });
  }
  if (own !== undefined && event_types?.length) {
    const message = `must not be given for the kind ${trigger.kind}, which names its types in ${own}: remove it`;
    faults.push({ path: 'event_types', message });
  }
  if (resolve && trigger.kind !== 'count') faults.push({ path: 'resolve', message: resolveRemedy(trigger.kind) });
  return [...faults, ...neverFires({ event_types, trigger, resolve })];
}

function resolveRemedy(kind: Exclude<TriggerKind, 'count'>): string {
  const by = {
    event: 'an event rule tells of every match and has nothing to resolve: use a count with threshold 1, or remove it',
    consecutive: 'belongs to the kind count: a consecutive rule resolves at its trigger.reset_on; remove it',
    ratio: 'belongs to the kind count: a ratio rule resolves when the share is back; remove it',
    duration: 'belongs to the kind count: a duration rule resolves at its trigger.ended; remove it',
    absence: 'belongs to the kind count: an absence rule resolves at the next event of trigger.of; remove it',
  };
  return by[kind];
}

/** An event that resets is no match, and so on: where all of one side is in the other, nothing would ever happen. */
function neverFires({ event_types, trigger, resolve }: WatchingRule): RuleFault[] {
  const allIn = (types: readonly string[], others: readonly string[]) =>
    types.length > 0 && types.every((type) => isCovered(type, others));
  if (trigger.kind === 'consecutive' && allIn(event_types ?? [], asList(trigger.reset_on))) {
    return [
      { path: 'trigger.reset_on', message: 'covers all event_types, so no two would ever follow: name other types' },
    ];
  }
  if (trigger.kind === 'count' && resolve && allIn(event_types ?? [], asList(resolve.on))) {
    return [{ path: 'resolve.on', message: 'covers all event_types, so none would ever count: name other types' }];
  }
  if (trigger.kind === 'duration' && allIn(asList(trigger.started), asList(trigger.ended))) {
    return [{ path: 'trigger.ended', message: 'covers all of started, so no run would last: name other types' }];
  }
  if (trigger.kind !== 'ratio') return [];
  const against = asList(trigger.against);
  const outside = asList(trigger.of).filter((type) => !isCovered(type, against));
  if (outside.length === 0) return [];
  const list = JSON.stringify([...outside, ...against]);
  return [
    { path: 'trigger.of', message: `must be among trigger.against, all that is counted: write against as ${list}` },
  ];
}
