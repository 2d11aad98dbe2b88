import type { ChildProcess } from 'node:child_process';
import { waitUntil } from '../src/embedded/wait-until.ts';
import { now } from './clock.ts';

/** Path, event id, webhook-id (the floor has none: then the event's id), and when, on the machine's monotonic clock. */
export type Arrival = [path: string, eventId: string, webhookId: string, at: number];

/** What has arrived of the events of one round, each known by its number in the round. */
export interface RoundArrivals {
  /** When each event arrived first at a path. */
  first(path: string): ReadonlyMap<number, number>;
  /** The paths at which anything has arrived. */
  paths(): Iterable<string>;
  /** Different (path, event) pairs that have arrived: without repeats, the deliveries. */
  distinct(): number;
  /** For each webhook-id, how often it arrived. */
  byWebhookId: ReadonlyMap<string, number>;
  /**
   * Waits until so many distinct pairs have arrived, at one path if that is given.
   *
   * @returns how many are missing once nothing has come for a long time; 0 when all are there
   */
  untilDistinct(expected: number, path?: string): Promise<number>;
}

/** All that the receiver has told. */
export interface Arrivals {
  /** @param round the part of the event ids before their number */
  of(round: string): RoundArrivals;
}

/** Longer than any wait of the service's for a crashed attempt (45 s), and than its first retries. */
const STALL_MS = 120_000;

/** Listens to what the receiver's process tells. */
export function collectArrivals(receiver: ChildProcess): Arrivals {
  const rounds = new Map<string, ReturnType<typeof createRound>>();
  const of = (round: string) => {
    const known = rounds.get(round) ?? createRound();
    rounds.set(round, known);
    return known;
  };
  receiver.on('message', ({ arrivals = [] }: { arrivals?: Arrival[] }) => {
    for (const [path, eventId, webhookId, at] of arrivals) {
      const dash = eventId.lastIndexOf('-');
      of(eventId.slice(0, dash)).add(path, Number(eventId.slice(dash + 1)), webhookId, at);
    }
  });
  return { of };
}

function createRound(): RoundArrivals & { add(path: string, event: number, webhookId: string, at: number): void } {
  const byPath = new Map<string, Map<number, number>>();
  const byWebhookId = new Map<string, number>();
  let distinct = 0;
  let lastCame = 0;
  const first = (path: string) => {
    const known = byPath.get(path) ?? new Map<number, number>();
    byPath.set(path, known);
    return known;
  };
  return {
    first,
    paths: () => byPath.keys(),
    byWebhookId,
    distinct: () => distinct,
    add(path, event, webhookId, at) {
      lastCame = now();
      byWebhookId.set(webhookId, (byWebhookId.get(webhookId) ?? 0) + 1);
      const times = first(path);
      if (times.has(event)) return;
      times.set(event, at);
      distinct += 1;
    },
    async untilDistinct(expected, path) {
      const missing = () => expected - (path === undefined ? distinct : first(path).size);
      const began = now();
      const done = () => missing() <= 0 || now() - Math.max(began, lastCame) > STALL_MS;
      await waitUntil(done, { timeoutMs: Number.POSITIVE_INFINITY, everyMs: 20 });
      return missing();
    },
  };
}
