/** What takes the place of a secret, as in the API's answers. */
const MASK = '••••••••';

/** Shorter values say nothing by themselves, and would black out half of an innocent text. */
const SHORTEST = 6;

/**
 * A receiver's answer without what we sent it in confidence: debug pages and echo services show request headers.
 *
 * @param text the answer's beginning, which may end in the middle of a value
 * @param values secrets and header values; of `Bearer x` and its like the credentials alone count too
 */
export function redact(text: string, values: string[]): string {
  const secrets = values
    .flatMap((value) => [value, value.replace(/^\S+\s+/, '')])
    .filter((value) => value.length >= SHORTEST)
    // The longest first, for one may be part of another.
    .sort((a, b) => b.length - a.length);
  const masked = secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  return secrets.reduce(withoutCutSecret, masked);
}

/** The text was cut somewhere, perhaps within a secret: its beginning is none of a reader's business either. */
function withoutCutSecret(text: string, secret: string): string {
  for (let length = Math.min(secret.length, text.length); length >= SHORTEST; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return text.slice(0, -length) + MASK;
  }
  return text;
}
