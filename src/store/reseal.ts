import { keyIdOf, type Place, SealError, type Sealer } from './seal.ts';
import { type SealedTable, sealedTables } from './sealed-tables.ts';
import type { Sql } from './sql.ts';

/** How far a pass over a table has come. */
export interface ResealProgress {
  /** What its rows are, in the plural. */
  what: string;
  rows: number;
  resealed: number;
  /** The last row that was looked at. */
  lastId: string;
}

/** What a pass has done. `unreadable` names each box that no key opens, by its row and column. */
export interface Resealed {
  tables: ResealProgress[];
  unreadable: { place: string; reason: string }[];
}

export interface ResealOptions {
  sql: Pick<Sql, 'query'>;
  sealer: Sealer;
  /** Rows read at once. */
  batchSize?: number;
  /** Called after each batch. */
  onBatch?: (progress: ResealProgress) => void;
}

type Row = { id: string; sealed_headers?: Record<string, string> } & Record<string, string | null>;

const BATCH_SIZE = 100;
/** A row that is changed again and again while we are at it is left to the next pass. */
const TRIES = 10;

/**
 * Seals with the current key whatever another key has sealed, table by table and row by row in the order of ids. Every box
 * is replaced by itself and only if it is the one that was opened: whoever changes a row at the same time wins. So it may be
 * stopped at any point and run again, and need not be alone. Ends when all rows have been looked at.
 *
 * @returns the whole; rows whose boxes no key opens are in it, and are left as they are
 * @throws the driver's error when PostgreSQL is away
 */
export async function reseal(options: ResealOptions): Promise<Resealed> {
  const done: Resealed = { tables: [], unreadable: [] };
  for (const table of sealedTables) done.tables.push(await resealTable(table, options, done.unreadable));
  return done;
}

async function resealTable(
  { table, what, columns, header }: SealedTable,
  { sql, sealer, batchSize = BATCH_SIZE, onBatch }: ResealOptions,
  given: Resealed['unreadable'],
): Promise<ResealProgress> {
  const progress: ResealProgress = { what, rows: 0, resealed: 0, lastId: '' };
  const names = ['id', ...Object.keys(columns), ...(header ? ['sealed_headers'] : [])];
  const read = `select ${names.join(', ')} from ${table}`;
  for (;;) {
    const text = `${read} where id > $1 order by id limit $2`;
    const { rows } = await sql.query<Row>({
      name: `reseal-${table}`,
      text,
      values: [progress.lastId, batchSize],
    });
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
      const text = `${read} where id = $1`;
      const again: { rows: Row[] } = await sql.query<Row>({ name: `reseal-one-${table}`, text, values: [row.id] });
      row = again.rows[0];
      if (tries === TRIES) unreadable.set(first.id, 'it was changed again and again meanwhile: run this once more');
    }
    for (const [place, reason] of unreadable) given.push({ place, reason });
  }

  /** False where one of the boxes was not there any more. */
  async function resealBoxes(row: Row, unreadable: Map<string, string>): Promise<boolean> {
    let isWhole = true;
    for (const [column, placeOf] of Object.entries(columns)) {
      const box = row[column] ?? null;
      if (box === null || keyIdOf(box) === sealer.currentKeyId) continue;
      const next = sealAnew(box, placeOf(row.id), unreadable);
      if (next !== undefined)
        isWhole = (await replace(`${table}-${column}`, replaceIn(table, column), [row.id, box, next])) && isWhole;
    }
    if (header === undefined) return isWhole;
    for (const [name, box] of Object.entries(row.sealed_headers ?? {})) {
      if (keyIdOf(box) === sealer.currentKeyId) continue;
      const next = sealAnew(box, header(row.id, name), unreadable);
      if (next !== undefined)
        isWhole = (await replace(`${table}-header`, replaceHeaderIn(table), [row.id, box, next, name])) && isWhole;
    }
    return isWhole;
  }

  function sealAnew(box: string, place: Place, unreadable: Map<string, string>) {
    try {
      return sealer.seal(sealer.open(box, place), place);
    } catch (error) {
      if (!(error instanceof SealError)) throw error;
      unreadable.set(`${place.row} ${place.column}`, error.message);
      return undefined;
    }
  }

  async function replace(name: string, text: string, values: unknown[]): Promise<boolean> {
    const { rows } = await sql.query({ name: `reseal-${name}`, text, values });
    if (rows.length === 0) return false;
    progress.resealed += 1;
    return true;
  }
}

const replaceIn = (table: string, column: string) =>
  `update ${table} set ${column} = $3 where id = $1 and ${column} = $2 returning id`;
const replaceHeaderIn = (table: string) => `
  update ${table} set sealed_headers = jsonb_set(sealed_headers, array[$4::text], to_jsonb($3::text))
  where id = $1 and sealed_headers ->> $4 = $2 returning id`;
