/** From the contract, §3. */
export const EXCERPT_BYTES = 8_192;

/**
 * Makes the beginning of an answer's body storable and readable: UTF-8, bytes that are not replaced by U+FFFD, likewise
 * U+0000, which PostgreSQL's text cannot hold.
 *
 * @param bytes what was read; may end inside a character, which is then left out
 * @returns at most `EXCERPT_BYTES` in UTF-8, whole characters; null when there is nothing
 */
export function makeExcerpt(bytes: Uint8Array): string | null {
  if (bytes.length === 0) return null;
  const text = new TextDecoder()
    .decode(bytes.subarray(0, EXCERPT_BYTES), { stream: true })
    .replaceAll('\u0000', '\uFFFD');
  // Nearly every answer is this short.
  if (bytes.length * 3 <= EXCERPT_BYTES) return text || null;
  // U+FFFD takes three bytes where the wrong one took one, so the text is cut once more.
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(EXCERPT_BYTES));
  return text.slice(0, read) || null;
}
