import { keyIdOf, SealError, type Sealer } from './seal.ts';
import { endpointPlace } from './sealed-place.ts';
import type { Sql } from './sql.ts';

/** How far a pass has come. `unreadable` names each box that no key opens, by its row and column. */
export interface ResealProgress {
  rows: number;
  resealed: number;
  unreadable: { place: string; reason: string }[];
  /** The last row that was looked at. */
  lastId: string;
}

export interface ResealOptions {
  sql: Pick<Sql, 'query'>;
  sealer: Sealer;
  /** Rows read at once. */
  batchSize?: number;
  /** Called after each batch. */
  onBatch?: (progress: ResealProgress) => void;
}

interface Row {
  id: string;
  sealed_secret: string;
  sealed_previous_secret: string | null;
  sealed_target_url: string | null;
  sealed_routing_key: string | null;
  sealed_headers: Record<string, string>;
}

/** Every sealed column, with its place: a further one belongs here too. */
const COLUMNS = {
  sealed_secret: endpointPlace.secret,
  sealed_previous_secret: endpointPlace.previousSecret,
  sealed_target_url: endpointPlace.targetUrl,
  sealed_routing_key: endpointPlace.routingKey,
} as const;
type Column = keyof typeof COLUMNS;

const BATCH_SIZE = 100;
/** A row that is changed again and again while we are at it is left to the next pass. */
const TRIES = 10;

/**
 * Seals with the current key whatever another key has sealed, row by row in the order of ids. Every box is replaced by
 * itself and only if it is the one that was opened: whoever changes an endpoint at the same time wins. So it may be
 * stopped at any point and run again, and need not be alone. Ends when all rows have been looked at.
 *
 * @returns the whole; rows whose boxes no key opens are in it, and are left as they are
 * @throws the driver's error when PostgreSQL is away
 */
export async function reseal({ sql, sealer, batchSize = BATCH_SIZE, onBatch }: ResealOptions): Promise<ResealProgress> {
  const progress: ResealProgress = { rows: 0, resealed: 0, unreadable: [], lastId: '' };
  for (;;) {
    const { rows } = await sql.query<Row>({ name: 'reseal-batch', text: BATCH, values: [progress.lastId, batchSize] });
    for (const row of rows) {
      await resealRow(row);
      progress.rows += 1;
      progress.lastId = row.id;
    }
    if (rows.length > 0) onBatch?.(progress);
    if (rows.length < batchSize) return progress;
  }

  async function resealRow(first: Row): Promise<void> {
    const unreadable = new Map<string, string>();
    let row: Row | undefined = first;
    for (let tries = 1; row !== undefined && tries <= TRIES; tries += 1) {
      unreadable.clear();
      if (await resealBoxes(row, unreadable)) break;
      // Somebody has changed it since it was read.
      const read: { rows: Row[] } = await sql.query<Row>({ name: 'reseal-row', text: ONE, values: [row.id] });
      row = read.rows[0];
      if (tries === TRIES) unreadable.set(first.id, 'it was changed again and again meanwhile: run this once more');
    }
    for (const [place, reason] of unreadable) progress.unreadable.push({ place, reason });
  }

  /** False where one of the boxes was not there any more. */
  async function resealBoxes(row: Row, unreadable: Map<string, string>): Promise<boolean> {
    let isWhole = true;
    for (const column of Object.keys(COLUMNS) as Column[]) {
      const box = row[column];
      if (box === null || keyIdOf(box) === sealer.currentKeyId) continue;
      const place = COLUMNS[column](row.id);
      const next = sealAnew(box, place, unreadable);
      if (next !== undefined)
        isWhole = (await replace(`reseal-${column}`, REPLACE[column], [row.id, box, next])) && isWhole;
    }
    for (const [name, box] of Object.entries(row.sealed_headers)) {
      if (keyIdOf(box) === sealer.currentKeyId) continue;
      const next = sealAnew(box, endpointPlace.header(row.id, name), unreadable);
      if (next !== undefined)
        isWhole = (await replace('reseal-header', REPLACE_HEADER, [row.id, box, next, name])) && isWhole;
    }
    return isWhole;
  }

  function sealAnew(box: string, place: Parameters<Sealer['open']>[1], unreadable: Map<string, string>) {
    try {
      return sealer.seal(sealer.open(box, place), place);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      unreadable.set(`${place.row} ${place.column}`, error.message);
      return undefined;
    }
  }

  async function replace(name: string, text: string, values: unknown[]): Promise<boolean> {
    const { rows } = await sql.query({ name, text, values });
    if (rows.length === 0) return false;
    progress.resealed += 1;
    return true;
  }
}

const READ = `
  select id, sealed_secret, sealed_previous_secret, sealed_target_url, sealed_routing_key, sealed_headers
  from webhook_endpoints`;
const BATCH = `${READ} where id > $1 order by id limit $2`;
const ONE = `${READ} where id = $1`;

const replaceIn = (column: Column) =>
  `update webhook_endpoints set ${column} = $3 where id = $1 and ${column} = $2 returning id`;
const REPLACE: Record<Column, string> = {
  sealed_secret: replaceIn('sealed_secret'),
  sealed_previous_secret: replaceIn('sealed_previous_secret'),
  sealed_target_url: replaceIn('sealed_target_url'),
  sealed_routing_key: replaceIn('sealed_routing_key'),
};
const REPLACE_HEADER = `
  update webhook_endpoints set sealed_headers = jsonb_set(sealed_headers, array[$4::text], to_jsonb($3::text))
  where id = $1 and sealed_headers ->> $4 = $2 returning id`;
