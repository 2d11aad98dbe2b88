import { Migration } from '@mikro-orm/migrations';

export class Migration20261128145832 extends Migration {
  override name = 'Migration20261128145832';

  override up(): void | Promise<void> {
    this.addSql(`alter table "alerts" alter column "told_endpoint_ids" drop default;`);
    this.addSql(`alter table "alerts" alter column "told_endpoint_ids" drop not null;`);
    // Until now an empty list said "not noted" too. Row-level security hides the rows from an update by their owner, and not
    // from a change of type.
    this.addSql(
      `alter table "alerts" alter column "told_endpoint_ids" type text[] using nullif("told_endpoint_ids", '{}');`,
    );

    this.addSql(`drop index "deliveries_of_alerts";`);
    this.addSql(`alter table "deliveries" add "message_key" text null;`);
    this.addSql(
      `create index "deliveries_in_order" on "deliveries" ("message_key", "endpoint_id", "id") where "message_key" is not null and "status" in ('pending', 'retrying');`,
    );
    this.addSql(
      `create index "deliveries_unbegun" on "deliveries" ("id") where "created_by" = 'alerts' and "status" = 'pending' and "attempts" = 0;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "alerts" alter column "told_endpoint_ids" set default '{}';`);
    this.addSql(
      `alter table "alerts" alter column "told_endpoint_ids" type text[] using coalesce("told_endpoint_ids", '{}');`,
    );
    this.addSql(`alter table "alerts" alter column "told_endpoint_ids" set not null;`);

    this.addSql(`drop index "deliveries_in_order";`);
    this.addSql(`drop index "deliveries_unbegun";`);
    this.addSql(`alter table "deliveries" drop column "message_key";`);
    this.addSql(
      `create index "deliveries_of_alerts" on "deliveries" ("alert_id", "endpoint_id", "id") where "created_by" = 'alerts' and "status" in ('pending', 'retrying');`,
    );
  }
}
