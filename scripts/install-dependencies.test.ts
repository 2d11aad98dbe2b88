import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

/** Stands in for npm: notes each call, then does what `npm ci` leaves behind, or fails. */
const FAKE_NPM = `
import { appendFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
appendFileSync('npm-calls.txt', process.argv[2] + '\\n');
if (process.env.NPM_FAILS) {
  console.error('npm warn EBADENGINE Unsupported engine\\nnpm error code ENOTFOUND\\nnpm error Clean install a project');
  process.exit(1);
}
rmSync('node_modules', { recursive: true, force: true });
setTimeout(() => {
  mkdirSync('node_modules');
  cpSync('package-lock.json', 'node_modules/.package-lock.json');
}, 700);
`;

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'exosphere-install-'));
  cpSync(import.meta.dirname, join(checkout, 'scripts'), { recursive: true });
  writeFileSync(join(checkout, 'npm-cli.js'), FAKE_NPM);
  writeFileSync(join(checkout, 'package.json'), JSON.stringify({ type: 'module', dependencies: { one: '1.0.0' } }));
  lockFile('1.0.0');
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

function lockFile(version: string): void {
  const packages = { 'node_modules/one': { version, integrity: `sha512-${version}` } };
  writeFileSync(join(checkout, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
}

function install(env: Record<string, string> = {}): Promise<{ code: number | null; output: string }> {
  const script = join(checkout, 'scripts', 'install-dependencies.js');
  const child = spawn(process.execPath, [script], {
    env: { PATH: process.env.PATH, npm_execpath: join(checkout, 'npm-cli.js'), ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((done) => child.once('close', (code) => done({ code, output })));
}

function npmCalls(): number {
  const path = join(checkout, 'npm-calls.txt');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').length : 0;
}

describe('installing dependencies before npm start and npm test', () => {
  test('installs once, and again only when the lock file has changed', async () => {
    const first = await install();
    expect(first).toEqual({ code: 0, output: expect.stringMatching(/npm ci.*\n.*installed in \d+ s/) });
    expect(await install()).toEqual({ code: 0, output: '' });
    expect(npmCalls()).toBe(1);

    lockFile('1.0.1');
    await install();
    expect(npmCalls()).toBe(2);
  });

  test('two at once: one installs and the other waits for it', async () => {
    const [one, other] = await Promise.all([install(), install()]);
    expect([one.code, other.code]).toEqual([0, 0]);
    expect(npmCalls()).toBe(1);
    expect(one.output + other.output).toContain('Waiting: another process');
  });

  test('takes over from a process that was killed, and does not trust what it left', async () => {
    const lock = join(checkout, '.cache', 'install.lock');
    mkdirSync(lock, { recursive: true });
    mkdirSync(join(checkout, 'node_modules', 'one'), { recursive: true });
    const ended = spawn(process.execPath, ['--version']);
    await new Promise((done) => ended.once('close', done));
    writeFileSync(join(lock, 'owner.json'), JSON.stringify({ host: hostname(), pids: [ended.pid] }));
    expect((await install()).code).toBe(0);
    expect(npmCalls()).toBe(1);
    expect(existsSync(lock)).toBe(false);
  });

  test('leaves alone what somebody installed with npm itself', async () => {
    mkdirSync(join(checkout, 'node_modules'));
    cpSync(join(checkout, 'package-lock.json'), join(checkout, 'node_modules', '.package-lock.json'));
    expect(await install()).toEqual({ code: 0, output: '' });
    expect(npmCalls()).toBe(0);
  });

  test('a failure is one clear sentence, without the warnings about Node, and is tried anew next time', async () => {
    const { code, output } = await install({ NPM_FAILS: '1' });
    expect(code).toBe(1);
    expect(output).toContain('npm error code ENOTFOUND');
    expect(output).toContain('The npm registry cannot be reached');
    expect(output).not.toMatch(/EBADENGINE|Clean install/);
    expect((await install()).code).toBe(0);
  });
});
