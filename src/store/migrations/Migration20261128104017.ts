import { Migration } from '@mikro-orm/migrations';

export class Migration20261128104017 extends Migration {
  override name = 'Migration20261128104017';

  override up(): void | Promise<void> {
    this.addSql(`alter table "alerts" add "told_endpoint_ids" text[] not null default '{}';`);

    this.addSql(
      `alter table "alert_entries" add "meaning" text not null default '', add "place" int not null default 0;`,
    );
    this.addSql(`create index "alert_entries_age" on "alert_entries" ("created_at");`);

    this.addSql(
      `create index "deliveries_of_alerts" on "deliveries" ("alert_id", "endpoint_id", "id") where "created_by" = 'alerts' and "status" in ('pending', 'retrying');`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "alert_entries_age";`);
    this.addSql(`alter table "alert_entries" drop column "meaning", drop column "place";`);

    this.addSql(`alter table "alerts" drop column "told_endpoint_ids";`);

    this.addSql(`drop index "deliveries_of_alerts";`);
  }
}
