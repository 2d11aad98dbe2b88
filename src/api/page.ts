import { z } from 'zod';
import { idTimeBound } from '../domain/ids.ts';
import { invalid } from './problem.ts';

const LIMIT = 'must be a whole number from 1 to 200';

const limitSchema = z
  .string()
  .regex(/^([1-9]|[1-9]\d|1\d\d|200)$/, LIMIT)
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 1, maximum: 200, default: 50 } });

/** Every list: newest first, by id, for ids sort by creation time. */
export const pageQuery = {
  limit: limitSchema.default(50).describe('Rows of a page'),
  cursor: z.string().min(1).optional().describe('`next_cursor` of the page before'),
};

/** A time that a caller asks by. */
export const moment = z.iso
  .datetime({ offset: true, error: 'must be an RFC 3339 time with Z or an offset' })
  .optional();
/** Bounds on the time of creation. */
export const periodQuery = { since: moment.describe('Made at or after'), until: moment.describe('Made before') };

/** For choosing one of many by a part of its name. */
export const nameQuery = {
  name: z.string().min(1).max(200).optional().describe('Those with this in their name, in whatever case'),
};

/** What `nameQuery` asks for, in MikroORM's operators: as it is written, without wildcards. */
export const nameHas = ({ name }: { name?: string | undefined }): { name?: { $ilike: string } } =>
  name === undefined ? {} : { name: { $ilike: `%${name.replace(/[\\%_]/g, '\\$&')}%` } };

export const pageOf = <T extends z.ZodType>(item: T, id: string) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() }).meta({ id });

interface PageRequest {
  limit: number;
  cursor?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

/** Bounds on an id column that a page asks for, in MikroORM's operators. */
export function idBounds(prefix: string, query: PageRequest): { $lt?: string; $gte?: string } {
  const before = [
    ...(query.cursor === undefined ? [] : [decodeCursor(prefix, query.cursor)]),
    ...(query.until === undefined ? [] : [idTimeBound(prefix, Date.parse(query.until))]),
  ].sort();
  return {
    ...(before[0] === undefined ? {} : { $lt: before[0] }),
    ...(query.since === undefined ? {} : { $gte: idTimeBound(prefix, Date.parse(query.since)) }),
  };
}

/** Cuts the one row too many that was asked for, and says where the next page begins. */
export function toPage<T>(
  rows: T[],
  limit: number,
  idOf: (row: T) => string,
): { items: T[]; next_cursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    next_cursor: rows.length > limit && last !== undefined ? Buffer.from(idOf(last)).toString('base64url') : null,
  };
}

function decodeCursor(prefix: string, cursor: string): string {
  const id = Buffer.from(cursor, 'base64url').toString('utf8');
  if (!new RegExp(`^${prefix}_[0-9a-z]{26}$`).test(id)) {
    throw invalid([{ path: 'cursor', message: 'is not a cursor of this list; take `next_cursor` of a page as it is' }]);
  }
  return id;
}
