import { Migration } from '@mikro-orm/migrations';

export class Migration20261128065501 extends Migration {
  override name = 'Migration20261128065501';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "endpoint_states" ("endpoint_id" text not null, "namespace" text not null, "failed_attempts" int not null default 0, "failing_since" timestamptz(3) null, "consecutive_exhausted" int not null default 0, "circuit_until" timestamptz(3) null, "circuit_openings" int not null default 0, "rate_tokens" double precision null, "rate_at" timestamptz(3) null, "rate_queue_until" timestamptz(3) null, "created_by" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("endpoint_id"));`,
    );

    this.addSql(
      `create table "service_events" ("id" text not null, "namespace" text not null, "type" text not null, "subject" text null, "data" text not null, "about_endpoint_id" text null, "about_rule_id" text null, "sent_at" timestamptz(3) null, "created_by" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "service_events_unsent" on "service_events" ("id") where "sent_at" is null;`);

    this.addSql(`alter table "deliveries" add "waits_for" text null;`);

    this.addSql(`alter table "webhook_endpoints" drop constraint "webhook_endpoints_kind_check";`);
    this.addSql(
      `alter table "webhook_endpoints" add "sealed_routing_key" text null, add "sealed_previous_secret" text null, add "previous_secret_until" timestamptz(3) null, add "rate_limit" jsonb null;`,
    );
    this.addSql(
      `alter table "webhook_endpoints" add constraint "webhook_endpoints_previous_secret_check" check ((sealed_previous_secret is null) = (previous_secret_until is null));`,
    );
    this.addSql(
      `alter table "webhook_endpoints" add constraint "webhook_endpoints_kind_check" check (kind in ('http', 'slack', 'pagerduty', 'discord', 'teams'));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "endpoint_states" cascade;`);
    this.addSql(`drop table if exists "service_events" cascade;`);

    this.addSql(`alter table "deliveries" drop column "waits_for";`);

    this.addSql(`alter table "webhook_endpoints" drop constraint "webhook_endpoints_previous_secret_check";`);
    this.addSql(`alter table "webhook_endpoints" drop constraint "webhook_endpoints_kind_check";`);
    this.addSql(
      `alter table "webhook_endpoints" drop column "sealed_routing_key", drop column "sealed_previous_secret", drop column "previous_secret_until", drop column "rate_limit";`,
    );
    this.addSql(
      `alter table "webhook_endpoints" add constraint "webhook_endpoints_kind_check" check (kind in ('http'));`,
    );
  }
}
