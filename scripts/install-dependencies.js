// Runs before `npm start`, `npm test` and `npm run bench`: installs what package-lock.json says, unless it is there.
// Plain JavaScript for Node 14.18 and later: it runs before the project's own Node 24 is installed.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InstallError } from './install-error.js';
import { takeLock } from './install-lock.js';
import { isInstalled, markInstalled } from './install-stamp.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const PROGRESS_EVERY_MS = 10000;
const MOST_LINES = 20;
/** From here on, Node runs TypeScript as it is. */
const OLDEST_NODE = [22, 18];

main().catch((error) => {
  if (error instanceof InstallError) say(error.message);
  else if (error.syscall) say(`Dependencies could not be installed: ${error.message}. ${remedy(error.message)}`);
  else say(error.stack);
  process.exitCode = 1;
});

async function main() {
  if (!isInstalled(ROOT)) {
    mkdirSync(join(ROOT, '.cache'), { recursive: true });
    const lock = await takeLock(join(ROOT, '.cache', 'install.lock'), say);
    try {
      // Another process may have installed while this one waited.
      if (!isInstalled(ROOT)) await install(lock);
    } finally {
      lock.release();
    }
  }
  requireNode();
}

/** Runs `npm ci`, quietly: its warnings about Node's version do not matter, since Node 24 is among what it installs. */
async function install(lock) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  say('Installing dependencies (npm ci)…');
  const ticker = setInterval(() => say(`  still installing (${seconds()} s)…`), PROGRESS_EVERY_MS);
  try {
    const { failure, output } = await npmCi(lock);
    if (failure) {
      say(excerpt(output));
      throw new InstallError(
        `Dependencies could not be installed (npm ci: ${failure}); what npm said is above. ${remedy(output)}`,
      );
    }
  } finally {
    clearInterval(ticker);
  }
  markInstalled(ROOT);
  say(`Dependencies installed in ${seconds()} s.`);
}

function npmCi(lock) {
  // Development tools belong to every checkout, whatever NODE_ENV says; an image for production runs npm ci itself.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-progress'];
  const cli = process.env.npm_execpath;
  // Within `npm run`, the same npm again, run by the Node that npm itself runs on and not by the one being replaced.
  const within = cli && /npm-cli\.js$/.test(cli);
  const [command, parameters] = within
    ? [process.env.npm_node_execpath || process.execPath, [cli].concat(args)]
    : ['npm', args];
  const options = { cwd: ROOT, env: outerEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] };
  return new Promise((resolve) => {
    const child = spawn(
      command,
      parameters,
      Object.assign(options, { shell: !within && process.platform === 'win32' }),
    );
    lock.workBy(child.pid);
    let output = '';
    const keep = (text) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', pass).on('SIGTERM', pass);
    const end = (failure) => {
      process.off('SIGINT', pass).off('SIGTERM', pass);
      resolve({ failure, output });
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(code === 0 ? undefined : signal || `exit code ${code}`));
  });
}

/** The environment without node_modules/.bin on PATH: its Node is about to be replaced. */
function outerEnvironment() {
  const env = Object.assign({}, process.env);
  for (const name of Object.keys(env)) {
    if (name.toUpperCase() !== 'PATH') continue;
    env[name] = env[name]
      .split(delimiter)
      .filter((folder) => folder !== join(ROOT, 'node_modules', '.bin'))
      .join(delimiter);
  }
  return env;
}

function remedy(output) {
  if (/can only install packages when your package\.json and package-lock\.json/.test(output))
    return 'package-lock.json does not belong to package.json: run "npm install" and commit the lock file.';
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH/.test(output))
    return 'The npm registry cannot be reached: check the network, or the "registry" and "proxy" settings (npm config list).';
  if (/EACCES|EPERM/.test(output))
    return 'Files here belong to another user: give them to yourself (chown) and run again.';
  if (/ENOSPC/.test(output)) return 'The disk is full: free about 1 GB and run again.';
  return 'Mend what they say and run again.';
}

/** @throws InstallError when neither the project's Node 24 nor the one that runs this can run the project */
function requireNode() {
  const own = join(ROOT, 'node_modules', '.bin', 'node');
  if (process.execPath.startsWith(join(ROOT, 'node_modules'))) return;
  if (spawnSync(own, ['--version'], { shell: process.platform === 'win32' }).status === 0) return;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new InstallError(
    `Node ${process.versions.node} is too old, and the project's own Node 24 is not in node_modules: npm was told to skip ` +
      'install scripts or there is no Node 24 for this platform. Run "npm rebuild node --ignore-scripts=false", or ' +
      `install Node ${OLDEST_NODE.join('.')} or later, and run again.`,
  );
}

/** npm's errors without its help text, or the last it said where it names no error. */
function excerpt(output) {
  const lines = output.split('\n').filter((line) => line.trim() && !/EBADENGINE/.test(line));
  const errors = lines.filter((line) => /^npm (error|ERR!) *\S/.test(line));
  if (errors.length === 0) return lines.slice(-MOST_LINES).join('\n');
  const help = errors.findIndex((line) => /Clean install a project|Usage:/.test(line));
  return errors.slice(0, help > 0 ? Math.min(help, MOST_LINES) : MOST_LINES).join('\n');
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
