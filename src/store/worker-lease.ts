import { Client } from 'pg';

/**
 * A process shows that it lives by a session lock in PostgreSQL: when it dies, however hard, its connection closes and
 * the lock is free at once. So an attempt that it had on its way need not wait for its deadline to be known as cut off.
 *
 * A lock that is still held proves nothing after the attempt's deadline (the process may hang), and one that is free for
 * a moment proves nothing either: after a restart of PostgreSQL every process needs a moment to take its own again. So
 * others look twice.
 */
export interface WorkerLease {
  /** Gives the lock up. */
  close(): Promise<void>;
}

const RETRY_MS = 200;

/** SQL that is true where the process of that name holds no lease; null for no name. It takes the lock for the statement. */
export const ownerIsGone = (name: string) => `pg_try_advisory_xact_lock(${lockKey(name)})`;

const lockKey = (name: string) => `hashtextextended('exosphere-worker ' || ${name}, 0)`;

/**
 * Takes the lease and keeps it: a connection of its own, made again for as long as it takes whenever it is lost.
 *
 * @param name unique to this start of the process
 * @throws the driver's error when PostgreSQL cannot be reached now
 */
export async function holdWorkerLease(url: string, name: string): Promise<WorkerLease> {
  let closed = false;
  let current: Client | undefined;
  let retry: NodeJS.Timeout | undefined;

  async function take(): Promise<void> {
    const client = new Client({ connectionString: url, keepAlive: true, connectionTimeoutMillis: 5_000 });
    let isLost = false;
    const lose = () => {
      if (isLost) return;
      isLost = true;
      client.end().catch(() => {});
      if (!closed && current === client) again();
    };
    client.on('error', lose);
    client.on('end', lose);
    try {
      await client.connect();
      // The server may not have noticed yet that the connection before this one is gone.
      const { rows } = await client.query(`select pg_try_advisory_lock(${lockKey('$1')}) as taken`, [name]);
      if (rows[0]?.taken !== true) throw new Error('The lease is still held by a connection that was lost.');
    } catch (error) {
      isLost = true;
      await client.end().catch(() => {});
      throw error;
    }
    if (closed) return await client.end();
    current = client;
    if (isLost) again();
  }

  function again(): void {
    current = undefined;
    retry = setTimeout(() => take().catch(() => closed || again()), RETRY_MS);
    retry.unref();
  }

  await take();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      await current?.end().catch(() => {});
    },
  };
}
