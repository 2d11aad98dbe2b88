/** IP addresses as numbers and in the ways they are written; for tests, beside Node's own parsers. */

/** For plain notation: dotted quads, or groups with at most one `::`. */
export function parseAddress(text: string): bigint {
  if (!text.includes(':')) return text.split('.').reduce((value, part) => value * 256n + BigInt(part), 0n);
  const [left = [], right = []] = text.split('::').map((half) => half.split(':').filter(Boolean));
  const groups = [...left, ...Array(8 - left.length - right.length).fill('0'), ...right];
  return BigInt(`0x${groups.map((group) => group.padStart(4, '0')).join('')}`);
}

/**
 * @param notation 0 is the plain one; others are what URL parsers take for the same address: decimal, hexadecimal, octal,
 *   with a trailing full stop, short, in upper case, with a dotted quad at its end
 */
export function formatAddress({ family, value }: { family: 4 | 6; value: bigint }, notation: number): string {
  return family === 4 ? formatV4(value, notation) : formatV6(value, notation);
}

function formatV4(value: bigint, notation: number): string {
  const bytes = [24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 255n));
  switch (notation) {
    case 1:
      return String(value);
    case 2:
      return `0x${value.toString(16)}`;
    case 3:
      return bytes.map((byte) => `0${byte.toString(8)}`).join('.');
    case 4:
      return `${bytes.join('.')}.`;
    case 5:
      return `${bytes[0]}.${value & 0xffffffn}`;
    default:
      return bytes.join('.');
  }
}

function formatV6(value: bigint, notation: number): string {
  const groups = (value.toString(16).padStart(32, '0').match(/.{4}/g) ?? []) as string[];
  switch (notation) {
    case 1:
      return groups.join(':').toUpperCase();
    case 2:
      return groups.map((group) => group.replace(/^0{1,3}/, '')).join(':');
    case 3:
      return `${groups.slice(0, 6).join(':')}:${formatV4(value & 0xffffffffn, 0)}`;
    default:
      // As resolvers and URL parsers give it.
      return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
  }
}
