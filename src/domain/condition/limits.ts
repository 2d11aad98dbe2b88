/**
 * What a condition may be, and what one evaluation may cost. The engine has no budget of its own, so these are what
 * keeps a condition from hanging the worker. The first five are read off the condition when it is saved; the rest hold
 * while it runs. Measured on two slow cores: no condition within them takes 100 ms.
 */
export const limits = {
  sourceCharacters: 1_024,
  /** Of the syntax tree, with macros such as `all` written out. */
  nodes: 200,
  listItems: 64,
  /** Brackets within brackets: checked before the parser, which recurses. */
  depth: 32,
  /** Characters and classes to match in all the patterns of a condition, repeats written out. */
  regexAtoms: 250,
  /** Longer lists of an event count as their first items. */
  eventListItems: 1_000,
  /** Longer strings of an event count as their first characters (UTF-16 code units). */
  eventStringCharacters: 65_536,
  /** Units of about 100 ns; `meter.ts` says what costs what. */
  work: 600_000,
} as const;
