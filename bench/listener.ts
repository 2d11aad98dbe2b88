import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** State of a listening socket in /proc/net/tcp: TCP_LISTEN. */
const LISTENING = '0A';

/**
 * The process of this machine that listens on an address, for a server that was there before the bench.
 *
 * @param address `host:port`
 * @returns its process id; undefined where the host is another machine, or we may not look into the process
 */
export function listenerOf(address: string): number | undefined {
  const [host, port] = [
    address.slice(0, address.lastIndexOf(':')),
    Number(address.slice(address.lastIndexOf(':') + 1)),
  ];
  if (!['127.0.0.1', 'localhost', '[::1]', '::1'].includes(host)) return undefined;
  const sockets = listeningSockets(port);
  const holders = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (pid > 0 && holdsAny(pid, sockets)) holders.set(pid, parentOf(pid));
  }
  // A forked child may have inherited the socket: the one whose parent does not hold it is the server.
  return [...holders].find(([, parent]) => !holders.has(parent))?.[0];
}

function listeningSockets(port: number): Set<string> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const sockets = new Set<string>();
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readText(file).split('\n').slice(1)) {
      // proc(5): "sl local_address rem_address st … inode", the fields apart by blanks.
      const fields = line.trim().split(/\s+/);
      if (fields[1]?.endsWith(`:${hexPort}`) && fields[3] === LISTENING) sockets.add(`socket:[${fields[9]}]`);
    }
  }
  return sockets;
}

function holdsAny(pid: number, sockets: Set<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return sockets.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
      } catch {
        // Closed between the two looks.
        return false;
      }
    });
  } catch {
    return false;
  }
}

const parentOf = (pid: number) => Number(/^PPid:\s+(\d+)$/m.exec(readText(`/proc/${pid}/status`))?.[1]);

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
