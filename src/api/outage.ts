import { QueueFullError } from '../intake/coalescer.ts';
import { isTemporalAway, PostgresLateError } from '../intake/intake.ts';
import { ApiError } from './problem.ts';

/** Seconds after which a caller should try again; both restart within this on any machine we measured. */
const RETRY_AFTER_S = '5';

/** A full queue is worked off faster than a server starts. */
const QUEUE_RETRY_AFTER_S = '1';

/**
 * SQLSTATE classes and codes that say that the server could not serve, rather than that the statement was wrong:
 * 08 connection exceptions, 53 insufficient resources, 57P01–57P03 shutdown and start.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const AWAY_SQLSTATE = /^(08...|53...|57P0[123])$/;
const AWAY_SYSTEM = /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/;
/** pg's own words for a connection that broke or could not be had; it gives these no code. */
const AWAY_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client was closed|Client has encountered a connection error)/;

/** The 503 for an error that says that Temporal or PostgreSQL is away or behind; undefined for any other. */
export function outageOf(error: unknown): ApiError | undefined {
  if (error instanceof QueueFullError) {
    return new ApiError(
      503,
      'overloaded',
      `Nothing was accepted: ${error.message}. Repeat the request a little later.`,
      {
        headers: { 'retry-after': QUEUE_RETRY_AFTER_S },
        cause: error,
      },
    );
  }
  const part = isTemporalAway(error) ? 'Temporal' : isPostgresAway(error) ? 'PostgreSQL' : undefined;
  if (part === undefined) return undefined;
  return new ApiError(
    503,
    'unavailable',
    `${part} did not answer in time. Repeat the request; an event repeated with its id is accepted once.`,
    {
      headers: { 'retry-after': RETRY_AFTER_S },
      cause: error,
    },
  );
}

/** By what errors carry, not by their class: Node's own and pg's have none in common. */
function isPostgresAway(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  if (error instanceof PostgresLateError) return true;
  const { code, message, cause } = error as { code?: unknown; message?: unknown; cause?: unknown };
  if (typeof code === 'string' && (AWAY_SQLSTATE.test(code) || AWAY_SYSTEM.test(code))) return true;
  return (typeof message === 'string' && AWAY_WORDS.test(message)) || isPostgresAway(cause);
}
