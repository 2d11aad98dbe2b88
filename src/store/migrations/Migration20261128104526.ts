import { Migration } from '@mikro-orm/migrations';

export class Migration20261128104526 extends Migration {
  override name = 'Migration20261128104526';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "api_keys" ("id" text not null, "namespace" text not null, "name" text not null, "key_id" text not null, "digest" text not null, "scopes" text[] not null, "expires_at" timestamptz(3) null, "last_used_at" timestamptz(3) null, "revoked_at" timestamptz(3) null, "created_by" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "api_keys_list" on "api_keys" ("namespace", "id");`);
    this.addSql(`alter table "api_keys" add constraint "api_keys_key_id_unique" unique ("key_id");`);

    this.addSql(
      `create table "audit_log" ("id" text not null, "namespace" text not null, "action" text not null, "target_type" text not null, "target_id" text not null, "target_name" text null, "before" jsonb null, "after" jsonb null, "request_id" text not null, "created_by" text not null, "created_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "audit_log_list" on "audit_log" ("namespace", "id");`);
    this.addSql(`create index "audit_log_by_target" on "audit_log" ("namespace", "target_id", "id");`);
    this.addSql(`create index "audit_log_by_key" on "audit_log" ("namespace", "created_by", "id");`);

    this.addSql(
      `create table "namespaces" ("namespace" text not null, "created_by" text not null, "created_at" timestamptz(3) not null, primary key ("namespace"));`,
    );

    this.addSql(`alter table "alerts" enable row level security;`);
    this.addSql(`alter table "alerts" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "alerts" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(`create policy "all_namespaces" on "alerts" to "exosphere_worker" using (true) with check (true);`);

    this.addSql(`alter table "alert_entries" enable row level security;`);
    this.addSql(`alter table "alert_entries" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "alert_entries" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "alert_entries" to "exosphere_worker" using (true) with check (true);`,
    );

    this.addSql(`alter table "alert_rules" enable row level security;`);
    this.addSql(`alter table "alert_rules" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "alert_rules" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "alert_rules" to "exosphere_worker" using (true) with check (true);`,
    );

    this.addSql(`alter table "alert_states" enable row level security;`);
    this.addSql(`alter table "alert_states" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "alert_states" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "alert_states" to "exosphere_worker" using (true) with check (true);`,
    );

    this.addSql(`alter table "dead_letters" enable row level security;`);
    this.addSql(`alter table "dead_letters" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "dead_letters" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "dead_letters" to "exosphere_worker" using (true) with check (true);`,
    );

    this.addSql(`alter table "deliveries" enable row level security;`);
    this.addSql(`alter table "deliveries" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "deliveries" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(`create policy "all_namespaces" on "deliveries" to "exosphere_worker" using (true) with check (true);`);

    this.addSql(`alter table "delivery_attempts" enable row level security;`);
    this.addSql(`alter table "delivery_attempts" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "delivery_attempts" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "delivery_attempts" to "exosphere_worker" using (true) with check (true);`,
    );

    this.addSql(`alter table "endpoint_states" enable row level security;`);
    this.addSql(`alter table "endpoint_states" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "endpoint_states" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "endpoint_states" to "exosphere_worker" using (true) with check (true);`,
    );

    this.addSql(`alter table "events" enable row level security;`);
    this.addSql(`alter table "events" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "events" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(`create policy "all_namespaces" on "events" to "exosphere_worker" using (true) with check (true);`);

    this.addSql(`alter table "event_keys" enable row level security;`);
    this.addSql(`alter table "event_keys" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "event_keys" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(`create policy "all_namespaces" on "event_keys" to "exosphere_worker" using (true) with check (true);`);

    this.addSql(`alter table "service_events" enable row level security;`);
    this.addSql(`alter table "service_events" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "service_events" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "service_events" to "exosphere_worker" using (true) with check (true);`,
    );

    this.addSql(`alter table "silences" enable row level security;`);
    this.addSql(`alter table "silences" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "silences" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(`create policy "all_namespaces" on "silences" to "exosphere_worker" using (true) with check (true);`);

    this.addSql(`alter table "webhook_endpoints" enable row level security;`);
    this.addSql(`alter table "webhook_endpoints" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "webhook_endpoints" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "webhook_endpoints" to "exosphere_worker" using (true) with check (true);`,
    );

    this.addSql(
      `alter table "api_keys" add constraint "api_keys_namespace_check" check (namespace ~ '^[a-z0-9-]{1,63}$');`,
    );
    this.addSql(`alter table "api_keys" add constraint "api_keys_scopes_check" check (cardinality(scopes) >= 1);`);
    this.addSql(`alter table "api_keys" enable row level security;`);
    this.addSql(`alter table "api_keys" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "api_keys" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(`create policy "all_namespaces" on "api_keys" to "exosphere_worker" using (true) with check (true);`);

    this.addSql(`alter table "audit_log" enable row level security;`);
    this.addSql(`alter table "audit_log" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "audit_log" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(`create policy "all_namespaces" on "audit_log" to "exosphere_worker" using (true) with check (true);`);

    this.addSql(
      `alter table "namespaces" add constraint "namespaces_namespace_check" check (namespace ~ '^[a-z0-9-]{1,63}$');`,
    );
    this.addSql(`alter table "namespaces" enable row level security;`);
    this.addSql(`alter table "namespaces" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "namespaces" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(`create policy "all_namespaces" on "namespaces" to "exosphere_worker" using (true) with check (true);`);
    // Those two work on rows and own nothing: for the tables that are there, and for those that a later migration makes.
    this.addSql('grant usage on schema public to exosphere_service, exosphere_worker;');
    this.addSql(
      'grant select, insert, update, delete on all tables in schema public to exosphere_service, exosphere_worker;',
    );
    this.addSql(
      'alter default privileges in schema public grant select, insert, update, delete on tables to exosphere_service, exosphere_worker;',
    );
    this.addSql('revoke insert, update, delete on migrations from exosphere_service, exosphere_worker;');
    // What was done stays written down.
    this.addSql('revoke update, delete on audit_log from exosphere_service, exosphere_worker;');
  }

  override down(): void | Promise<void> {
    this.addSql(
      'alter default privileges in schema public revoke select, insert, update, delete on tables from exosphere_service, exosphere_worker;',
    );
    this.addSql('revoke all on all tables in schema public from exosphere_service, exosphere_worker;');
    this.addSql(`drop table if exists "api_keys" cascade;`);
    this.addSql(`drop table if exists "audit_log" cascade;`);
    this.addSql(`drop table if exists "namespaces" cascade;`);

    this.addSql(`drop policy "own_namespace" on "alert_entries";`);
    this.addSql(`drop policy "all_namespaces" on "alert_entries";`);

    this.addSql(`drop policy "own_namespace" on "alert_rules";`);
    this.addSql(`drop policy "all_namespaces" on "alert_rules";`);

    this.addSql(`drop policy "own_namespace" on "alert_states";`);
    this.addSql(`drop policy "all_namespaces" on "alert_states";`);

    this.addSql(`drop policy "own_namespace" on "alerts";`);
    this.addSql(`drop policy "all_namespaces" on "alerts";`);

    this.addSql(`drop policy "own_namespace" on "dead_letters";`);
    this.addSql(`drop policy "all_namespaces" on "dead_letters";`);

    this.addSql(`drop policy "own_namespace" on "deliveries";`);
    this.addSql(`drop policy "all_namespaces" on "deliveries";`);

    this.addSql(`drop policy "own_namespace" on "delivery_attempts";`);
    this.addSql(`drop policy "all_namespaces" on "delivery_attempts";`);

    this.addSql(`drop policy "own_namespace" on "endpoint_states";`);
    this.addSql(`drop policy "all_namespaces" on "endpoint_states";`);

    this.addSql(`drop policy "own_namespace" on "event_keys";`);
    this.addSql(`drop policy "all_namespaces" on "event_keys";`);

    this.addSql(`drop policy "own_namespace" on "events";`);
    this.addSql(`drop policy "all_namespaces" on "events";`);

    this.addSql(`drop policy "own_namespace" on "service_events";`);
    this.addSql(`drop policy "all_namespaces" on "service_events";`);

    this.addSql(`drop policy "own_namespace" on "silences";`);
    this.addSql(`drop policy "all_namespaces" on "silences";`);

    this.addSql(`drop policy "own_namespace" on "webhook_endpoints";`);
    this.addSql(`drop policy "all_namespaces" on "webhook_endpoints";`);

    this.addSql(`alter table "alert_entries" no force row level security;`);
    this.addSql(`alter table "alert_entries" disable row level security;`);

    this.addSql(`alter table "alert_rules" no force row level security;`);
    this.addSql(`alter table "alert_rules" disable row level security;`);

    this.addSql(`alter table "alert_states" no force row level security;`);
    this.addSql(`alter table "alert_states" disable row level security;`);

    this.addSql(`alter table "alerts" no force row level security;`);
    this.addSql(`alter table "alerts" disable row level security;`);

    this.addSql(`alter table "dead_letters" no force row level security;`);
    this.addSql(`alter table "dead_letters" disable row level security;`);

    this.addSql(`alter table "deliveries" no force row level security;`);
    this.addSql(`alter table "deliveries" disable row level security;`);

    this.addSql(`alter table "delivery_attempts" no force row level security;`);
    this.addSql(`alter table "delivery_attempts" disable row level security;`);

    this.addSql(`alter table "endpoint_states" no force row level security;`);
    this.addSql(`alter table "endpoint_states" disable row level security;`);

    this.addSql(`alter table "event_keys" no force row level security;`);
    this.addSql(`alter table "event_keys" disable row level security;`);

    this.addSql(`alter table "events" no force row level security;`);
    this.addSql(`alter table "events" disable row level security;`);

    this.addSql(`alter table "service_events" no force row level security;`);
    this.addSql(`alter table "service_events" disable row level security;`);

    this.addSql(`alter table "silences" no force row level security;`);
    this.addSql(`alter table "silences" disable row level security;`);

    this.addSql(`alter table "webhook_endpoints" no force row level security;`);
    this.addSql(`alter table "webhook_endpoints" disable row level security;`);
  }
}
