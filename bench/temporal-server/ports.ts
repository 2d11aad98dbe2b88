import { randomInt } from 'node:crypto';
import { claimPort, type PortUse } from '../../src/embedded/port.ts';

/** Seen only after several tries with other ports each. */
export const PORT_USE: PortUse = { what: 'The Temporal server', setting: 'RANGE in bench/temporal-server/ports.ts' };

/**
 * Not the system's own choice of free ports: on PostgreSQL the server keeps the port by which its services find each
 * other as a smallint, and ends at once ("out of range for type smallint") if it is above 32767, where Linux begins to
 * choose. For the same reason no client's connection gets one of these between the probe and the start.
 */
const RANGE = { from: 16_384, to: 32_768 };

/** Finds that many free ports on 127.0.0.1. @throws StartError when hardly any is free */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>();
  let tries = 10 * count;
  while (found.size < count) {
    const port = randomInt(RANGE.from, RANGE.to);
    if (found.has(port)) continue;
    try {
      found.add(await claimPort(port, PORT_USE));
    } catch (error) {
      tries -= 1;
      if (tries === 0) throw error;
    }
  }
  return [...found];
}
