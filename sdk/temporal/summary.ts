/** Temporal refuses a summary over 400 bytes; a character has at most 4 of UTF-8, and the ellipsis 3. */
const MAX_CHARACTERS = 400 / 4;

/** Temporal's Web UI reads a summary as Markdown and HTML: what somebody named must not become a link or an image. */
const INERT: Record<string, string> = { '<': '‹', '>': '›', '[': '(', ']': ')', '`': "'" };

/** A one-line summary that fits, with nothing to be interpreted. */
export function summarise(text: string): string {
  const line = text.replace(/[<>[\]`]/g, (character) => INERT[character] as string).replace(/\s+/g, ' ');
  const characters = Array.from(line);
  return characters.length <= MAX_CHARACTERS ? line : `${characters.slice(0, MAX_CHARACTERS - 1).join('')}…`;
}
