/** Whether a pattern of a rule (exact, `workflow.*` or `*`) covers an event type. */
export const coversType = (pattern: string, type: string): boolean =>
  pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)));
