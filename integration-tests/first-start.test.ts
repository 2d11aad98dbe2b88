import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { POSTGRES_DATABASE, POSTGRES_ROLE } from '../src/embedded/postgres-cluster.ts';
import { createApi } from './harness/api.ts';
import { freePorts, interrupt, killAllStarted, npmStart, processesNaming, stillRunning } from './harness/npm-start.ts';
import { query } from './harness/query.ts';
import { ROOT } from './harness/repository.ts';
import { createEndpoint, recordedEvent, sendEvent, unique } from './harness/scenario.ts';
import { testServers } from './harness/servers.ts';
import { until } from './harness/until.ts';

/* A first start that is interrupted, by another user, without the sample; and who it is to its PostgreSQL. */

const folder = mkdtempSync(join(tmpdir(), 'exosphere-first-'));
const home = join(folder, 'home');

afterAll(async () => {
  await killAllStarted();
  rmSync(folder, { recursive: true, force: true });
});

const nobody = idOf('nobody');
const canBeNobody = process.getuid?.() === 0 && nobody !== undefined && canRead(join(ROOT, 'src', 'main.ts'), nobody);

/** @param runAs the user, by default the one of this test */
async function start(runAs?: { uid: number; gid: number }) {
  const ports = await freePorts();
  const service = npmStart({
    env: { TEMPORAL_CLI_PATH: testServers().temporalCli, ...ports },
    args: ['--data-dir', home, '--no-sample'],
    ...(runAs && { runAs }),
  });
  return { service, ports };
}

test('interrupted on its way, it undoes what it began', async () => {
  const { service } = await start();
  await service.prints(/Starting PostgreSQL/);
  await interrupt(service);
  expect(service.out()).not.toContain('Send an event');
  expect(service.err()).toBe('');
  expect(processesNaming(home)).toEqual([]);
  rmSync(home, { recursive: true });
});

test(`with --no-sample it sends nothing${canBeNobody ? ', as an ordinary user' : ''}; what it does in PostgreSQL it does as no owner`, async () => {
  mkdirSync(home);
  const runAs = canBeNobody ? nobody : undefined;
  if (runAs) {
    chmodSync(folder, 0o711);
    chownSync(home, runAs.uid, runAs.gid);
  }
  const { service, ports } = await start(runAs);
  await service.prints(/curl /);
  const read = (...path: string[]) => readFileSync(join(home, ...path), 'utf8').trim();
  const api = createApi(`http://127.0.0.1:${ports.PORT}`, read('api-key'));
  expect((await api.get('/v1/webhooks')).body.items).toEqual([]);
  expect((await api.get('/v1/events')).body.items).toEqual([]);

  const login = `${POSTGRES_ROLE}:${read('postgres', 'password')}`;
  const databaseUrl = `postgres://${login}@127.0.0.1:${ports.EXOSPHERE_POSTGRES_PORT}/${POSTGRES_DATABASE}`;
  await query(databaseUrl, NOTE_WHO_WRITES);
  await createEndpoint(api, 'http://127.0.0.1:9999/hook');
  await recordedEvent(api, await sendEvent(api, unique('custom.first')));
  const writers = await query(databaseUrl, 'select distinct at, as_role from writers order by at');
  expect(writers).toEqual([
    { at: 'events', as_role: 'exosphere_worker' },
    { at: 'webhook_endpoints', as_role: 'exosphere_service' },
  ]);
  // Nobody whom row-level security would not hold: neither role owns anything, and it is forced on who does.
  const held = await query(
    databaseUrl,
    `select (select count(*)::int from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname ~ '^exosphere_') as owned,
       (select count(*)::int from pg_roles where rolname ~ '^exosphere_' and (rolsuper or rolbypassrls or rolcanlogin)) as mighty,
       (select json_agg(relforcerowsecurity) from pg_class where relname in ('events', 'webhook_endpoints')) as forced`,
  );
  expect(held).toEqual([{ owned: 0, mighty: 0, forced: [true, true] }]);

  const family = await interrupt(service);
  await until(() => stillRunning(family).length === 0, 'the end of every child');
  expect(service.out()).not.toContain('sample');
  expect(service.err()).toBe('');
}, 120_000);

/** From now on each row of these tables tells as whom it was written. */
const NOTE_WHO_WRITES = `
  create table writers (at text, as_role text);
  grant insert on writers to public;
  create function note_writer() returns trigger language plpgsql as
    $$ begin insert into writers values (tg_table_name, current_user); return new; end $$;
  create trigger note_writer before insert on webhook_endpoints for each row execute function note_writer();
  create trigger note_writer before insert on events for each row execute function note_writer();`;

function idOf(user: string): { uid: number; gid: number } | undefined {
  const id = (flag: string) => spawnSync('id', [flag, user], { encoding: 'utf8' });
  const [uid, gid] = [id('-u'), id('-g')];
  return uid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined;
}

/** Asks the kernel: a checkout under /root is closed to others. */
function canRead(path: string, user: { uid: number; gid: number }): boolean {
  return spawnSync('test', ['-r', path], { cwd: '/', ...user }).status === 0;
}
