// What a build is made from, as one hash. Plain JavaScript for Node 14.18 and later, as install-dependencies.js.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The hash of files of a workspace, and of the lock file, for the versions of all packages.
 *
 * @param root the checkout
 * @param folder the workspace in it
 * @param sources files and folders of that one
 */
export function sourceHash(root, folder, sources) {
  const base = join(root, folder);
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const path of sources.reduce((files, name) => files.concat(filesOf(base, name)), [])) {
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(base, path)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** All files of a folder, in an order that is always the same; a file is itself. */
function filesOf(base, path) {
  let entries;
  try {
    entries = readdirSync(join(base, path), { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    throw error;
  }
  return entries
    .map(({ name }) => name)
    .sort()
    .reduce((files, name) => files.concat(filesOf(base, join(path, name))), []);
}
