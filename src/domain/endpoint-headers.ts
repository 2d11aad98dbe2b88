/** A name as long as any in use; the limit keeps the head of a request far from receivers' usual 8 KiB. */
const MAX_NAME = 100;
/** Room for a large JWT. Decision of this project. */
const MAX_VALUE = 4_096;

/** RFC 9110, section 5.6.2. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** RFC 9110, section 5.5, without its obsolete bytes over 0x7F, which receivers decode in different ways. */
const VALUE = /^[\t\x20-\x7e]*$/;

/** Set by the service: they frame the message, belong to the connection (RFC 9110, section 7.6.1) or say who we are. */
const REFUSED_NAMES = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]);

/** Signature and identity are ours, and `proxy-*` is between a client and its proxy. */
const REFUSED_PREFIXES = ['webhook-', 'x-exosphere-', 'proxy-'];

/**
 * Checks a header that the owner of an endpoint wants sent with each delivery.
 *
 * @returns why it is refused, with the remedy; undefined when it may be sent. The value is not repeated: it is a secret
 */
export function checkHeader(name: string, value: string): string | undefined {
  if (name.length > MAX_NAME) return `the name must have at most ${MAX_NAME} characters`;
  if (!TOKEN.test(name)) return "the name must consist of letters, digits and !#$%&'*+-.^_`|~";
  const lower = name.toLowerCase();
  if (REFUSED_NAMES.has(lower) || REFUSED_PREFIXES.some((prefix) => lower.startsWith(prefix))) {
    return 'is set by the service; remove it';
  }
  if (value.length > MAX_VALUE) return `the value must have at most ${MAX_VALUE} characters`;
  if (!VALUE.test(value)) return 'the value must consist of visible ASCII characters and spaces, on one line';
  return undefined;
}
