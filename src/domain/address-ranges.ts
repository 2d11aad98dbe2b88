import { BlockList, isIP } from 'node:net';

/** Which addresses a delivery may be sent to. */
export interface AddressPolicy {
  /**
   * @param ip an address as text, without brackets
   * @returns false for a forbidden one, and for whatever is no address or carries a zone id
   */
  allows(ip: string): boolean;
  /** True when a subnet outside loopback is exempt: names of private networks (`*.internal`) may then have receivers. */
  readonly allowsPrivateNames: boolean;
}

// Sources: IANA's IPv4 and IPv6 special-purpose address registries (2025-10-09), and what clouds use besides.
const FORBIDDEN_V4 = [
  '0.0.0.0/8', // "this network", RFC 791
  '10.0.0.0/8', // private use, RFC 1918
  '100.64.0.0/10', // shared address space (CGNAT), RFC 6598; Alibaba's metadata service, Tailscale
  '127.0.0.0/8', // loopback, RFC 1122
  '168.63.129.16/32', // Azure WireServer: a public address that no registry lists
  '169.254.0.0/16', // link local, RFC 3927; the clouds' metadata services
  '172.16.0.0/12', // private use, RFC 1918
  '192.0.0.0/24', // IETF protocol assignments, RFC 6890; Oracle's old metadata service
  '192.0.2.0/24', // TEST-NET-1, RFC 5737
  '192.31.196.0/24', // AS112-v4, RFC 7535
  '192.52.193.0/24', // AMT, RFC 7450
  '192.88.99.0/24', // 6to4 relay anycast, RFC 7526
  '192.168.0.0/16', // private use, RFC 1918
  '192.175.48.0/24', // direct delegation AS112, RFC 7534
  '198.18.0.0/15', // benchmarking, RFC 2544
  '198.51.100.0/24', // TEST-NET-2, RFC 5737
  '203.0.113.0/24', // TEST-NET-3, RFC 5737
  '224.0.0.0/4', // multicast, RFC 1112
  '240.0.0.0/4', // reserved (class E) and broadcast, RFC 1112
];

/**
 * The only global-unicast space that IANA allocates from (RFC 4291). All else is forbidden: loopback, unique-local,
 * link-local, multicast, IPv4-mapped, NAT64, discard-only, SRv6, and whatever is assigned later.
 */
const GLOBAL_UNICAST_V6 = ['2000::/3'];

/** Inside the global-unicast space. */
const FORBIDDEN_V6 = [
  '2001::/23', // IETF protocol assignments, RFC 2928: Teredo (embeds IPv4), benchmarking, AMT, AS112, ORCHID, DET
  '2001:db8::/32', // documentation, RFC 3849
  '2002::/16', // 6to4 (embeds IPv4), RFC 3056
  '2620:4f:8000::/48', // direct delegation AS112, RFC 7534
  '3fff::/20', // documentation, RFC 9637
];

/** IPv6 prefixes of 96 bits whose last 32 are the IPv4 address that is reached. */
const IPV4_IN_V6 = [
  '::ffff:', // IPv4-mapped, RFC 4291
  '::ffff:0:', // IPv4-translated (SIIT), RFC 2765
  '64:ff9b::', // NAT64's well-known prefix, RFC 6052
];

const LOOPBACK = [
  { family: 'ipv4', base: '127.0.0.0', prefix: 8 },
  { family: 'ipv6', base: '::1', prefix: 128 },
] as const satisfies Subnet[];

/**
 * Makes the table of forbidden addresses. An allowed subnet is exempt from it, but an IPv6 subnet opens no forbidden
 * IPv4 address that is embedded in it: with `64:ff9b::/96` allowed (a host that reaches IPv4 by DNS64 and NAT64),
 * NAT64 of a public address is allowed and NAT64 of 10.0.0.1 is not.
 *
 * @param allowedSubnets CIDRs such as `10.1.0.0/16` or `fd00::/8`
 * @throws RangeError naming what is not a CIDR
 */
export function createAddressPolicy({ allowedSubnets }: { allowedSubnets: string[] }): AddressPolicy {
  const exempt = allowedSubnets.map(parseSubnet);
  const exemptV4 = exempt.filter(({ family }) => family === 'ipv4');
  const forbiddenV4 = FORBIDDEN_V4.map(parseSubnet);
  // One list for each family: in a list that also holds ::ffff:0:0/96, every IPv4 address matches.
  const v4 = { exempt: listOf(exemptV4), forbidden: listOf(forbiddenV4) };
  const v6 = {
    exempt: listOf(exempt.filter(({ family }) => family === 'ipv6')),
    global: listOf(GLOBAL_UNICAST_V6.map(parseSubnet)),
    forbidden: listOf(FORBIDDEN_V6.map(parseSubnet)),
    embeddedExempt: listOf(exemptV4.flatMap(embeddings)),
    embeddedForbidden: listOf(forbiddenV4.flatMap(embeddings)),
  };

  function allowsV4(ip: string): boolean {
    return v4.exempt.check(ip, 'ipv4') || !v4.forbidden.check(ip, 'ipv4');
  }

  function allowsV6(ip: string): boolean {
    if (v6.exempt.check(ip, 'ipv6')) {
      return v6.embeddedExempt.check(ip, 'ipv6') || !v6.embeddedForbidden.check(ip, 'ipv6');
    }
    return v6.global.check(ip, 'ipv6') && !v6.forbidden.check(ip, 'ipv6');
  }

  return {
    allows(ip) {
      // A zone id names one of our own interfaces: such an address is link-local at best.
      if (ip.includes('%')) return false;
      const family = isIP(ip);
      return family === 4 ? allowsV4(ip) : family === 6 && allowsV6(ip);
    },
    allowsPrivateNames: exempt.some((subnet) => !isLoopback(subnet)),
  };
}

interface Subnet {
  family: 'ipv4' | 'ipv6';
  base: string;
  prefix: number;
}

function parseSubnet(cidr: string): Subnet {
  const [base = '', prefixText = '', ...rest] = cidr.split('/');
  const family = isIP(base);
  const prefix = /^\d{1,3}$/.test(prefixText) ? Number(prefixText) : Number.NaN;
  const wellFormed = family !== 0 && !base.includes('%') && rest.length === 0;
  if (!wellFormed || !(prefix <= (family === 4 ? 32 : 128))) {
    throw new RangeError(`${JSON.stringify(cidr)} is not a CIDR such as 10.1.0.0/16 or fd00::/8`);
  }
  return { family: family === 4 ? 'ipv4' : 'ipv6', base, prefix };
}

function embeddings({ base, prefix }: Subnet): Subnet[] {
  return IPV4_IN_V6.map((start) => ({ family: 'ipv6', base: `${start}${base}`, prefix: 96 + prefix }));
}

function listOf(subnets: Subnet[]): BlockList {
  const list = new BlockList();
  for (const { family, base, prefix } of subnets) list.addSubnet(base, prefix, family);
  return list;
}

function isLoopback(subnet: Subnet): boolean {
  return LOOPBACK.some(
    (loopback) =>
      loopback.family === subnet.family &&
      subnet.prefix >= loopback.prefix &&
      listOf([loopback]).check(subnet.base, subnet.family),
  );
}
