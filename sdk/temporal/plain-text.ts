/**
 * A text of somebody else's making as an event may hold it: no U+0000 and no half of a surrogate pair, and not longer than so
 * many bytes of UTF-8, cut at a character with an ellipsis.
 */
export function plainText(text: string, maxBytes: number): string {
  // With the u flag a pair is one character, and only a half matches.
  const plain = text.replace(/[\0\p{Cs}]/gu, '\u{fffd}');
  const encoder = new TextEncoder();
  if (plain.length * 3 <= maxBytes || encoder.encode(plain).length <= maxBytes) return plain;
  const ellipsis = '…';
  let room = maxBytes - encoder.encode(ellipsis).length;
  let end = 0;
  for (const character of plain) {
    room -= encoder.encode(character).length;
    if (room < 0) break;
    end += character.length;
  }
  return plain.slice(0, end) + ellipsis;
}
