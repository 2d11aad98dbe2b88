import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { tenancy } from '../tenancy.ts';

/** What is not to be told until `ends_at`. All matchers must hold; what they hold back is a record with its reason. */
export const Silence = defineEntity({
  name: 'Silence',
  tableName: 'silences',
  ...tenancy,
  indexes: [
    { name: 'silences_list', properties: ['namespace', 'id'] },
    { name: 'silences_by_end', properties: ['namespace', 'ends_at'] },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    matchers: p.json<Record<string, unknown>>(),
    starts_at: p.datetime(3),
    ends_at: p.datetime(3),
    comment: p.text().nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
    updated_at: p.datetime(3),
  },
});

export type Silence = InferEntity<typeof Silence>;
