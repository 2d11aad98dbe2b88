import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { StartError } from '../start-error.ts';

/**
 * How to run PostgreSQL, which refuses to run as root: nothing for an ordinary user; for root the user to change to
 * and, where that user could not even reach the files (a project under `/root`), a command that goes before.
 */
export type ServerUser = {
  /** Who owns the database files, when that is somebody else than we. */
  owner?: Identity;
  /** For spawn: change to this user. */
  runAs?: Identity;
  /** Words that go before the command. */
  prefix: readonly string[];
};

type Identity = { uid: number; gid: number };

/**
 * Decides as which user PostgreSQL runs.
 *
 * An ordinary user runs it as itself. Root runs it as the owner of the database files if there are any, else as the
 * user `postgres`, which is made if the system has none.
 *
 * @param clusterDir the database files, which need not exist yet
 * @param files what the user must be able to reach: the programs and the data folder
 * @throws StartError when there is no such user and none can be made, or it cannot reach the files
 */
export function chooseServerUser(clusterDir: string, files: readonly string[]): ServerUser {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const runAs: Identity = ownerOf(clusterDir) ?? postgresUser();
  if (canReach(files, [], runAs)) return { owner: runAs, runAs, prefix: [] };
  const prefix = passingClosedFolders(runAs);
  if (canReach(files, prefix)) return { owner: runAs, prefix };
  throw new StartError(
    `PostgreSQL does not run as root, and the user ${runAs.uid} it would run as cannot enter the folder of this project.`,
    'Move the project to a folder that every user can enter (such as /opt), start as an ordinary user, or set DATABASE_URL.',
  );
}

function ownerOf(clusterDir: string): Identity | undefined {
  const found = statSync(clusterDir, { throwIfNoEntry: false });
  return found && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : undefined;
}

function postgresUser(): Identity {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    // No such user: make one, as packages of PostgreSQL do.
  }
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/bin/false', 'postgres'], {
      stdio: 'pipe',
    });
    return { uid: id('-u'), gid: id('-g') };
  } catch (cause) {
    throw new StartError(
      'PostgreSQL does not run as root, and no user "postgres" could be made for it.',
      'Start as an ordinary user, add a system user named postgres, or set DATABASE_URL.',
      { cause },
    );
  }
}

/** Asks the kernel itself, by a shell that runs as that user: modes, ACLs and mounts all count. */
function canReach(files: readonly string[], prefix: readonly string[], runAs?: Identity): boolean {
  const [command, ...args] = [...prefix, '/bin/sh', '-c', 'for f; do test -x "$f" || exit 1; done', 'reach', ...files];
  return spawnSync(command!, args, { cwd: '/', stdio: 'ignore', ...runAs }).status === 0;
}

/**
 * Changes to the user but keeps one of root's capabilities, to pass folders that are closed to others and to read;
 * not to write. `no_setuid_fixup` lets it count in access(2) too, which PostgreSQL asks about its own program.
 * See capabilities(7), "Ambient" and "SECBIT_NO_SETUID_FIXUP".
 */
function passingClosedFolders({ uid, gid }: Identity): readonly string[] {
  const keep = ['--inh-caps=-all,+dac_read_search', '--ambient-caps=-all,+dac_read_search'];
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', '--securebits=+no_setuid_fixup'];
  return ['setpriv', ...user, ...keep, '--'];
}
