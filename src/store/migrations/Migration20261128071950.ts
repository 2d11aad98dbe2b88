import { Migration } from '@mikro-orm/migrations';

export class Migration20261128071950 extends Migration {
  override name = 'Migration20261128071950';

  override up(): void | Promise<void> {
    this.addSql(
      `alter table "endpoint_states" add "circuit_faults" int not null default 0, add "circuit_probe" text null;`,
    );
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "endpoint_states" drop column "circuit_faults", drop column "circuit_probe";`);
  }
}
