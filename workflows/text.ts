/** Temporal refuses a summary over 400 bytes; names may be long and of any script. */
const SUMMARY_BYTES = 400;

/** A one-line summary that fits Temporal's bound, cut at a character with an ellipsis. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  // At most 4 bytes a character in UTF-8, and 3 for the ellipsis.
  const characters = Array.from(line);
  if (characters.length * 4 <= SUMMARY_BYTES) return line;
  return `${characters.slice(0, SUMMARY_BYTES / 4 - 1).join('')}…`;
}
