import { Migration } from '@mikro-orm/migrations';

export class Migration20261128152730 extends Migration {
  override name = 'Migration20261128152730';

  override up(): void | Promise<void> {
    this.addSql(`create index "deliveries_by_event_type" on "deliveries" ("namespace", "event_type", "id");`);
  }

  override down(): void | Promise<void> {
    this.addSql(`drop index "deliveries_by_event_type";`);
  }
}
