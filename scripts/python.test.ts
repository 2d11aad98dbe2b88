import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

/** Stands in for Python: notes each call, makes a venv of itself, and ends as the module `ends` is told to. */
const FAKE_PYTHON = `#!/bin/sh
echo "$*" >>"$CALLS"
if [ "$1" = -c ]; then echo "$PYTHON_VERSION"; fi
if [ "$2" = venv ]; then mkdir -p "$3/bin" && cp "$0" "$3/bin/python"; fi
if [ "$2" = pip ] && [ -n "$PIP_FAILS" ]; then echo "No matching distribution" >&2; exit 1; fi
if [ "$2" = ends ]; then exit "$3"; fi
`;

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'exosphere-python-'));
  cpSync(import.meta.dirname, join(checkout, 'scripts'), { recursive: true });
  mkdirSync(join(checkout, 'sdk', 'python'), { recursive: true });
  write('package.json', '{"type":"module"}');
  write('sdk/python/requirements-test.txt', 'pytest==1.0');
  write('sdk/python/pyproject.toml', '[project]');
  mkdirSync(join(checkout, 'bin'));
  writeFileSync(join(checkout, 'bin', 'python3'), FAKE_PYTHON, { mode: 0o755 });
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

const write = (path: string, text: string) => writeFileSync(join(checkout, path), text);

function run(args: string[] = [], env: Record<string, string> = {}) {
  const calls = join(checkout, 'calls.txt');
  rmSync(calls, { force: true });
  const path = ['/usr/bin', '/bin', dirname(process.execPath)].join(':');
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(checkout, 'scripts', 'python.js'), ...args], {
    encoding: 'utf8',
    env: { PATH: `${join(checkout, 'bin')}:${path}`, PYTHON_VERSION: '3 11', CALLS: calls, ...env },
  });
  const made = existsSync(calls) ? readFileSync(calls, 'utf8').trim().split('\n') : [];
  return { status, out: stdout.trim(), err: stderr, calls: made };
}

test('installs once, and again where what decides has changed', () => {
  const first = run();
  expect(first).toMatchObject({ status: 0, out: join(checkout, '.cache', 'python', 'bin', 'python') });
  expect(first.calls.filter((call) => call.startsWith('-m pip install'))).toHaveLength(2);
  expect(run().calls).toEqual([]);
  write('sdk/python/requirements-test.txt', 'pytest==2.0');
  expect(run().calls).toHaveLength(first.calls.length);
});

test('runs a module, and ends as that does', () => {
  expect(run(['ends', '0']).status).toBe(0);
  expect(run(['ends', '7'])).toMatchObject({ status: 7, calls: ['-m ends 7'] });
});

test('an installation that fails says why, and is made anew', () => {
  expect(run(['ends', '0'], { PIP_FAILS: 'yes' })).toMatchObject({
    status: 1,
    err: expect.stringContaining('No matching distribution'),
  });
  expect(run(['ends', '0']).status).toBe(0);
});

test('an old Python is named, with the remedy', () => {
  const { status, err } = run([], { PYTHON_VERSION: '3 9' });
  expect(status).toBe(1);
  expect(err).toContain('python3 must be Python 3.10 or later; it is Python 3.9 (Debian: apt-get install');
});
