import type { Api } from './api.ts';

/** What a sender has seen. */
export interface Sent {
  /** Ids that were answered 202. */
  accepted: Set<string>;
  /** Between two 202s, at most, in ms. */
  outageMs: number;
}

/** Events on their way to the API at once: as many as a busy platform's processes would have. */
const IN_FLIGHT = 16;
/** Between two tries of the same event: sooner than `Retry-After` asks, so that the outage is seen as long as it is. */
const PAUSE_MS = 100;
/** A call that is not answered by then is made again. */
const PATIENCE_MS = 15_000;

/**
 * Sends events as a client should: one that was not answered 202 is sent again with the same id, until it is.
 *
 * @param events each with an id and the type
 * @param tell called as soon as half of them are accepted
 */
export async function sendAll(api: Api, events: { id: string; type: string }[], tell = () => {}): Promise<Sent> {
  const accepted = new Set<string>();
  const left = [...events];
  let lastAt = performance.now();
  let outageMs = 0;
  const sendOne = async ({ id, type }: { id: string; type: string }): Promise<void> => {
    while (!(await isAccepted(api, { id, type, data: { run_id: id } }))) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    const now = performance.now();
    outageMs = Math.max(outageMs, now - lastAt);
    lastAt = now;
    accepted.add(id);
    if (accepted.size === Math.ceil(events.length / 2)) tell();
  };
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) await sendOne(next);
    }),
  );
  return { accepted, outageMs };
}

/** @throws Error for an answer that no outage explains */
async function isAccepted(api: Api, event: object): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  // Refused and reset connections are what a client sees of a process that is gone.
  const answer = await Promise.race([api.post('/v1/events', event).catch(() => undefined), late]);
  clearTimeout(timer);
  if (answer === undefined || answer.status === 503) return false;
  if (answer.status === 202) return true;
  throw new Error(`POST /v1/events answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}
