/**
 * A text from somebody else's cluster as an event may hold it: no U+0000 and no half of a surrogate pair, and not longer
 * than so many bytes of UTF-8, cut at a character with an ellipsis.
 */
export function plainText(text: string, maxBytes: number): string {
  const plain = text.replaceAll('\0', '\u{fffd}').toWellFormed();
  if (plain.length * 3 <= maxBytes || Buffer.byteLength(plain) <= maxBytes) return plain;
  const ellipsis = '…';
  const room = maxBytes - Buffer.byteLength(ellipsis);
  let bytes = 0;
  let end = 0;
  for (const character of plain) {
    bytes += Buffer.byteLength(character);
    if (bytes > room) break;
    end += character.length;
  }
  return plain.slice(0, end) + ellipsis;
}

/** Whether an event's id, source or subject may have this part: `identifierSchema` of src/domain/event.ts. */
export const isPlain = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);
