// Lets one process at a time install. Plain JavaScript for Node 14.18 and later.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InstallError } from './install-error.js';

const LOOK_EVERY_MS = 500;
const SAY_EVERY_MS = 10000;
const GIVE_UP_AFTER_MS = 15 * 60000;
/** The holder touches the lock this often… */
const BEAT_EVERY_MS = 5000;
/** …and one that another machine has not touched for this long is nobody's… */
const STALE_AFTER_MS = 60000;
/** …even where the holder seems to live: a process id may belong to something else by now. */
const SURELY_STALE_AFTER_MS = 10 * 60000;

/**
 * Takes the lock, waiting while another process holds it. A folder is the lock: making one is atomic everywhere. One
 * left behind by a killed process is removed.
 *
 * @param doing what the holder does, for who waits
 * @returns `workBy(pid)` notes that this child does the work and must be gone too before the lock is stale; `release()`
 */
export async function takeLock(folder, say, doing = 'installs dependencies') {
  const began = Date.now();
  let said = 0;
  while (!tryTake(folder)) {
    if (isStale(folder)) {
      remove(folder);
      continue;
    }
    const waited = Date.now() - began;
    if (waited > GIVE_UP_AFTER_MS)
      throw new InstallError(`Another process still ${doing}. Stop it, or remove ${folder}.`);
    if (said === 0 || waited - said >= SAY_EVERY_MS) {
      said = Math.max(waited, 1);
      say(`Waiting: another process (${readOwner(folder).pids[0] || 'unknown'}) ${doing} here…`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  writeOwner(folder, [process.pid]);
  const beat = setInterval(() => touch(folder), BEAT_EVERY_MS);
  beat.unref();
  return {
    workBy: (pid) => writeOwner(folder, [process.pid, pid]),
    release: () => {
      clearInterval(beat);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function tryTake(folder) {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isStale(folder) {
  let touched;
  try {
    touched = statSync(folder).mtimeMs;
  } catch {
    // Just released.
    return false;
  }
  const age = Date.now() - touched;
  const owner = readOwner(folder);
  if (owner.pids.length === 0 || owner.host !== hostname()) return age > STALE_AFTER_MS;
  return !owner.pids.some(isAlive) || age > SURELY_STALE_AFTER_MS;
}

/** Two processes may come to this at once: only one can move the folder away, and neither deletes a new one of the other. */
function remove(folder) {
  const aside = `${folder}.stale-${process.pid}`;
  try {
    renameSync(folder, aside);
  } catch {
    return;
  }
  if (isStale(aside)) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, folder);
}

function writeOwner(folder, pids) {
  writeFileSync(join(folder, 'owner.json'), JSON.stringify({ host: hostname(), pids: pids.filter(Boolean) }));
}

function readOwner(folder) {
  try {
    return JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8'));
  } catch {
    return { host: undefined, pids: [] };
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function touch(folder) {
  try {
    utimesSync(folder, new Date(), new Date());
  } catch {
    // Removed by hand; the install goes on.
  }
}
