import { randomInt } from 'node:crypto';
import { claimPort } from '../../src/embedded/port.ts';

/**
 * Below what the system gives to those who ask for any port (32768 and up on Linux): nobody who does can take one of these
 * between the look for it and its use, nor while a server that is to come back on it is down.
 */
const FIRST = 20_000;
/** Ports of one Jest worker: several work side by side, and none of them may be given another's. */
const SHARE = 400;
/** So many end below 32768; jest.config.js asks for no more workers. */
const SHARES = 30;

const worker = Number(process.env.JEST_WORKER_ID ?? 1) - 1;
if (worker >= SHARES) throw new Error(`There are ports for ${SHARES} Jest workers: use --maxWorkers=${SHARES}.`);
/** Another run on the same machine begins elsewhere. */
let next = randomInt(SHARE);

const use = { what: 'A test', setting: 'nothing' };

/** A TCP port of 127.0.0.1 that nobody uses just now, and that this test file gives to nobody else. */
export async function freePort(): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    const port = FIRST + worker * SHARE + next;
    next = (next + 1) % SHARE;
    try {
      return await claimPort(port, use);
    } catch (error) {
      if (tries === SHARE) throw error;
    }
  }
}
