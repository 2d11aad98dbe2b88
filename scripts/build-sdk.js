// Runs before the tests and the type check: compiles the SDK (sdk/ → sdk/dist), unless what is there is of these sources.
// Plain JavaScript for Node 14.18 and later, as install-dependencies.js: npm may run it on whatever Node is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeLock } from './install-lock.js';
import { newestNode } from './newest-node.js';
import { sourceHash } from './source-hash.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const SDK = join(ROOT, 'sdk');
const DIST = join(SDK, 'dist');
const STAMP = '.built-from';
const SOURCES = ['src', 'temporal', 'package.json', 'tsconfig.json'];

main().catch((error) => {
  say(error.stack);
  process.exitCode = 1;
});

async function main() {
  if (isBuilt()) return;
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const lock = await takeLock(join(ROOT, '.cache', 'sdk-build.lock'), say, 'builds the SDK');
  try {
    // Another process may have built while this one waited.
    if (!isBuilt()) build();
  } finally {
    lock.release();
  }
}

function isBuilt() {
  return existsSync(join(DIST, STAMP)) && readFileSync(join(DIST, STAMP), 'utf8') === wantedHash();
}

/** Into a folder beside, so that what was built before stays until there is something better. */
function build() {
  const hash = wantedHash();
  const beside = `${DIST}.new`;
  rmSync(beside, { recursive: true, force: true });
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, signal, error } = spawnSync(newestNode(ROOT), [compiler, '-p', SDK, '--outDir', beside], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    const why = error ? error.message : signal || `exit code ${status}`;
    say(`The SDK could not be built (tsc: ${why}); what it said is above. Mend that and run "npm run sdk:build".`);
    process.exitCode = 1;
    return;
  }
  writeFileSync(join(beside, STAMP), hash);
  rmSync(DIST, { recursive: true, force: true });
  renameSync(beside, DIST);
}

function wantedHash() {
  return sourceHash(ROOT, 'sdk', SOURCES);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
