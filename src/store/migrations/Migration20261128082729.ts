import { Migration } from '@mikro-orm/migrations';

export class Migration20261128082729 extends Migration {
  override name = 'Migration20261128082729';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "alerts" ("id" text not null, "namespace" text not null, "rule_id" text not null, "rule_name" text not null, "rule_revision" int not null, "key_digest" text not null, "key_text" text not null, "dedup_key" text not null, "status" text not null default 'firing', "severity" text not null, "summary" text not null, "value" double precision null, "threshold" double precision null, "event_ref" text null, "event_id" text null, "event_type" text null, "started_at" timestamptz(3) not null, "fired_at" timestamptz(3) not null, "resolved_at" timestamptz(3) null, "resolve_reason" text null, "held_reason" text null, "created_by" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "alerts_list" on "alerts" ("namespace", "id");`);
    this.addSql(`create index "alerts_by_status" on "alerts" ("namespace", "status", "id");`);
    this.addSql(`create index "alerts_by_rule" on "alerts" ("namespace", "rule_id", "id");`);

    this.addSql(
      `create table "alert_entries" ("rule_id" text not null, "key_digest" text not null, "event_ref" text not null, "namespace" text not null, "key_text" text not null, "sides" text[] not null, "epoch" bigint null, "time" timestamptz(3) not null, "received_at" timestamptz(3) not null, "created_by" text not null, "created_at" timestamptz(3) not null, primary key ("rule_id", "key_digest", "event_ref"));`,
    );

    this.addSql(
      `create table "alert_states" ("rule_id" text not null, "key_digest" text not null, "namespace" text not null, "key_text" text not null, "meaning" text not null, "state" jsonb null, "notify_state" jsonb null, "alert_id" text null, "shard" smallint null, "next_look_at" timestamptz(3) null, "watched_until" timestamptz(3) null, "forget_at" timestamptz(3) null, "created_by" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("rule_id", "key_digest"));`,
    );
    this.addSql(`create index "alert_states_due" on "alert_states" ("next_look_at") where "next_look_at" is not null;`);
    this.addSql(
      `create index "alert_states_shard" on "alert_states" ("namespace", "shard", "next_look_at") where "shard" is not null;`,
    );

    this.addSql(
      `create table "silences" ("id" text not null, "namespace" text not null, "matchers" jsonb not null, "starts_at" timestamptz(3) not null, "ends_at" timestamptz(3) not null, "comment" text null, "created_by" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "silences_list" on "silences" ("namespace", "id");`);
    this.addSql(`create index "silences_by_end" on "silences" ("namespace", "ends_at");`);

    this.addSql(`drop index "alert_rules_event_types";`);
    this.addSql(`alter table "alert_rules" drop constraint "alert_rules_event_types_check";`);
    this.addSql(
      `alter table "alert_rules" add "resolve" jsonb null, add "notify" jsonb null, add "watched_types" text[] null, add "meaning" text not null default '';`,
    );
    // The rules that are there tell of every match of their types.
    this.addSql(`update "alert_rules" set "watched_types" = "event_types";`);
    this.addSql(`alter table "alert_rules" alter "watched_types" set not null;`);
    this.addSql(`create index "alert_rules_watched_types" on "alert_rules" using gin ("watched_types");`);
    this.addSql(
      `alter table "alert_rules" add constraint "alert_rules_watched_types_check" check (cardinality(watched_types) >= 1);`,
    );

    this.addSql(`alter table "alerts" add constraint "alerts_status_check" check (status in ('firing', 'resolved'));`);
    this.addSql(
      `alter table "alerts" add constraint "alerts_resolved_check" check ((status = 'resolved') = (resolved_at is not null));`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "alerts" cascade;`);
    this.addSql(`drop table if exists "alert_entries" cascade;`);
    this.addSql(`drop table if exists "alert_states" cascade;`);
    this.addSql(`drop table if exists "silences" cascade;`);

    this.addSql(`drop index "alert_rules_watched_types";`);
    this.addSql(`alter table "alert_rules" drop constraint "alert_rules_watched_types_check";`);
    this.addSql(
      `alter table "alert_rules" drop column "resolve", drop column "notify", drop column "watched_types", drop column "meaning";`,
    );
    this.addSql(`create index "alert_rules_event_types" on "alert_rules" using gin ("event_types");`);
    this.addSql(
      `alter table "alert_rules" add constraint "alert_rules_event_types_check" check (cardinality(event_types) >= 1);`,
    );
  }
}
