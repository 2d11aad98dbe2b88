/** npm passes a Ctrl-C on to us that the terminal has sent us too: within this time it is the same one. */
const SAME_SIGNAL_MS = 1_000;

/** From the signal on. A container is killed after 30 s by default, and its last words with it. */
const STOP_WITHIN_MS = 25_000;

/**
 * Aborted at the first SIGINT, SIGTERM or SIGHUP; a later one ends the process at once, and the lifelines its children.
 * So does the time in which a stop must come to its end.
 */
export function stopOnSignals(): AbortSignal {
  const controller = new AbortController();
  let first: number | undefined;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (first === undefined) {
        first = performance.now();
        setTimeout(giveUpStop, STOP_WITHIN_MS).unref();
        controller.abort();
      } else if (performance.now() - first > SAME_SIGNAL_MS) {
        process.exit(130);
      }
    });
  }
  return controller.signal;
}

/** What could not be ended in time is as after a crash: others find it by the process's lease and go on. */
function giveUpStop(): never {
  process.stderr.write(
    `Not everything has ended within ${STOP_WITHIN_MS / 1_000} s: is PostgreSQL or Temporal away?\n`,
  );
  process.exit(1);
}

export function untilStopped(stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stopping.aborted) resolve();
    else stopping.addEventListener('abort', () => resolve(), { once: true });
  });
}

/**
 * Waits for something that may not come, such as a server.
 *
 * @param ms how long after the signal it is waited for
 * @returns what it resolves to; undefined where it was not there by then
 */
export async function unlessStoppedFor<T>(
  ms: number,
  stopping: AbortSignal,
  awaited: Promise<T>,
): Promise<T | undefined> {
  const late = untilStopped(stopping).then(
    () => new Promise<undefined>((resolve) => void setTimeout(resolve, ms, undefined).unref()),
  );
  return await Promise.race([awaited, late]);
}
