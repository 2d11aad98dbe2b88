import { Client } from 'pg';

/**
 * Hears what other processes tell by PostgreSQL's NOTIFY, on a connection of its own that is made again whenever it is
 * lost. What was told meanwhile is lost too: so nobody is to rely on having heard, unless `isCurrent`.
 */
export interface Listening {
  /**
   * Whether all that was told until a second ago has been heard: the connection has answered a question that was asked
   * within the last second, and was listening. A connection that was cut without a word, a server that hangs, and a
   * pooler that gives the session to somebody else all make it false by themselves.
   */
  isCurrent(): boolean;
  close(): Promise<void>;
}

export interface ListeningOptions {
  url: string;
  /** A lower-case name: letters and underscores. */
  channel: string;
  onNotice(payload: string): void;
  /** It listens again: what was told before was not heard. */
  onGap(): void;
  /** A steady clock in milliseconds. */
  steadyNow: () => number;
}

/** How far behind one that is current may be; the promise is "within a second". */
export const BEHIND_AT_MOST_MS = 1_000;
/** So that an answer which takes half a second still keeps it current. */
const CHECK_MS = 400;
const ANSWER_WITHIN_MS = 3_000;
const RETRY_MS = 200;

/** Begins to listen, now or as soon as PostgreSQL can be reached. */
export function listenTo({ url, channel, onNotice, onGap, steadyNow }: ListeningOptions): Listening {
  let isClosed = false;
  let current: Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  /** When the latest question was asked that has been answered. */
  let provenAt = Number.NEGATIVE_INFINITY;

  async function begin(): Promise<void> {
    const client = new Client({
      connectionString: url,
      // Tells an operator whose session this is.
      application_name: 'exosphere-listening',
      keepAlive: true,
      keepAliveInitialDelayMillis: 2_000,
      connectionTimeoutMillis: 2_000,
      query_timeout: ANSWER_WITHIN_MS,
    });
    current = client;
    client.on('error', () => lose(client));
    client.on('end', () => lose(client));
    client.on('notification', ({ payload }) => onNotice(payload ?? ''));
    try {
      await client.connect();
      await client.query(`listen ${channel}`);
      // Now, and not when the connection was lost: what was read in between may be out of date too.
      onGap();
      await prove(client);
    } catch {
      lose(client);
    }
  }

  async function prove(client: Client): Promise<void> {
    const at = steadyNow();
    // In order on one connection: what was told before the question is heard before its answer.
    const { rowCount } = await client.query('select from pg_listening_channels() as c where c = $1', [channel]);
    if (current !== client) return;
    if (rowCount !== 1) return lose(client);
    provenAt = at;
    timer = setTimeout(() => void prove(client).catch(() => lose(client)), CHECK_MS);
    timer.unref();
  }

  /** Once for each connection, however many ways its end is told. */
  function lose(client: Client): void {
    if (current !== client) return;
    current = undefined;
    provenAt = Number.NEGATIVE_INFINITY;
    clearTimeout(timer);
    client.end().catch(() => {});
    if (isClosed) return;
    timer = setTimeout(() => void begin(), RETRY_MS);
    timer.unref();
  }

  void begin();
  return {
    isCurrent: () => steadyNow() - provenAt < BEHIND_AT_MOST_MS,
    async close() {
      isClosed = true;
      clearTimeout(timer);
      const last = current;
      current = undefined;
      provenAt = Number.NEGATIVE_INFINITY;
      await last?.end().catch(() => {});
    },
  };
}
