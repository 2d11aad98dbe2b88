import { Migration } from '@mikro-orm/migrations';

export class Migration20261124134859 extends Migration {
  override name = 'Migration20261124134859';

  override up(): void | Promise<void> {
    // The workflow is kept with each attempt: first attempts may be made by one that is not the delivery's own.
    this.addSql(`alter table "delivery_attempts" add "workflow_id" text null, add "workflow_run_id" text null;`);
    this.addSql(
      `update "delivery_attempts" a set "workflow_id" = 'delivery/' || a.delivery_id, "workflow_run_id" = coalesce((select d.workflow_run_id from "deliveries" d where d.id = a.delivery_id), '');`,
    );
    this.addSql(
      `alter table "delivery_attempts" alter "workflow_id" set not null, alter "workflow_run_id" set not null;`,
    );

    this.addSql(`alter table "deliveries" drop column "workflow_run_id";`);
  }

  override down(): void | Promise<void> {
    this.addSql(`alter table "deliveries" add "workflow_run_id" text null;`);

    this.addSql(`alter table "delivery_attempts" drop column "workflow_id", drop column "workflow_run_id";`);
  }
}
