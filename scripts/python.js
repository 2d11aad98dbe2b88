// node scripts/python.js [<module> <argument…>]: runs a module of Python, such as pytest, in a venv in .cache/ that has the
// SDK for Python (sdk/python, as it stands) and what its tests need, each package at the version of requirements-test.txt
// (made by `pip freeze`). Installed once, from PyPI. Without a module, prints the path of that Python.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeLock } from './install-lock.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const CACHE = join(ROOT, '.cache');
const VENV = join(CACHE, 'python');
const PYTHON = join(VENV, 'bin', 'python');
/** Written last: an installation that was broken off has none. */
const STAMP = join(VENV, '.installed-from');
const SDK = join(ROOT, 'sdk', 'python');
const REQUIREMENTS = join(SDK, 'requirements-test.txt');
const INSTALL_MS = 5 * 60_000;

main(process.argv.slice(2)).catch((error) => {
  say(error.message);
  process.exitCode = 1;
});

async function main([module, ...args]) {
  if (!isInstalled()) await install();
  if (module === undefined) {
    process.stdout.write(`${PYTHON}\n`);
    return;
  }
  const caches = { RUFF_CACHE_DIR: join(CACHE, 'ruff'), MYPY_CACHE_DIR: join(CACHE, 'mypy') };
  const { status, error } = spawnSync(PYTHON, ['-m', module, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...caches },
  });
  if (error) throw error;
  process.exitCode = status ?? 1;
}

async function install() {
  mkdirSync(CACHE, { recursive: true });
  const lock = await takeLock(join(CACHE, 'python.lock'), say, 'installs what the tests of the SDK for Python need');
  try {
    // Another process may have installed while this one waited.
    if (isInstalled()) return;
    requirePython();
    say('Installing what the tests of the SDK for Python need, from PyPI…');
    rmSync(VENV, { recursive: true, force: true });
    run('python3', ['-m', 'venv', VENV]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    run(PYTHON, [...pip, '--only-binary', ':all:', '--requirement', REQUIREMENTS]);
    run(PYTHON, [...pip, '--no-deps', '--no-build-isolation', '--editable', SDK]);
    writeFileSync(STAMP, wantedHash());
  } finally {
    lock.release();
  }
}

function isInstalled() {
  return existsSync(PYTHON) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wantedHash();
}

/** Of what decides what is installed, and where: the SDK itself is linked, a venv cannot be moved. */
function wantedHash() {
  const hash = createHash('sha256').update(ROOT);
  for (const path of [REQUIREMENTS, join(SDK, 'pyproject.toml')]) hash.update('\0').update(readFileSync(path));
  return hash.digest('hex');
}

function requirePython() {
  const { stdout } = spawnSync('python3', ['-c', 'import sys; print("%d %d" % sys.version_info[:2])'], {
    encoding: 'utf8',
  });
  const [major = 0, minor = 0] = (stdout ?? '').split(' ').map(Number);
  if (major === 3 && minor >= 10) return;
  const found = stdout ? `it is Python ${major}.${minor}` : 'there is none';
  throw new Error(`python3 must be Python 3.10 or later; ${found} (Debian: apt-get install python3 python3-venv).`);
}

/** @throws Error with what the program has said */
function run(program, args) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: INSTALL_MS });
  if (error) throw new Error(`${program} cannot be run: ${error.message}.`);
  if (status === 0) return;
  throw new Error(`${stdout}${stderr}\nThe packages for Python could not be installed; what pip said is above.`);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}
