import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { StartError } from '../start-error.ts';

/** Who wants a port: the server's name for messages, and the environment variable that moves it, for the remedy. */
export type PortUse = { what: string; setting: string };

/**
 * Makes sure, before a server is started, that its port can be had.
 *
 * @param port TCP port, 0 for any free one
 * @param host the address it will listen on
 * @returns the port
 * @throws StartError when something listens there already, or the system does not let us listen there
 */
export async function claimPort(port: number, use: PortUse, host = '127.0.0.1'): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
  } catch (error) {
    throw portTaken(port, use, error, host);
  }
  const claimed = (probe.address() as AddressInfo).port;
  probe.close();
  await once(probe, 'close');
  return claimed;
}

/** A port that somebody else has. */
class PortTakenError extends StartError {}

/** How often a free port is looked for before it is given up. */
const FREE_PORT_TRIES = 5;

/**
 * Starts a server on whatever ports are free: between finding one and listening on it another program may take it, so
 * the start is tried again with others.
 *
 * @param anyPort false where a person chose the ports: then a taken one is their business at once
 * @throws what `start` throws
 */
export async function onFreePorts<T>(anyPort: boolean, start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      if (!anyPort || !(error instanceof PortTakenError) || tries === FREE_PORT_TRIES) throw error;
    }
  }
}

/**
 * The error for a port that cannot be had; also for a server that lost the race for it after the check.
 *
 * @returns a StartError that names the port and the setting
 */
export function portTaken(port: number, { what, setting }: PortUse, cause?: unknown, host = '127.0.0.1'): StartError {
  const { why, remedy } = explain((cause as NodeJS.ErrnoException | undefined)?.code, setting);
  return new PortTakenError(`${what} cannot listen on port ${port} of ${host}: ${why}.`, remedy, { cause });
}

function explain(code: string | undefined, setting: string): { why: string; remedy: string } {
  if (code === 'EACCES') return { why: 'permission denied', remedy: `Set ${setting} to a port from 1024 on.` };
  if (code === 'EADDRINUSE' || code === undefined) {
    return { why: 'another program uses it', remedy: `Stop that program, or set ${setting} to a free port.` };
  }
  return { why: `it is no address of this machine (${code})`, remedy: 'Correct HOST, or unset it.' };
}
