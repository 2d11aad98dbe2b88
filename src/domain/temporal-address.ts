import { isIP } from 'node:net';
import type { AddressPolicy } from './address-ranges.ts';
import { hostFault, isOpenPort } from './url-policy.ts';

/** A Temporal's address, taken apart. `host` is a name in lower case, or an address without brackets. */
export interface TemporalAddress {
  host: string;
  port: number;
}

/** `reason` completes a sentence that begins with "address". */
export type CheckedTemporalAddress = ({ ok: true } & TemporalAddress) | { ok: false; reason: string };

/** Where Temporal's frontend listens, self-hosted and in Temporal Cloud alike: https://docs.temporal.io/references/configuration */
const DEFAULT_PORT = 7233;
/** The longest name of the DNS, and a port. */
const MAX_LENGTH = 260;
const FORM = /^(\[[0-9a-f:.]+\]|[^\s[\]:/\\@?#%\p{Cc}]+)(?::(\d{1,5}))?$/iu;

/**
 * Reads `host`, `host:port` or `[IPv6]:port` and asks the policy that webhook URLs are under, save that the port may be
 * Temporal's. What a name resolves to is not asked here: that is for whoever dials it.
 */
export function checkTemporalAddress(text: string, addressPolicy: AddressPolicy): CheckedTemporalAddress {
  if (text.length > MAX_LENGTH) return refused(`must have at most ${MAX_LENGTH} characters`);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[0];
  if (scheme !== undefined) return refused(`must be host:port without a scheme; remove ${scheme}`);
  if (isIP(text) === 6) return refused(`must have an IPv6 address in brackets, such as [${text}]:${DEFAULT_PORT}`);
  const [, written = '', portText = String(DEFAULT_PORT)] = FORM.exec(text) ?? [];
  // It makes one form of the many that a host can have: 127.1, 0x7f000001, full-width digits, names in other scripts.
  const hostname = URL.parse(`https://${written}/`)?.hostname;
  if (!hostname) return refused('must be host:port such as temporal.example.com:7233');
  const port = Number(portText);
  if (port !== DEFAULT_PORT && !isOpenPort(port)) {
    return refused(
      `must not use port ${portText}; use 7233, 443, or one from 1024 on that no other well-known service has`,
    );
  }
  const fault = hostFault(hostname, addressPolicy);
  return fault === undefined ? { ok: true, host: hostname.replace(/^\[(.*)\]$/, '$1'), port } : refused(fault);
}

/** As people write it, always with its port. */
export const writtenAddress = ({ host, port }: TemporalAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

const refused = (reason: string): CheckedTemporalAddress => ({ ok: false, reason });

/** Why a source is not reached in plain text; completes a sentence that begins with "tls". */
export const plainTextFault = (allowHttp: boolean): string =>
  allowHttp
    ? 'must be on with an api_key, which would cross the network in plain text'
    : 'must be on; plain text only where the operator sets EXOSPHERE_ALLOW_HTTP=true';
