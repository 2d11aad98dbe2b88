import { ApiError } from './problem.ts';

/** What became of an event that was sent here: `refused` is the sender's fault, `unavailable` ours. */
export type EventResult = 'accepted' | 'duplicate' | 'refused' | 'unavailable';

/** Told of events that ended alike. */
export type CountEvents = (result: EventResult, events: number) => void;

/** Runs what takes one event in, and counts it once, however it ends. */
export async function counted<T extends { status: 'accepted' | 'duplicate' }>(
  count: (result: EventResult) => void,
  work: () => Promise<T>,
): Promise<T> {
  let done: T;
  try {
    done = await work();
  } catch (error) {
    count(error instanceof ApiError && error.status < 500 ? 'refused' : 'unavailable');
    throw error;
  }
  count(done.status);
  return done;
}

/** Counts the events of one request together. */
export function tally(): { count(result: EventResult): void; tell(count: CountEvents): void } {
  const results = new Map<EventResult, number>();
  return {
    count: (result) => void results.set(result, (results.get(result) ?? 0) + 1),
    tell(count) {
      for (const [result, events] of results) count(result, events);
    },
  };
}
