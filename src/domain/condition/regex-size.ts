/**
 * How many characters and classes a pattern has with its counted repeats written out, which is what compiling it costs:
 * `(\pL{30}){30}` is 900. Never too low for a valid pattern; inside classes and quotes it may be too high.
 */
export function regexAtoms(pattern: string): number {
  const groups = [0];
  let last = 0;
  for (const { 0: token, groups: named } of pattern.matchAll(TOKENS)) {
    if (token === '(') {
      groups.push(0);
      last = 0;
    } else if (token === ')') {
      last = groups.length > 1 ? groups.pop()! : 0;
      groups[groups.length - 1]! += last;
    } else if (named?.times !== undefined) {
      // The first time is counted already; what a repeat makes of it is repeated by a repeat after it.
      const more = last * Math.max(0, Number(named.times) - 1);
      groups[groups.length - 1]! += more;
      last += more;
    } else {
      last = 1;
      groups[groups.length - 1]! += 1;
    }
  }
  return groups.reduce((sum, size) => sum + size, 0);
}

/** An escape with its name or number, a bracket, a counted repeat, a class, or any other character. */
const TOKENS =
  /\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\.|[()]|\{(?:\d+,)?(?<times>\d+)(?:,)?\}|\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\])*\]|./gs;
