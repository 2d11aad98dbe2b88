import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import { commandLineOf, isAlive } from './leftover.ts';

/**
 * Keeps the data folder to one process: a second start must not take the first one's servers for leftovers and stop
 * them. A lock whose process is gone is taken over.
 *
 * @param dataDir the data folder; made if missing
 * @returns gives the folder back
 * @throws StartError when a running process has the folder
 */
export function lockFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true });
  const path = join(dataDir, 'service.pid');
  const mine = `${process.pid}\n${commandLineOf(process.pid)}`;
  for (;;) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = runningHolder(path);
    if (holder !== undefined) {
      throw new StartError(
        `Exosphere Alerts is running on ${dataDir} already (process ${holder}).`,
        'Stop it first, or give this one another folder with --data-dir and free ports.',
      );
    }
    rmSync(path, { force: true });
  }
}

/** The process that the lock names, if it is that one still and not a later one that got its id. */
function runningHolder(path: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    // Given back this very moment.
    return undefined;
  }
  const [id, ...command] = text.split('\n');
  const pid = Number(id);
  const isIt = pid > 1 && pid !== process.pid && isAlive(pid) && commandLineOf(pid) === command.join('\n');
  return isIt ? pid : undefined;
}
