import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';
import { ROOT } from '../integration-tests/harness/repository.ts';

/** On what the bench runs, in words. */
export function describeMachine(): Record<string, string> {
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB`;
  return {
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, ${memory}, ${type()} ${release()}`,
    Node: process.version,
    state: stateOfCheckout(),
  };
}

function stateOfCheckout(): string {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim();
  const commit = git('rev-parse', '--short', 'HEAD');
  if (!commit) return 'unknown';
  return git('status', '--porcelain') ? `${commit} with changes` : commit;
}
