import { z } from 'zod';
import type { Sealer } from '../store/seal.ts';
import { sourcePlace } from '../store/sealed-place.ts';
import type { SourceRow } from '../store/temporal-source-log.ts';
import { timeSchema } from './schemas.ts';
import type { SourceBody } from './temporal-source-fields.ts';

const shownTlsSchema = z
  .object({
    server_name: z.string().nullable(),
    ca: z.string().nullable(),
    client_cert: z.string().nullable(),
  })
  .meta({ id: 'TemporalSourceShownTls' });

/** A source as answers show it: without anything secret. */
export const sourceSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    address: z.string(),
    namespace: z.string().describe('The Temporal namespace'),
    query: z.string().nullable(),
    tls: z.union([z.literal(false), shownTlsSchema]).describe('false: plain text'),
    api_key_hint: z.string().nullable().describe('How the key ends'),
    ui_url: z.string().nullable(),
    health: z.enum(['starting', 'ok', 'failing']).describe('Of the latest try: `failing` says why in `last_error`'),
    last_error: z.string().nullable().describe('The field that it is about, and the remedy'),
    failing_since: timeSchema.nullable(),
    last_polled_at: timeSchema.nullable().describe('When it was last looked at with success'),
    closed_through: timeSchema
      .nullable()
      .describe('What has closed until then has been told, by the clock of that cluster'),
    created_by: z.string(),
    created_at: timeSchema,
    updated_at: timeSchema,
  })
  .meta({ id: 'TemporalSource' });

/** The row of a new source; what is secret in its body is sealed. */
export function newSource(
  { name, address, namespace, query, tls, api_key, ui_url }: SourceBody,
  by: { id: string; namespace: string; created_by: string; at: Date; sealer: Sealer },
): SourceRow {
  const { id, created_by, at, sealer } = by;
  const { client_key, ...plain } = typeof tls === 'object' ? tls : {};
  const isTls = tls ?? api_key !== undefined;
  return {
    id,
    namespace: by.namespace,
    name,
    address,
    temporal_namespace: namespace,
    query,
    tls: isTls ? plain : null,
    sealed_client_key: client_key === undefined ? null : sealer.seal(client_key, sourcePlace.clientKey(id)),
    sealed_api_key: api_key === undefined ? null : sealer.seal(api_key, sourcePlace.apiKey(id)),
    // Of a short key nothing is shown: its end would be half of it.
    api_key_hint: api_key === undefined ? null : `…${api_key.length < 16 ? '' : api_key.slice(-4)}`,
    ui_url,
    closed_through: null,
    opened_through: null,
    last_polled_at: null,
    last_error: null,
    failing_since: null,
    created_by,
    created_at: at,
    updated_at: at,
  };
}

type Shown = { [column in keyof SourceRow]?: SourceRow[column] | undefined } & Pick<
  SourceRow,
  'id' | 'name' | 'address' | 'temporal_namespace' | 'created_by' | 'created_at' | 'updated_at'
>;

/** @param row as the ORM has it, where what is null may be absent */
export function presentSource(row: Shown): z.infer<typeof sourceSchema> {
  const { id, name, address, temporal_namespace: namespace, tls, created_by, created_at, updated_at } = row;
  const { server_name = null, ca = null, client_cert = null } = tls ?? {};
  const { last_error = null, failing_since = null, last_polled_at = null, closed_through = null } = row;
  return {
    ...{ id, name, address, namespace, query: row.query ?? null },
    tls: tls ? { server_name, ca, client_cert } : false,
    ...{ api_key_hint: row.api_key_hint ?? null, ui_url: row.ui_url ?? null },
    health: failing_since !== null ? 'failing' : last_polled_at === null ? 'starting' : 'ok',
    ...{ last_error, failing_since, last_polled_at, closed_through },
    ...{ created_by, created_at, updated_at },
  };
}

/** As the audit log has it: what a person has written, and not how far watching has come. */
export function auditedSource(row: Shown): object {
  const { health: _, last_error, failing_since, last_polled_at, closed_through, ...written } = presentSource(row);
  return written;
}

export const sourceAudited = (what: 'created' | 'deleted', { id, name }: Shown) =>
  ({ action: `temporal_source.${what}`, target: { type: 'temporal_source', id, name } }) as const;
