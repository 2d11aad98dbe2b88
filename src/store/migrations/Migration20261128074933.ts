import { Migration } from '@mikro-orm/migrations';

export class Migration20261128074933 extends Migration {
  override name = 'Migration20261128074933';

  override up(): void | Promise<void> {
    this.addSql(`alter table "delivery_attempts" add "says_gone" boolean not null default false;`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "delivery_attempts" drop column "says_gone";`);
  }
}
