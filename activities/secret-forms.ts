/**
 * The forms in which a receiver may show what it was sent: as it is, escaped for JSON, HTML or a URL, in hex, and in
 * base64 wherever in a larger text it began. Letters' case is left to the reader.
 *
 * @param values secrets and header values
 * @returns each form once; all together at most some twenty times as long as the values
 */
export function formsOf(values: string[]): string[] {
  const plain = new Set(values.flatMap(partsOf));
  return [...new Set([...plain].flatMap(encoded))];
}

/** A value, and what of it is the secret: the credentials of `Bearer x`, user and password of `Basic …`, a key's bytes. */
function partsOf(value: string): string[] {
  const credentials = value.replace(/^\S+\s+/, '');
  const parts = [value, credentials, value.replace(/^whsec_/, '')];
  if (!/^basic\s/i.test(value)) return parts;
  const pair = Buffer.from(credentials, 'base64').toString('utf8');
  return [...parts, pair, pair.slice(pair.indexOf(':') + 1)];
}

function encoded(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const url = encodeURIComponent(text.toWellFormed());
  const base64 = [0, 1, 2].map((offset) => base64Within(text, offset));
  return [
    text,
    json,
    // PHP's json_encode.
    json.replaceAll('/', '\\/'),
    // What puts JSON into HTML.
    json.replace(/[<>&']/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
    url,
    url.replaceAll('%20', '+'),
    encodeURI(text.toWellFormed()),
    html(text, '&#39;'),
    html(text, '&#x27;'),
    Buffer.from(text).toString('hex'),
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
  ];
}

/** The characters of base64 that depend on the text alone where `offset` bytes of something else stand before it. */
function base64Within(text: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]);
  const whole = bytes.toString('base64').replace(/=+$/, '');
  // A group of three bytes that is not whole has a last character that what follows decides too.
  const end = bytes.length % 3 === 0 ? whole.length : whole.length - 1;
  return whole.slice(offset === 0 ? 0 : offset + 1, end);
}

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const html = (text: string, apostrophe: string): string =>
  text.replace(/[&<>"']/g, (character) => HTML[character] ?? apostrophe);
