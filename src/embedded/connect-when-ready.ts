import { Connection } from '@temporalio/client';
import type { Child } from './child.ts';
import { waitUntil } from './wait-until.ts';

/**
 * Tries to connect to a Temporal server that is starting until it answers as healthy.
 *
 * @returns undefined when it has ended, or has not answered in time
 */
export async function connectWhenReady(
  child: Child,
  address: string,
  timeoutMs: number,
): Promise<Connection | undefined> {
  const found = await waitUntil(
    async () => {
      if (child.ended() !== undefined) return 'ended';
      try {
        return await Connection.connect({ address, connectTimeout: 1_000 });
      } catch {
        // Not listening yet.
        return undefined;
      }
    },
    { timeoutMs },
  );
  return found instanceof Connection ? found : undefined;
}
