/** What went wrong at a watched cluster, and not with us: it is told to the person who looks at the source. */
export class ClusterError extends Error {
  override name = 'ClusterError';

  /** @param cause as the connection threw it */
  constructor(cause: unknown) {
    super('The watched cluster did not do what it was asked for.', { cause });
  }
}

/** Whether the cluster asks for less: gRPC's RESOURCE_EXHAUSTED, https://grpc.io/docs/guides/status-codes/ */
export const isOverload = ({ cause }: ClusterError): boolean => (cause as { code?: unknown } | undefined)?.code === 8;

/** Whether an answer took too long: gRPC's DEADLINE_EXCEEDED. */
export const isLate = ({ cause }: ClusterError): boolean => (cause as { code?: unknown } | undefined)?.code === 4;
