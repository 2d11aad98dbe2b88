import type { LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import type { Lookup } from '../../activities/http/guarded-agent.ts';
import type { AddressPolicy } from '../domain/address-ranges.ts';
import type { TemporalAddress } from '../domain/temporal-address.ts';
import { ADDRESS_BLOCKED, SourceError, silent, unreached, unresolved } from './fault.ts';

export interface DialDeps {
  addressPolicy: AddressPolicy;
  lookup: Lookup;
}

/**
 * The one address that is to be dialled for a host: an IP literal that the policy allows, so that nothing can change between
 * this check and the connection. One forbidden answer among several refuses the name. Of several, one that can be reached: whether any can is known after one connection, made and closed.
 *
 * @param withinMs for all of it
 * @throws SourceError
 */
export async function allowedAddress(
  { host, port }: TemporalAddress,
  { addressPolicy, lookup }: DialDeps,
  withinMs: number,
): Promise<string> {
  const signal = AbortSignal.timeout(withinMs);
  const addresses =
    isIP(host) === 0 ? await resolve(host, lookup, signal, withinMs) : [{ address: host, family: isIP(host) }];
  if (addresses.length === 0 || !addresses.every(({ address }) => addressPolicy.allows(address)))
    throw new SourceError(ADDRESS_BLOCKED);
  const reached = await reach(addresses, port, signal, withinMs);
  // It is one of those above; in which form Node tells it is Node's affair.
  if (!addressPolicy.allows(reached)) throw new SourceError(ADDRESS_BLOCKED);
  return reached;
}

function resolve(host: string, lookup: Lookup, signal: AbortSignal, withinMs: number): Promise<LookupAddress[]> {
  return new Promise((done, fail) => {
    const late = () => fail(new SourceError(unresolved(`no answer within ${withinMs / 1_000} s`)));
    signal.addEventListener('abort', late, { once: true });
    lookup(host, { all: true }, (error, found) => {
      signal.removeEventListener('abort', late);
      if (error) fail(new SourceError(unresolved(error.code ?? 'no reason given'), { cause: error }));
      else done(found);
    });
  });
}

/** Tries all by Node's own "happy eyeballs": a host without IPv6 is not to wait for the first of a name's addresses. */
function reach(addresses: LookupAddress[], port: number, signal: AbortSignal, withinMs: number): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect({
      host: 'checked.invalid',
      port,
      autoSelectFamily: true,
      // Nobody is asked again: these are the addresses that were checked.
      lookup: (_host, _options, callback) => callback(null, addresses),
    });
    const end = (settle: () => void) => {
      settle();
      socket.destroy();
    };
    signal.addEventListener('abort', () => end(() => fail(new SourceError(silent(withinMs / 1_000)))), { once: true });
    socket.once('connect', () => end(() => done(socket.remoteAddress ?? '')));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(() => fail(new SourceError(unreached(error.code ?? error.message), { cause: error }))),
    );
  });
}
