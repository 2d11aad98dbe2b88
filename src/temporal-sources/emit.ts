import type { Client } from '@temporalio/client';
import type { RunEvent } from '../../activities/temporal-source/index.ts';
import { cutIntoLists, type EventLists } from '../event-lists.ts';
import type { SourceRow } from '../store/temporal-source-log.ts';

/**
 * Hands what watching has found to Temporal, as lists that the source has handed in.
 *
 * @returns what resolves once all of them are accepted, and rejects with the first error or with the signal
 */
export function createSourceEmit({ client, lists }: { client: Client; lists: EventLists }) {
  return async (source: SourceRow, events: RunEvent[], signal: AbortSignal): Promise<void> => {
    const listed = events.map((event) => ({ ...event, json: JSON.stringify(event) }));
    for (const list of cutIntoLists(listed, ({ json }) => json)) {
      signal.throwIfAborted();
      const [first] = list;
      const summary =
        list.length === 1 ? `${first?.type} ${first?.subject}` : `${list.length} events of ${source.name}`;
      await client.withAbortSignal(signal, () => lists.start(source.namespace, source.id, list, summary));
    }
  };
}
