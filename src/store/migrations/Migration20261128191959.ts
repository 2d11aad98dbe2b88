import { Migration } from '@mikro-orm/migrations';

export class Migration20261128191959 extends Migration {
  override name = 'Migration20261128191959';

  override up(): void | Promise<void> {
    this.addSql(
      `create table "temporal_sources" ("id" text not null, "namespace" text not null, "name" text not null, "address" text not null, "temporal_namespace" text not null, "query" text null, "tls" jsonb null, "sealed_client_key" text null, "sealed_api_key" text null, "api_key_hint" text null, "ui_url" text null, "closed_through" timestamptz(3) null, "opened_through" timestamptz(3) null, "last_polled_at" timestamptz(3) null, "last_error" text null, "failing_since" timestamptz(3) null, "created_by" text not null, "created_at" timestamptz(3) not null, "updated_at" timestamptz(3) not null, primary key ("id"));`,
    );
    this.addSql(`create index "temporal_sources_list" on "temporal_sources" ("namespace", "id");`);
    this.addSql(
      `alter table "temporal_sources" add constraint "temporal_sources_name_unique" unique ("namespace", "name");`,
    );

    this.addSql(
      `alter table "temporal_sources" add constraint "temporal_sources_namespace_check" check (namespace ~ '^[a-z0-9-]{1,63}$');`,
    );
    this.addSql(
      `alter table "temporal_sources" add constraint "temporal_sources_failing_check" check ((failing_since is null) = (last_error is null));`,
    );
    this.addSql(
      `alter table "temporal_sources" add constraint "temporal_sources_api_key_check" check (sealed_api_key is null or tls is not null);`,
    );
    this.addSql(
      `alter table "temporal_sources" add constraint "temporal_sources_client_key_check" check ((sealed_client_key is not null) = ((tls -> 'client_cert') is not null));`,
    );
    this.addSql(`alter table "temporal_sources" enable row level security;`);
    this.addSql(`alter table "temporal_sources" force row level security;`);
    this.addSql(
      `create policy "own_namespace" on "temporal_sources" to "exosphere_service" using (namespace = current_setting('exosphere.namespace', true)) with check (namespace = current_setting('exosphere.namespace', true));`,
    );
    this.addSql(
      `create policy "all_namespaces" on "temporal_sources" to "exosphere_worker" using (true) with check (true);`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop table if exists "temporal_sources" cascade;`);
  }
}
