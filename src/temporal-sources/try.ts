import type { Connection } from '@temporalio/client';
import { closedSide, queryOf } from '../../activities/temporal-source/windows.ts';
import type { SourceRow } from '../store/temporal-source-log.ts';
import { type ConnectDeps, connectToSource, sourceFaultOf } from './connect.ts';
import type { SourceFault } from './fault.ts';

/** For the connection, and again for what is asked on it: a person waits. */
const WITHIN_MS = 5_000;

/**
 * Looks whether a source can be reached and read as its watcher will, while the person who writes it is there.
 *
 * @param deps `clock`: epoch milliseconds
 * @returns what gives the fault, undefined where there is none; it does not reject
 */
export function createTrySource(deps: ConnectDeps & { clock: () => number }) {
  return async (source: SourceRow): Promise<SourceFault | undefined> => {
    let connection: Connection | undefined;
    try {
      connection = await connectToSource(source, { withinMs: WITHIN_MS, ...deps });
      const { workflowService } = connection;
      for (const query of queriesOf(source)) {
        await connection.withDeadline(deps.clock() + WITHIN_MS, () =>
          workflowService.listWorkflowExecutions({ namespace: source.temporal_namespace, pageSize: 1, query }),
        );
      }
      return undefined;
    } catch (error) {
      return sourceFaultOf(error, source, deps.sealer);
    } finally {
      await connection?.close();
    }
  };
}

/** The query by itself, for `a) OR (b` is one only within brackets; then within what the watcher asks. */
function queriesOf({ query, created_at }: SourceRow): string[] {
  const asked = queryOf(closedSide, query, { from: created_at.getTime(), before: null });
  return query === null ? [asked] : [query, asked];
}
