import { isIP } from 'node:net';
import type { AddressPolicy } from './address-ranges.ts';

/** What the operator decided about targets, from EXOSPHERE_ALLOW_HTTP and EXOSPHERE_ALLOWED_SUBNETS. */
export interface UrlPolicy {
  allowHttp: boolean;
  addressPolicy: AddressPolicy;
}

/** `reason` completes a sentence that begins with "target_url". `blocked`: it is the address that is refused. */
export type CheckedUrl = { ok: true; url: URL } | { ok: false; reason: string; blocked: boolean };

/** From the contract, §7. */
const MAX_LENGTH = 2_048;

/**
 * Ports from 1024 on that are known for something other than a webhook receiver. A POST there can do harm (a
 * line-based protocol takes lines of our body for commands, a daemon without authentication obeys).
 * Sources: the Fetch standard's "bad ports" (marked F) and IANA's registry of service names. All lie under 32768, where
 * Linux begins to hand out ephemeral ports.
 */
const SERVICE_PORTS = new Set([
  ...[1433, 1521, 3306, 5432, 9042], // SQL Server, Oracle, MySQL, PostgreSQL, Cassandra
  ...[6379, 11211, 27017, 27018, 27019], // Redis, memcached, MongoDB
  ...[9200, 9300], // Elasticsearch
  ...[4369, 5672, 9092], // Erlang's port mapper, AMQP, Kafka
  ...[2181, 2375, 2376, 2379, 2380, 6443, 10250, 10255], // ZooKeeper, Docker, etcd, Kubernetes API, kubelet
  ...[7233, 7243, 8233], // Temporal: gRPC, HTTP, Web UI of the development server
  ...[8125, 8300, 8301, 8302, 8500, 8600], // StatsD, Consul
  ...[2049, 4045], // F: NFS
  ...[3389, 5900, 6000], // RDP, VNC, F: X11
  ...[5060, 5061, 1719, 1720, 1723], // F: SIP, H.323, PPTP
  ...[6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697], // F: SANE, IRC
  ...[3659, 4190, 10080], // F: Apple SASL, ManageSieve, Amanda
]);

/**
 * The URL policy, asked when an endpoint is saved and again before each attempt. It looks at the parsed URL and never
 * at the text, in which `http:\\127.1` hides what it is. What a name resolves to is not asked here: that is the
 * guarded agent's part.
 *
 * @returns the parsed URL, or why not, with the remedy
 */
export function checkUrl(text: string, { allowHttp, addressPolicy }: UrlPolicy): CheckedUrl {
  if (text.length > MAX_LENGTH) return refused(`must have at most ${MAX_LENGTH} characters`);
  // What URL parsers mend in silence, each in its own way: white space, and slashes that are missing or the wrong way.
  const url = /^[a-z][a-z0-9+.-]*:\/\/[^\s\\\p{Cc}]+$/iu.test(text) ? URL.parse(text) : null;
  if (!url) return refused('must be an absolute URL such as https://example.com/hook');
  const reason = schemeFault(url, allowHttp) ?? partFault(url, text) ?? portFault(url);
  if (reason !== undefined) return refused(reason);
  const blockedReason = hostFault(url.hostname, addressPolicy);
  return blockedReason === undefined ? { ok: true, url } : { ok: false, reason: blockedReason, blocked: true };
}

function refused(reason: string): CheckedUrl {
  return { ok: false, reason, blocked: false };
}

function schemeFault({ protocol }: URL, allowHttp: boolean): string | undefined {
  if (protocol === 'https:' || (protocol === 'http:' && allowHttp)) return undefined;
  return allowHttp
    ? 'must use https or http'
    : 'must use https (http only where the operator sets EXOSPHERE_ALLOW_HTTP=true)';
}

function partFault(url: URL, text: string): string | undefined {
  if (url.username !== '' || url.password !== '' || /^[^/]*\/\/[^/?#]*@/.test(text)) {
    return 'must not contain a user name or password; send an Authorization header by `headers` instead';
  }
  // In a serialized URL, # can only begin the fragment. `url.hash` does not show an empty one.
  return url.href.includes('#') ? 'must not contain a fragment; remove # and what follows it' : undefined;
}

/** `URL` shows a scheme's default port as ''. */
function portFault({ port }: URL): string | undefined {
  const number = Number(port);
  if (port === '' || number === 80 || isOpenPort(number)) return undefined;
  return `must not use port ${port}; use 443, 80, or one from 1024 on that no well-known service has`;
}

/** Whether a port is one that may be dialled whatever is spoken: 443, or one from 1024 on that is no other service's. */
export const isOpenPort = (port: number): boolean =>
  port === 443 || (port >= 1024 && port <= 65_535 && !SERVICE_PORTS.has(port));

/**
 * Whether a host may be dialled, as far as its name tells.
 *
 * @param hostname as `URL` has it
 * @returns what completes a sentence that begins with the field, with the remedy; undefined where it may
 */
export function hostFault(hostname: string, addressPolicy: AddressPolicy): string | undefined {
  const literal = hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) {
    return addressPolicy.allows(literal)
      ? undefined
      : `must not be an address in a private or reserved range; use a public one${OR_EXEMPT}`;
  }
  const name = literal.replace(/\.+$/, '');
  // `http://unix:/var/run/docker.sock` is how some HTTP clients are told to use a Unix socket.
  if (name === 'unix') return 'must not name a Unix socket; use a host name';
  if (isUnder(name, 'localhost')) {
    // Which of the two it is, the resolver decides, and the guarded agent looks at its answer.
    const allowed = addressPolicy.allows('127.0.0.1') || addressPolicy.allows('::1');
    return allowed ? undefined : `must not be localhost; use a public host name${OR_EXEMPT}`;
  }
  if (isUnder(name, 'local') || isUnder(name, 'internal')) {
    return addressPolicy.allowsPrivateNames
      ? undefined
      : `must not be a name of a private network; use a public host name${OR_EXEMPT}`;
  }
  return undefined;
}

const OR_EXEMPT = ', or have the operator exempt its subnet in EXOSPHERE_ALLOWED_SUBNETS';

function isUnder(name: string, suffix: string): boolean {
  return name === suffix || name.endsWith(`.${suffix}`);
}
