import { type Connection, isGrpcServiceError } from '@temporalio/client';
import type { Ending } from './cause.ts';
import { ClusterError, isOverload } from './cluster-error.ts';
import { endingOf } from './ending.ts';
import type { Pace } from './pace.ts';
import { type Run, runOf } from './run.ts';

/** A page of runs, and where the next one begins; null: it was the last. */
export interface Page {
  runs: Run[];
  next: Uint8Array | null;
}

/** What is asked of a watched Temporal namespace. Every call keeps to its rate, and ends with the signal. */
export interface Cluster {
  page(query: string, after: Uint8Array | null): Promise<Page>;
  count(query: string): Promise<number>;
  endings(runs: Run[]): Promise<Ending[]>;
}

export interface ClusterDeps {
  connection: Connection;
  temporalNamespace: string;
  signal: AbortSignal;
  now: () => number;
  /** Of lists and counts, and of histories. */
  listPace: Pace;
  historyPace: Pace;
  /** How often a run's history could not be read, by run id; it outlives a connection. */
  unread: Map<string, number>;
}

const PAGE = 1_000;
/** A busy cluster is slow, and asking it anew does not help it. */
const DEADLINE_MS = 30_000;
const HISTORIES_TOGETHER = 8;
/** gRPC codes: https://grpc.io/docs/guides/status-codes/ */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
/** For good: INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE, DATA_LOSS. */
const BROKEN = new Set([3, 9, 11, 15]);
/** For good or not, who knows: UNKNOWN, INTERNAL. */
const MAYBE_BROKEN = new Set([2, 13]);
/** So often one that may be broken is asked for, in as many polls: whatever closes later waits behind it. */
const MOST_READS = 3;
const UNREADABLE = 'its history cannot be read, so nothing is known of the cause';

export function createCluster(deps: ClusterDeps): Cluster {
  const { connection, temporalNamespace: namespace, signal, now, listPace, historyPace, unread } = deps;
  const { workflowService } = connection;
  let pageSize = PAGE;
  async function call<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await connection.withAbortSignal(signal, () => connection.withDeadline(now() + DEADLINE_MS, run));
    } catch (error) {
      signal.throwIfAborted();
      throw new ClusterError(error);
    }
  }

  return {
    async page(query, after) {
      const { executions, nextPageToken } = await list(query, after);
      const runs = executions.map(runOf).filter((run) => run !== undefined);
      return { runs, next: nextPageToken && nextPageToken.length > 0 ? nextPageToken : null };
    },

    async count(query) {
      await listPace(1, signal);
      const { count } = await call(() => workflowService.countWorkflowExecutions({ namespace, query }));
      return Number(String(count));
    },

    async endings(runs) {
      const endings: Ending[] = [];
      const places = runs.entries();
      let hasFailed = false;
      const worker = async () => {
        for (const [place, run] of places) {
          if (hasFailed) return;
          endings[place] = await ending(run).catch((error: unknown) => {
            hasFailed = true;
            throw error;
          });
        }
      };
      await Promise.all(Array.from({ length: HISTORIES_TOGETHER }, worker));
      return endings;
    },
  };

  /** Runs may have memos of megabytes: where a page is too large to be taken, smaller ones are asked for from then on. */
  async function list(query: string, after: Uint8Array | null) {
    for (;;) {
      await listPace(1, signal);
      try {
        const request = { namespace, query, pageSize, nextPageToken: after };
        return await call(() => workflowService.listWorkflowExecutions(request));
      } catch (error) {
        if (pageSize === 1 || !isTooLarge(error)) throw error;
        pageSize = Math.ceil(pageSize / 4);
      }
    }
  }

  async function ending({ workflowId, runId }: Run): Promise<Ending> {
    await historyPace(1, signal);
    try {
      const { history } = await call(() =>
        workflowService.getWorkflowExecutionHistoryReverse({
          namespace,
          execution: { workflowId, runId },
          maximumPageSize: 1,
        }),
      );
      // The other way round, the filter for the close event, makes up a "continued as new" for a run that is tried again.
      return endingOf(history?.events?.[0]);
    } catch (error) {
      const why = whyUnknown(error) ?? whyGivenUp(error, runId);
      if (why === undefined) throw error;
      unread.delete(runId);
      return { cause: { type: 'Unknown', message: why } };
    }
  }

  function whyGivenUp(error: unknown, runId: string): string | undefined {
    const cause = error instanceof ClusterError ? error.cause : undefined;
    if (!isGrpcServiceError(cause) || !MAYBE_BROKEN.has(cause.code)) return undefined;
    const reads = (unread.get(runId) ?? 0) + 1;
    unread.set(runId, reads);
    return reads < MOST_READS ? undefined : UNREADABLE;
  }
}

/** What the run's event says where its history cannot be read, now or ever; undefined: it is to be tried again. */
function whyUnknown(error: unknown): string | undefined {
  const cause = error instanceof ClusterError ? error.cause : undefined;
  if (!isGrpcServiceError(cause)) return undefined;
  if (cause.code === NOT_FOUND) return 'its history is no longer there, so nothing is known of the cause';
  if (BROKEN.has(cause.code)) return UNREADABLE;
  if (cause.code === UNIMPLEMENTED) return 'this server is too old to be asked for the end of a history';
  if (cause.code === PERMISSION_DENIED) return 'the credentials of this source may not read histories';
  return undefined;
}

/** As gRPC's client says it of an answer beyond its own bound. */
const isTooLarge = (error: unknown): boolean =>
  error instanceof ClusterError && isOverload(error) && /larger than max/i.test((error.cause as Error).message);
