import { defineEntity, type InferEntity, p } from '@mikro-orm/core';
import { tenancy } from '../tenancy.ts';

/**
 * An event of the service's own (`webhook.disabled`, …), written in the statement that makes it true and handed to
 * Temporal after that: a crash between the two loses none. Rules never send it to the endpoint that it is about, nor
 * does the rule that it is about.
 */
export const ServiceEvent = defineEntity({
  name: 'ServiceEvent',
  tableName: 'service_events',
  ...tenancy,
  indexes: [
    {
      name: 'service_events_unsent',
      expression: 'create index "service_events_unsent" on "service_events" ("id") where "sent_at" is null',
    },
  ],
  properties: {
    id: p.text().primary(),
    namespace: p.text(),
    type: p.text(),
    subject: p.text().nullable(),
    data: p.text(),
    about_endpoint_id: p.text().nullable(),
    about_rule_id: p.text().nullable(),
    sent_at: p.datetime(3).nullable(),
    created_by: p.text(),
    created_at: p.datetime(3),
  },
});

export type ServiceEvent = InferEntity<typeof ServiceEvent>;
