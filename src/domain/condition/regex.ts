import { RE2JS } from '@bufbuild/re2';

/** A compiled pattern. `instructions` is what each character of a text may cost in the worst case. */
export interface Regex {
  test(text: string): boolean;
  instructions: number;
}

/**
 * States that the engine may remember for a pattern (1 KiB each) before it does without. Its own 10,000 would let one
 * condition hold 10 MiB, and making them costs more than they save where a pattern has many.
 */
const REMEMBERED_STATES = 256;
/** After this many characters the pattern is compiled anew: what the engine remembers of characters has no bound. */
const REMEMBERED_CHARACTERS = 1_000_000;

/** Compiles an RE2 pattern: linear time, but compiling costs by the pattern's size, which is bounded before. */
export function compileRegex(pattern: string): { ok: true; regex: Regex } | { ok: false; message: string } {
  let re2: RE2JS;
  try {
    re2 = compileAnew(pattern);
  } catch (error) {
    return { ok: false, message: (error as Error).message.replace(/^error parsing regexp: /, '') };
  }
  let read = 0;
  const regex: Regex = {
    instructions: re2.re2().prog.numInst(),
    test(text) {
      read += text.length;
      if (read > REMEMBERED_CHARACTERS) {
        re2 = compileAnew(pattern);
        read = text.length;
      }
      return re2.test(text);
    },
  };
  return { ok: true, regex };
}

function compileAnew(pattern: string): RE2JS {
  const re2 = RE2JS.compile(pattern);
  re2.re2().dfa.stateLimit = REMEMBERED_STATES;
  return re2;
}
