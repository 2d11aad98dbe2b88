import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { StartError } from '../start-error.ts';

/** Who wants a port: the server's name for messages, and the environment variable that moves it, for the remedy. */
export type PortUse = { what: string; setting: string };

/**
 * Makes sure, before a server is started, that its port on 127.0.0.1 can be had.
 *
 * @param port TCP port, 0 for any free one
 * @returns the port
 * @throws StartError when something listens there already, or the system does not let us listen there
 */
export async function claimPort(port: number, use: PortUse): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(port, '127.0.0.1');
    await once(probe, 'listening');
  } catch (error) {
    throw portTaken(port, use, error);
  }
  const claimed = (probe.address() as AddressInfo).port;
  probe.close();
  await once(probe, 'close');
  return claimed;
}

/**
 * The error for a port that cannot be had; also for a server that lost the race for it after the check.
 *
 * @returns a StartError that names the port and the setting
 */
export function portTaken(port: number, { what, setting }: PortUse, cause?: unknown): StartError {
  const denied = (cause as NodeJS.ErrnoException | undefined)?.code === 'EACCES';
  return new StartError(
    `${what} cannot listen on port ${port} of 127.0.0.1: ${denied ? 'permission denied' : 'another program uses it'}.`,
    denied ? `Set ${setting} to a port from 1024 on.` : `Stop that program, or set ${setting} to a free port.`,
    { cause },
  );
}
