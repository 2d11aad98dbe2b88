import type { LookupAddress, LookupAllOptions } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import type { AddressPolicy } from '../../src/domain/address-ranges.ts';

/** Resolves a name to all of its addresses: the form of `dns.lookup` with `all: true`. */
export type Lookup = (
  hostname: string,
  options: LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** The target's address is forbidden. Which one it is is not told: the answer must not help to map our network. */
export class AddressNotAllowedError extends Error {
  readonly code = 'ERR_ADDRESS_NOT_ALLOWED';

  constructor() {
    super('Address not allowed');
    this.name = 'AddressNotAllowedError';
  }
}

export interface GuardedAgents {
  http: http.Agent;
  https: https.Agent;
  /** Closes every connection, those in use too. */
  destroy(): void;
}

/**
 * For one origin. There is no bound over all: a delivery that waits for other receivers' connections would time out,
 * and its own receiver would get the blame. The worker's number of concurrent activities is the bound over all.
 */
const MAX_SOCKETS = 256;
const MAX_IDLE_SOCKETS = 16;

/** An idle connection is closed after this long, or earlier if the receiver announces less in `keep-alive`. */
const IDLE_MS = 10_000;

/**
 * Agents that connect to allowed addresses only. The check is made where the connection is made, on the very
 * addresses that are then dialled, so a name that changes its address in between gains nothing. A reused connection
 * was checked when it was made.
 *
 * @param lookup in place of `dns.lookup`, for tests
 */
export function createGuardedAgents({
  addressPolicy,
  lookup,
  keepAlive,
}: {
  addressPolicy: AddressPolicy;
  lookup: Lookup;
  keepAlive: boolean;
}): GuardedAgents {
  const guarded = guardLookup(addressPolicy, lookup);
  const options = { keepAlive, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_IDLE_SOCKETS, timeout: IDLE_MS };
  const plain = new GuardedHttpAgent(addressPolicy, guarded, options);
  // Node's default is true, but NODE_TLS_REJECT_UNAUTHORIZED=0 changes that; this does not let it.
  const secure = new GuardedHttpsAgent(addressPolicy, guarded, { ...options, rejectUnauthorized: true });
  return {
    http: plain,
    https: secure,
    destroy() {
      plain.destroy();
      secure.destroy();
    },
  };
}

type ConnectOptions = http.ClientRequestArgs;
type Connected = (error: Error | null, stream: Duplex) => void;

class GuardedHttpAgent extends http.Agent {
  readonly #addressPolicy: AddressPolicy;
  readonly #lookup: LookupFunction;

  constructor(addressPolicy: AddressPolicy, lookup: LookupFunction, options: http.AgentOptions) {
    super(options);
    this.#addressPolicy = addressPolicy;
    this.#lookup = lookup;
  }

  override createConnection(options: ConnectOptions, callback?: Connected): Duplex | null | undefined {
    if (!mayDial(options, this.#addressPolicy)) return refuse(callback);
    return super.createConnection({ ...options, lookup: this.#lookup }, callback);
  }
}

class GuardedHttpsAgent extends https.Agent {
  readonly #addressPolicy: AddressPolicy;
  readonly #lookup: LookupFunction;

  constructor(addressPolicy: AddressPolicy, lookup: LookupFunction, options: https.AgentOptions) {
    super(options);
    this.#addressPolicy = addressPolicy;
    this.#lookup = lookup;
  }

  override createConnection(options: https.RequestOptions, callback?: Connected): Duplex | null | undefined {
    if (!mayDial(options, this.#addressPolicy)) return refuse(callback);
    return super.createConnection({ ...options, lookup: this.#lookup }, callback);
  }
}

/** Node never calls `lookup` for a literal address or a Unix socket, so these are looked at here. */
function mayDial({ host, socketPath, path }: ConnectOptions, addressPolicy: AddressPolicy): boolean {
  // At this place `path` is a Unix socket's too: the agent has replaced the request's path.
  if (socketPath || path) return false;
  // Without a host, Node dials localhost.
  if (!host) return false;
  const literal = host.replace(/^\[(.*)\]$/, '$1');
  return isIP(literal) === 0 || addressPolicy.allows(literal);
}

function refuse(callback: Connected | undefined): undefined {
  const error = new AddressNotAllowedError();
  if (!callback) throw error;
  // An error has no stream beside it; the type does not know that.
  callback(error, undefined as unknown as Duplex);
  return undefined;
}

/** One forbidden answer among several refuses the name: which of them is dialled is not ours to choose. */
function guardLookup(addressPolicy: AddressPolicy, lookup: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, [], undefined);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => addressPolicy.allows(address))) {
        return callback(new AddressNotAllowedError(), [], undefined);
      }
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
