// Tells whether node_modules is what package-lock.json says. Plain JavaScript for Node 14.18 and later.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Written after a complete install; `npm ci` removes it with the rest of node_modules when it begins. */
const STAMP = join('node_modules', '.exosphere-install.json');

/** What of package.json decides what npm installs. */
const DECIDING = ['dependencies', 'devDependencies', 'optionalDependencies', 'overrides', 'workspaces', 'allowScripts'];

/** Whether node_modules is complete and of this lock file and this platform. */
export function isInstalled(root) {
  const stamp = readJson(join(root, STAMP));
  if (stamp && stamp.hash === wantedHash(root)) return true;
  if (stamp && stamp.platform !== platform()) return false;
  // Somebody ran npm themselves. What npm noted when it had finished says as much as our stamp.
  if (!agrees(readJson(join(root, 'package-lock.json')), readJson(join(root, 'node_modules', '.package-lock.json'))))
    return false;
  try {
    markInstalled(root);
  } catch {
    // Another user's checkout: without the stamp the comparison is made again next time.
  }
  return true;
}

/** Notes that node_modules is complete. */
export function markInstalled(root) {
  const path = join(root, STAMP);
  writeFileSync(`${path}.new`, `${JSON.stringify({ hash: wantedHash(root), platform: platform() }, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

function wantedHash(root) {
  const manifest = readJson(join(root, 'package.json')) || {};
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  hash.update(JSON.stringify([platform(), DECIDING.map((name) => manifest[name])]));
  return hash.digest('hex');
}

function platform() {
  return `${process.platform}-${process.arch}`;
}

/** Whether npm's note of what it installed has all that the lock file asks for here, in these versions, and no more. */
function agrees(lock, installed) {
  if (!lock || !installed) return false;
  const wanted = lock.packages || {};
  const present = installed.packages || {};
  const complete = Object.keys(wanted).every((path) => {
    if (path === '' || !path.includes('node_modules/')) return true;
    if (present[path]) return isSame(wanted[path], present[path]);
    return mayBeAbsent(wanted[path]);
  });
  return complete && Object.keys(present).every((path) => wanted[path] !== undefined);
}

function isSame(one, other) {
  return one.version === other.version && one.integrity === other.integrity;
}

/** Optional packages for other platforms, and what only they need (it names no platform). */
function mayBeAbsent(entry) {
  if (!entry.optional) return false;
  // The C library is left to npm: it cannot be told apart simply.
  if (!entry.os || entry.libc) return true;
  return !fits(entry.os, process.platform) || !fits(entry.cpu, process.arch);
}

function fits(list, own) {
  if (!list) return true;
  return list.includes(own) || (list.every((item) => item.startsWith('!')) && !list.includes(`!${own}`));
}

function readJson(path) {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
