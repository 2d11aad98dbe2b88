import { Migration } from '@mikro-orm/migrations';

export class Migration20261124105128 extends Migration {
  override name = 'Migration20261124105128';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "alert_rules" ("id" text not null, "namespace" text not null, "name" text not null, "event_types" text[] not null, "condition" text null, "webhook_endpoint_ids" text[] not null, "is_active" boolean not null default true, "severity" text not null default 'error', "trigger" jsonb not null default '{"kind":"event"}', "retry_policy" jsonb null, "description" text null, "revision" int not null default 1, "health" text not null default 'ok', "health_message" text null, "created_by" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "alert_rules_list" on "alert_rules" ("namespace", "id");`);
    this.addSql(`create index "alert_rules_event_types" on "alert_rules" using gin ("event_types");`);
    this.addSql(`create index "alert_rules_endpoint_ids" on "alert_rules" using gin ("webhook_endpoint_ids");`);
    this.addSql(`alter table "alert_rules" add constraint "alert_rules_name_unique" unique ("namespace", "name");`);

    this.addSql(
      `create table "dead_letters" ("delivery_id" text not null, "namespace" text not null, "endpoint_id" text not null, "rule_id" text not null, "event_id" text not null, "event_type" text not null, "status" text not null default 'waiting', "reason" text not null, "last_error" text null, "rounds" int not null default 1, "parked_at" timestamptz(3) not null, "closed_at" timestamptz(3) null, "closed_reason" text null, "delivery" jsonb not null, "created_by" text not null, "created_at" timestamptz(3) not null, primary key ("delivery_id"));`,
    );
    this.addSql(`create index "dead_letters_list" on "dead_letters" ("namespace", "status", "delivery_id");`);
    this.addSql(
      `create index "dead_letters_by_endpoint" on "dead_letters" ("namespace", "endpoint_id", "delivery_id");`,
    );
    this.addSql(`create index "dead_letters_by_rule" on "dead_letters" ("namespace", "rule_id", "delivery_id");`);

    this.addSql(
      `create table "deliveries" ("id" text not null, "namespace" text not null, "event_ref" text not null, "event_id" text not null, "event_source" text not null, "event_type" text not null, "alert_id" text not null, "rule_id" text not null, "rule_name" text not null, "rule_revision" int not null, "endpoint_id" text not null, "endpoint_name" text not null, "status" text not null default 'pending', "reason" text null, "body" text not null, "retry_layers" jsonb null, "attempts" int not null default 0, "round" int not null default 1, "round_base" int not null default 0, "round_started_at" timestamptz(3) not null, "by_person" boolean not null default false, "exhausted_reason" text null, "next_attempt_at" timestamptz(3) null, "last_status_code" int null, "last_error" text null, "workflow_run_id" text null, "completed_at" timestamptz(3) null, "created_by" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "deliveries_list" on "deliveries" ("namespace", "id");`);
    this.addSql(`create index "deliveries_by_status" on "deliveries" ("namespace", "status", "id");`);
    this.addSql(`create index "deliveries_by_endpoint" on "deliveries" ("namespace", "endpoint_id", "id");`);
    this.addSql(`create index "deliveries_by_rule" on "deliveries" ("namespace", "rule_id", "id");`);
    this.addSql(`create index "deliveries_by_event" on "deliveries" ("namespace", "event_ref", "id");`);
    this.addSql(`create index "deliveries_by_event_id" on "deliveries" ("namespace", "event_id", "id");`);

    this.addSql(
      `create table "delivery_attempts" ("delivery_id" text not null, "number" int not null, "namespace" text not null, "started_at" timestamptz(3) not null, "deadline_at" timestamptz(3) not null, "duration_ms" int null, "status_code" int null, "outcome" text null, "error" text null, "response_excerpt" text null, "created_by" text not null, primary key ("delivery_id", "number"));`,
    );

    this.addSql(
      `create table "events" ("id" text not null, "namespace" text not null, "event_id" text not null, "source" text not null, "type" text not null, "subject" text null, "time" timestamptz(3) not null, "received_at" timestamptz(3) not null, "data" text not null, "extensions" text not null default '{}', "status" text not null default 'recorded', "reason" text null, "decisions" jsonb not null default '[]', "workflow_id" text not null, "workflow_run_id" text not null, "created_by" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "events_list" on "events" ("namespace", "id");`);
    this.addSql(`create index "events_by_event_id" on "events" ("namespace", "event_id");`);
    this.addSql(`create index "events_by_type" on "events" ("namespace", "type", "id");`);

    this.addSql(
      `create table "event_keys" ("namespace" text not null, "digest" text not null, "content_digest" text not null, "event_ref" text not null, "workflow_run_id" text not null, "created_by" text not null, "created_at" timestamptz(3) not null, primary key ("namespace", "digest"));`,
    );
    this.addSql(`create index "event_keys_expiry" on "event_keys" ("created_at");`);

    this.addSql(
      `create table "webhook_endpoints" ("id" text not null, "namespace" text not null, "name" text not null, "kind" text not null default 'http', "target_url" text not null, "sealed_target_url" text null, "sealed_secret" text not null, "secret_hint" text not null, "sealed_headers" jsonb not null default '{}', "is_active" boolean not null default true, "health" text not null default 'healthy', "disabled_reason" text null, "retry_policy" jsonb null, "description" text null, "created_by" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "webhook_endpoints_list" on "webhook_endpoints" ("namespace", "id");`);
    this.addSql(
      `alter table "webhook_endpoints" add constraint "webhook_endpoints_name_unique" unique ("namespace", "name");`,
    );

    this.addSql(
      `alter table "alert_rules" add constraint "alert_rules_namespace_check" check (namespace ~ '^[a-z0-9-]{1,63}$');`,
    );
    this.addSql(
      `alter table "alert_rules" add constraint "alert_rules_severity_check" check (severity in ('critical', 'error', 'warning', 'info'));`,
    );
    this.addSql(
      `alter table "alert_rules" add constraint "alert_rules_health_check" check (health in ('ok', 'degraded'));`,
    );
    this.addSql(`alter table "alert_rules" add constraint "alert_rules_revision_check" check (revision >= 1);`);
    this.addSql(
      `alter table "alert_rules" add constraint "alert_rules_event_types_check" check (cardinality(event_types) >= 1);`,
    );
    this.addSql(
      `alter table "alert_rules" add constraint "alert_rules_endpoint_ids_check" check (cardinality(webhook_endpoint_ids) >= 1);`,
    );

    this.addSql(
      `alter table "dead_letters" add constraint "dead_letters_status_check" check (status in ('waiting', 'in_round', 'succeeded', 'discarded', 'skipped'));`,
    );

    this.addSql(
      `alter table "deliveries" add constraint "deliveries_namespace_check" check (namespace ~ '^[a-z0-9-]{1,63}$');`,
    );
    this.addSql(
      `alter table "deliveries" add constraint "deliveries_status_check" check (status in ('pending', 'retrying', 'succeeded', 'dead_lettered', 'discarded', 'skipped', 'suppressed'));`,
    );
    this.addSql(
      `alter table "deliveries" add constraint "deliveries_reason_check" check (reason is not null or status in ('pending', 'retrying', 'succeeded', 'discarded'));`,
    );

    this.addSql(`alter table "delivery_attempts" add constraint "delivery_attempts_number_check" check (number >= 1);`);
    this.addSql(
      `alter table "delivery_attempts" add constraint "delivery_attempts_finished_check" check ((outcome is null) = (duration_ms is null));`,
    );

    this.addSql(
      `alter table "events" add constraint "events_namespace_check" check (namespace ~ '^[a-z0-9-]{1,63}$');`,
    );
    this.addSql(
      `alter table "events" add constraint "events_status_check" check (status in ('recorded', 'rejected'));`,
    );
    this.addSql(
      `alter table "events" add constraint "events_rejected_check" check ((status = 'rejected') = (reason is not null));`,
    );

    this.addSql(
      `alter table "webhook_endpoints" add constraint "webhook_endpoints_namespace_check" check (namespace ~ '^[a-z0-9-]{1,63}$');`,
    );
    this.addSql(
      `alter table "webhook_endpoints" add constraint "webhook_endpoints_kind_check" check (kind in ('http'));`,
    );
    this.addSql(
      `alter table "webhook_endpoints" add constraint "webhook_endpoints_health_check" check (health in ('healthy', 'failing', 'disabled'));`,
    );
    this.addSql(
      `alter table "webhook_endpoints" add constraint "webhook_endpoints_disabled_check" check ((health = 'disabled') = (disabled_reason is not null));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "alert_rules" cascade;`);
    this.addSql(`drop table if exists "dead_letters" cascade;`);
    this.addSql(`drop table if exists "deliveries" cascade;`);
    this.addSql(`drop table if exists "delivery_attempts" cascade;`);
    this.addSql(`drop table if exists "events" cascade;`);
    this.addSql(`drop table if exists "event_keys" cascade;`);
    this.addSql(`drop table if exists "webhook_endpoints" cascade;`);
  }
}
