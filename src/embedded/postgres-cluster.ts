import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../start-error.ts';
import { POSTGRES_MAJOR, type PostgresPrograms } from './postgres-programs.ts';
import type { ServerUser } from './server-user.ts';

/** The database role that the embedded PostgreSQL is made with; its superuser. */
export const POSTGRES_ROLE = 'exosphere';

/** The database that it is made with. */
export const POSTGRES_DATABASE = 'exosphere';

/** Surroundings of PostgreSQL's programs: messages in English, as we look for some of them, and nothing of the caller's. */
export const POSTGRES_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** What making a cluster needs. */
export type NewCluster = {
  /** Our folder; the database files get into its sub-folder `cluster`. */
  dataDir: string;
  programs: PostgresPrograms;
  user: ServerUser;
  /** Password of the role, asked for over TCP by SCRAM. */
  password: string;
  /** Settings for `-c`; `fsync: 'off'` also makes the making quicker. */
  settings: Record<string, string>;
};

/**
 * Whether the folder holds a finished database cluster.
 *
 * @throws StartError when another major version of PostgreSQL made it
 */
export function hasCluster(dataDir: string): boolean {
  const stamp = join(dataDir, 'cluster', 'PG_VERSION');
  if (!existsSync(stamp)) return false;
  const major = readFileSync(stamp, 'utf8').trim();
  if (major === String(POSTGRES_MAJOR)) return true;
  throw new StartError(
    `The database files in ${dataDir} belong to PostgreSQL ${major}; this version brings PostgreSQL ${POSTGRES_MAJOR}.`,
    'Start with the version of Exosphere Alerts that made them, or move that folder away to begin anew.',
  );
}

/**
 * Makes the database cluster with its role and its database.
 *
 * It is made in a folder beside and renamed when it is complete: a crash on the way leaves nothing that could be taken
 * for a database, and the next call begins anew.
 *
 * @throws StartError when PostgreSQL's initdb fails, with its words as the cause
 */
export function makeCluster({ dataDir, programs, user, password, settings }: NewCluster): void {
  const workshop = join(dataDir, 'initialising');
  const cluster = join(workshop, 'cluster');
  const passwordFile = join(workshop, 'password');
  rmSync(workshop, { recursive: true, force: true });
  // A leftover without PG_VERSION is no cluster.
  rmSync(join(dataDir, 'cluster'), { recursive: true, force: true });
  mkdirSync(cluster, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  chmodSync(workshop, 0o700);
  const { uid, gid } = user.owner ?? {};
  if (uid !== undefined && gid !== undefined) {
    for (const path of [workshop, cluster, passwordFile]) chownSync(path, uid, gid);
  }

  run(user, programs.initdb, [
    `--pgdata=${cluster}`,
    `--username=${POSTGRES_ROLE}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The same on every machine, whatever locales it has: PostgreSQL's own C.UTF-8.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    ...(settings.fsync === 'off' ? ['--no-sync'] : []),
  ]);
  // Single-user mode needs no port and no password, so the database is there before anybody can connect.
  run(
    user,
    programs.postgres,
    ['--single', '-D', cluster, ...settingFlags(settings), '-c', 'exit_on_error=on', 'postgres'],
    `CREATE DATABASE ${POSTGRES_DATABASE};\n`,
  );
  renameSync(cluster, join(dataDir, 'cluster'));
  rmSync(workshop, { recursive: true, force: true });
}

/** `-c key=value` for each setting. */
export function settingFlags(settings: Record<string, string>): string[] {
  return Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
}

function run(user: ServerUser, program: string, args: readonly string[], input = ''): void {
  const [command, ...rest] = [...user.prefix, program, ...args];
  const done = spawnSync(command!, rest, {
    cwd: '/',
    env: POSTGRES_ENVIRONMENT,
    encoding: 'utf8',
    input,
    ...user.runAs,
  });
  if (done.status === 0) return;
  const words = done.error?.message ?? `${done.stdout}${done.stderr}`.trim();
  throw new StartError(
    `The embedded PostgreSQL could not make its database files: ${words.split('\n').at(-1)}`,
    'Make room or correct the permissions of the folder, or set DATABASE_URL to a PostgreSQL of yours.',
    { cause: words },
  );
}
