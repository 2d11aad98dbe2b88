import { type CelValue, isCelList, isCelMap } from '@bufbuild/cel';
import { limits } from './limits.ts';

/** The condition does more work on this event than one evaluation may. */
class WorkLimitError extends Error {
  override name = 'WorkLimitError';
  constructor() {
    super('takes too much work on this event: match a shorter text, or go through a shorter list');
  }
}

/** Counts the work of one evaluation. Counted, not timed: the same event always ends the same way. */
export class Meter {
  #left: number = limits.work;

  /** @throws WorkLimitError once the evaluation has used up its work */
  charge(units: number): void {
    this.#left -= units;
    if (this.#left < 0) throw new WorkLimitError();
  }
}

/** Finding the overload for the operands takes 2 to 3 microseconds, whatever it then does. */
const CALL_UNITS = 25;
/** Making a formatter for a named time zone takes a quarter of a millisecond. */
const TIME_ZONE_UNITS = 2_500;
const CHARACTERS_PER_UNIT = 4;
/** V8's search for one text in another can take the product of their lengths, 8 of its steps a nanosecond. */
const SEARCH_STEPS_PER_UNIT = 1_000;
/** Matching can go through every instruction of a pattern at every character, 60 ns each. */
const PATTERN_STEP_UNITS = 0.6;

/** What a call may cost, from the function and the size of what it is given. Patterns and loops charge for themselves. */
export function unitsOfCall(name: string, operands: CelValue[]): number {
  const [first, second] = operands;
  switch (name) {
    case '_==_':
    case '_!=_':
    case '@in':
      return CALL_UNITS + sum(operands, deepSize);
    case 'contains':
      return CALL_UNITS + sum(operands, shallowSize) + (lengthOf(first) * lengthOf(second)) / SEARCH_STEPS_PER_UNIT;
    // Reading digits takes longer the more there are.
    case 'int':
    case 'uint':
      return CALL_UNITS + lengthOf(first);
    default: {
      const timeZone = name.startsWith('get') && second !== undefined ? TIME_ZONE_UNITS : 0;
      return CALL_UNITS + sum(operands, shallowSize) + timeZone;
    }
  }
}

/** What matching a text may cost. */
export const unitsOfMatch = (text: string, instructions: number): number =>
  text.length * instructions * PATTERN_STEP_UNITS;

const sum = (values: CelValue[], sizeOf: (value: CelValue) => number) =>
  values.reduce<number>((total, value) => total + sizeOf(value), 0);

const lengthOf = (value: CelValue | undefined): number =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length : 0;

function shallowSize(value: CelValue): number {
  const items = isCelList(value) || isCelMap(value) ? value.size : 0;
  return (lengthOf(value) + items) / CHARACTERS_PER_UNIT;
}

/** Remembered, because the same list or map may be compared a thousand times, or hold another a thousand times. */
const deepSizes = new WeakMap<object, number>();

/** A list that holds the same list twice counts it twice, for comparing goes through it twice. */
function deepSize(value: CelValue): number {
  if (!isCelList(value) && !isCelMap(value)) return shallowSize(value);
  const known = deepSizes.get(value);
  if (known !== undefined) return known;
  let size = 1;
  for (const item of value.values()) {
    size += 1 + deepSize(item);
    // More than this cannot be paid for, so it need not be counted.
    if (size > limits.work) break;
  }
  deepSizes.set(value, size);
  return size;
}
