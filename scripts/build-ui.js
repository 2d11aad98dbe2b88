// Runs before `npm start` and the tests: builds the web UI (ui/ → ui/dist), unless what is there is of these sources.
// Plain JavaScript for Node 14.18 and later, as install-dependencies.js: npm may run it on whatever Node is installed.
//
//   node scripts/build-ui.js            a failure is one
//   node scripts/build-ui.js --go-on    it is told, and nothing else: the service does its work without a UI
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeLock } from './install-lock.js';
import { newestNode } from './newest-node.js';
import { sourceHash } from './source-hash.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const UI = join(ROOT, 'ui');
/** Vite empties the folder first, so a build that was broken off leaves none. */
const STAMP = join(UI, 'dist', '.built-from');
/** What a build is made from, in ui/. */
const SOURCES = ['src', 'build', 'index.html', 'package.json', 'vite.config.ts'];
const MOST_LINES = 20;

main().catch((error) => {
  say(error.stack);
  process.exitCode = 1;
});

async function main() {
  if (isBuilt()) return;
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  const lock = await takeLock(join(ROOT, '.cache', 'ui-build.lock'), say, 'builds the web UI');
  try {
    // Another process may have built while this one waited.
    if (!isBuilt()) await build(lock);
  } finally {
    lock.release();
  }
}

function isBuilt() {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wantedHash();
}

async function build(lock) {
  const started = Date.now();
  const hash = wantedHash();
  say('Building the web UI (ui/)…');
  const { failure, output } = await vite(lock);
  if (failure === undefined) {
    writeFileSync(STAMP, hash);
    say(`Web UI built in ${Math.round((Date.now() - started) / 1000)} s.`);
    return;
  }
  say(output.trim().split('\n').slice(-MOST_LINES).join('\n'));
  say(`The web UI could not be built (vite: ${failure}); what it said is above. Mend that and run "npm run ui:build".`);
  if (process.argv.includes('--go-on')) say('Going on without it: the API and deliveries need none.');
  else process.exitCode = 1;
}

function vite(lock) {
  const program = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [program, 'build', '--logLevel', 'warn'];
  return new Promise((resolve) => {
    const child = spawn(newestNode(ROOT), args, { cwd: UI, stdio: ['ignore', 'pipe', 'pipe'] });
    lock.workBy(child.pid);
    let output = '';
    const keep = (text) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (error) => resolve({ failure: error.message, output }));
    child.once('close', (code, signal) =>
      resolve({ failure: code === 0 ? undefined : signal || `exit code ${code}`, output }),
    );
  });
}

function wantedHash() {
  return sourceHash(ROOT, 'ui', SOURCES);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
