/* `npm run migration:create|migration:check`: writes the next migration from the entities, or fails where one is missing. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';
import { ormConfig } from '../src/store/database.ts';
import { makeRoles } from '../src/store/roles.ts';

const [command] = process.argv.slice(2);
if (command !== 'create' && command !== 'check') {
  process.stderr.write('Usage: migrations.ts create|check\n');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'exosphere-migrations-'));
const postgres = await startEmbeddedPostgres({
  dataDir: join(folder, 'postgres'),
  port: 0,
  say: () => {},
  random: randomBytes,
  settings: { fsync: 'off' },
});
const orm = await MikroORM.init(ormConfig(postgres.url));
try {
  await (command === 'create' ? create() : check());
} finally {
  await orm.close(true);
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function create(): Promise<void> {
  const made = await orm.migrator.create();
  process.stdout.write(
    made.fileName ? `Wrote ${made.fileName}.\n` : 'Entities and migrations agree; nothing to write.\n',
  );
}

/** Against the committed snapshot, and against the schema that the migrations really make. */
async function check(): Promise<void> {
  const snapshotDiffers = await orm.migrator.checkSchema();
  await makeRoles(await orm.em.getConnection().getNativeClient());
  await orm.migrator.up();
  const missing = await orm.schema.getUpdateSchemaSQL({ safe: false });
  // The migrator's own table belongs to no entity.
  const statements = missing
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('set names') && !line.includes('"migrations"'));
  if (!snapshotDiffers && statements.length === 0) {
    process.stdout.write('Entities and migrations agree.\n');
    return;
  }
  process.stderr.write(
    `Entities have changed and no migration says so. Run: npm run migration:create\n${statements.join('\n')}\n`,
  );
  process.exitCode = 1;
}
