/** Temporal refuses a summary over 400 bytes; names may be long and of any script. */
const SUMMARY_BYTES = 400;

/** The Web UI reads summaries and details as Markdown and HTML: what somebody named must not become a link or an image. */
const INERT: Record<string, string> = { '<': '‹', '>': '›', '[': '(', ']': ')', '`': "'" };

/** A text of somebody else's making, to be shown as it is. */
export const inert = (text: string): string => text.replace(/[<>[\]`]/g, (character) => INERT[character] as string);

/** A one-line summary that fits Temporal's bound, cut at a character with an ellipsis, with nothing to be interpreted. */
export function summarise(text: string): string {
  const line = inert(text).replace(/\s+/g, ' ');
  // At most 4 bytes a character in UTF-8, and 3 for the ellipsis.
  const characters = Array.from(line);
  if (characters.length * 4 <= SUMMARY_BYTES) return line;
  return `${characters.slice(0, SUMMARY_BYTES / 4 - 1).join('')}…`;
}
