// Which Node builds: plain JavaScript for Node 14.18 and later, as install-dependencies.js.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * The project's own Node 24 where it runs here: builders are not for old ones.
 *
 * @param root the checkout
 * @returns path of the program
 */
export function newestNode(root) {
  const own = join(root, 'node_modules', '.bin', 'node');
  return spawnSync(own, ['--version']).status === 0 ? own : process.execPath;
}
