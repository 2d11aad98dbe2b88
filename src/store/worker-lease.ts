import { Client } from 'pg';
import { LEASE_NAME } from './state-log.ts';

/**
 * A process shows that it lives by a session lock in PostgreSQL: when it dies, however hard, its connection closes and
 * the lock is free at once. So an attempt that it had on its way need not wait for its deadline to be known as cut off.
 *
 * A lock that is still held proves nothing after the attempt's deadline (the process may hang), and one that is free for
 * a moment proves nothing either: after a restart of PostgreSQL every process needs a moment to take its own again. So
 * others look again before they believe it. A pooler that shares connections between transactions breaks this; then the
 * deadline decides.
 */
export interface WorkerLease {
  /** Gives the lock up. */
  close(): Promise<void>;
}

const RETRY_MS = 100;
/** A connection that was cut without a word is noticed by this, sooner than others would believe it. */
const CHECK_MS = 500;
const ANSWER_WITHIN_MS = 1_000;

/** SQL that is true where no process of that name holds its lease. It only looks: taking the lock would be in the owner's way. */
export const ownerIsGone = (name: string) => `not exists (
      select 1 from pg_locks l
      where l.locktype = 'advisory' and l.granted and l.objsubid = 1
        and l.database = (select oid from pg_database where datname = current_database())
        and (l.classid::bigint << 32 | l.objid::bigint) = ${lockKey(name)})`;

const lockKey = (name: string) => `hashtextextended('exosphere-worker ' || ${name}, 0)`;

/**
 * Takes the lease and keeps it: a connection of its own, made again for as long as it takes whenever it is lost.
 *
 * @param name unique to this start of the process
 * @throws the driver's error when PostgreSQL cannot be reached now
 */
export async function holdWorkerLease(url: string, name: string): Promise<WorkerLease> {
  let isClosed = false;
  /** The connection that holds the lease, or is to. */
  let current: Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function take(): Promise<void> {
    const client = new Client({
      connectionString: url,
      application_name: LEASE_NAME,
      keepAlive: true,
      keepAliveInitialDelayMillis: 2_000,
      connectionTimeoutMillis: 2_000,
    });
    current = client;
    client.on('error', () => lose(client));
    client.on('end', () => lose(client));
    try {
      await client.connect();
      // Waits where the server has not noticed yet that the connection before this one is gone.
      await client.query(`select pg_advisory_lock(${lockKey('$1')})`, [name]);
    } catch (error) {
      lose(client);
      throw error;
    }
    check(client);
  }

  function check(client: Client): void {
    if (current !== client) return;
    timer = setTimeout(() => {
      // pg's types lack `query_timeout`, which it reads for each query.
      const question = { text: 'select 1', query_timeout: ANSWER_WITHIN_MS } as { text: string };
      client.query(question).then(
        () => check(client),
        () => lose(client),
      );
    }, CHECK_MS);
    timer.unref();
  }

  /** Once for each connection, however many ways its end is told. */
  function lose(client: Client): void {
    if (current !== client) return;
    current = undefined;
    clearTimeout(timer);
    client.end().catch(() => {});
    if (isClosed) return;
    timer = setTimeout(() => void take().catch(() => {}), RETRY_MS);
    timer.unref();
  }

  async function close(): Promise<void> {
    isClosed = true;
    clearTimeout(timer);
    const last = current;
    current = undefined;
    await last?.end().catch(() => {});
  }

  try {
    await take();
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}
