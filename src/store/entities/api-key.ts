import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { tenancy } from '../tenancy.ts';

/**
 * A key of the API. Of `exo_<key_id>_<secret>` the middle part finds the row and the SHA-256 of the whole proves it:
 * 43 characters of randomness need no slower digest. A revoked key stays, for the audit log names it.
 */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_keys',
  ...tenancy,
  uniques: [{ name: 'api_keys_key_id_unique', properties: ['key_id'] }],
  indexes: [{ name: 'api_keys_list', properties: ['namespace', 'id'] }],
  checks: [
    { name: 'api_keys_namespace_check', expression: "namespace ~ '^[a-z0-9-]{1,63}$'" },
    { name: 'api_keys_scopes_check', expression: 'cardinality(scopes) >= 1' },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    name: p.text(),
    key_id: p.text(),
    digest: p.text(),
    scopes: p.array().columnType('text[]'),
    expires_at: p.datetime(3).nullable(),
    last_used_at: p.datetime(3).nullable(),
    revoked_at: p.datetime(3).nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
  },
});

export type ApiKey = InferEntity<typeof ApiKey>;

/** A tenant: made with its first API key. Its rows exist whether or not it is here (events may come by Temporal alone). */
export const Namespace = defineEntity({
  name: 'Namespace',
  tableName: 'namespaces',
  ...tenancy,
  checks: [{ name: 'namespaces_namespace_check', expression: "namespace ~ '^[a-z0-9-]{1,63}$'" }],
  properties: {
    namespace: p.text().primary(),
    created_by: p.text(),
    created_at: p.datetime(3),
  },
});

export type Namespace = InferEntity<typeof Namespace>;
