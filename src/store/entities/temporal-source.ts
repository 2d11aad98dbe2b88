import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { tenancy } from '../tenancy.ts';

/** How a source is reached by TLS, without what is secret in it. `{}`: by the authorities that everybody trusts. */
export interface SourceTls {
  server_name?: string | undefined;
  /** PEM. */
  ca?: string | undefined;
  /** PEM; its key is `sealed_client_key`. */
  client_cert?: string | undefined;
}

/**
 * A Temporal namespace that is watched. `address` is `host:port`; `tls` null: plain text. `closed_through` and
 * `opened_through` are how far the watcher has come, by the clock of that cluster. `failing_since` and `last_error` are
 * about the latest tries, `last_polled_at` about the latest success.
 */
export const TemporalSource = defineEntity({
  name: 'TemporalSource',
  tableName: 'temporal_sources',
  ...tenancy,
  uniques: [{ name: 'temporal_sources_name_unique', properties: ['namespace', 'name'] }],
  indexes: [{ name: 'temporal_sources_list', properties: ['namespace', 'id'] }],
  checks: [
    { name: 'temporal_sources_namespace_check', expression: "namespace ~ '^[a-z0-9-]{1,63}$'" },
    { name: 'temporal_sources_failing_check', expression: '(failing_since is null) = (last_error is null)' },
    { name: 'temporal_sources_api_key_check', expression: 'sealed_api_key is null or tls is not null' },
    {
      name: 'temporal_sources_client_key_check',
      expression: "(sealed_client_key is not null) = ((tls -> 'client_cert') is not null)",
    },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    name: p.text(),
    address: p.text(),
    temporal_namespace: p.text(),
    query: p.text().nullable(),
    tls: p.json<SourceTls>().nullable(),
    sealed_client_key: p.text().nullable(),
    sealed_api_key: p.text().nullable(),
    api_key_hint: p.text().nullable(),
    ui_url: p.text().nullable(),
    closed_through: p.datetime(3).nullable(),
    opened_through: p.datetime(3).nullable(),
    last_polled_at: p.datetime(3).nullable(),
    last_error: p.text().nullable(),
    failing_since: p.datetime(3).nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type TemporalSource = InferEntity<typeof TemporalSource>;
