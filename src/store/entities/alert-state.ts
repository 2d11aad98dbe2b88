import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { tenancy } from '../tenancy.ts';

/**
 * What a stateful rule remembers of one key, bounded whatever the rate. `meaning` is the digest of the rule that it was
 * reckoned by: when the rule means something else, the state begins anew. `next_look_at` is when time alone may change
 * it; `watched_until` is when the workflow that watches it will look next. A `duration` rule's open run is such a row, of a `shard`.
 */
export const AlertState = defineEntity({
  name: 'AlertState',
  tableName: 'alert_states',
  ...tenancy,
  primaryKeys: ['rule_id', 'key_digest'],
  indexes: [
    {
      name: 'alert_states_due',
      expression: 'create index "alert_states_due" on "alert_states" ("next_look_at") where "next_look_at" is not null',
    },
    {
      name: 'alert_states_shard',
      expression:
        'create index "alert_states_shard" on "alert_states" ("namespace", "shard", "next_look_at") where "shard" is not null',
    },
  ],
  properties: {
    rule_id: p.text().primary(),
    key_digest: p.text().primary(),
    namespace: p.text(),
    key_text: p.text(),
    meaning: p.text(),
    state: p.json<unknown>().nullable(),
    notify_state: p.json<unknown>().nullable(),
    alert_id: p.text().nullable(),
    shard: p.smallint().nullable(),
    next_look_at: p.datetime(3).nullable(),
    watched_until: p.datetime(3).nullable(),
    forget_at: p.datetime(3).nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type AlertState = InferEntity<typeof AlertState>;

/**
 * An event that counts for one key of a stateful rule and has not been taken into its state yet: each is taken once.
 * `meaning` is that of the rule that put it down: it counts for no other. `place` is its place in the list that it was
 * recorded with, which decides between events of the same ms.
 */
export const AlertEntry = defineEntity({
  name: 'AlertEntry',
  tableName: 'alert_entries',
  ...tenancy,
  primaryKeys: ['rule_id', 'key_digest', 'event_ref'],
  // The sweep asks for what nobody has taken for a while.
  indexes: [{ name: 'alert_entries_age', properties: ['created_at'] }],
  properties: {
    rule_id: p.text().primary(),
    key_digest: p.text().primary(),
    event_ref: p.text().primary(),
    namespace: p.text(),
    key_text: p.text(),
    meaning: p.text().default(''),
    place: p.integer().default(0),
    sides: p.array().columnType('text[]'),
    epoch: p.bigint().nullable(),
    time: p.datetime(3),
    received_at: p.datetime(3),
    created_by: p.text(),
    created_at: p.datetime(3),
  },
});

export type AlertEntry = InferEntity<typeof AlertEntry>;
