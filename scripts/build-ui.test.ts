import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

/** Stands in for Vite: notes each call, and leaves a page behind, or fails. */
const FAKE_VITE = `
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
appendFileSync('../calls.txt', process.argv[2] + '\\n');
if (process.env.VITE_FAILS) {
  console.error('[broken.tsx] Unexpected token');
  process.exit(1);
}
setTimeout(() => {
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/index.html', 'built');
}, 500);
`;

let checkout: string;
beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'exosphere-build-ui-'));
  cpSync(import.meta.dirname, join(checkout, 'scripts'), { recursive: true });
  for (const folder of ['node_modules/vite/bin', 'ui/src/pages', 'ui/build']) {
    mkdirSync(join(checkout, folder), { recursive: true });
  }
  for (const path of ['package.json', 'ui/package.json']) write(path, '{"type":"module"}');
  for (const path of ['package-lock.json', 'ui/index.html', 'ui/vite.config.ts', 'ui/src/main.tsx']) write(path, path);
  write('node_modules/vite/package.json', '{"type":"module"}');
  write('node_modules/vite/bin/vite.js', FAKE_VITE);
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

const write = (path: string, text: string) => writeFileSync(join(checkout, path), text);
const calls = () =>
  existsSync(join(checkout, 'calls.txt'))
    ? readFileSync(join(checkout, 'calls.txt'), 'utf8').trim().split('\n').length
    : 0;

function build(
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const script = join(checkout, 'scripts', 'build-ui.js');
  const child = spawn(process.execPath, [script, ...args], { env: { PATH: process.env.PATH, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((done) => child.once('close', (code) => done({ code, output })));
}

test('builds once, and again only when a source or a package has changed', async () => {
  expect(await build()).toEqual({ code: 0, output: expect.stringMatching(/Building.*\n.*built in \d+ s/) });
  expect(await build()).toEqual({ code: 0, output: '' });
  expect(calls()).toBe(1);
  write('ui/src/pages/new.tsx', 'a new page');
  await build();
  expect(calls()).toBe(2);
  write('package-lock.json', 'another version');
  await build();
  expect(calls()).toBe(3);
});

test('two at once: one builds and the other waits for it', async () => {
  const [one, other] = await Promise.all([build(), build()]);
  expect([one.code, other.code]).toEqual([0, 0]);
  expect(calls()).toBe(1);
  expect(one.output + other.output).toContain('builds the web UI here');
});

test('a failure is told with its remedy and tried anew; a start goes on without', async () => {
  const failed = await build([], { VITE_FAILS: '1' });
  expect(failed).toEqual({ code: 1, output: expect.stringMatching(/Unexpected token[\s\S]*npm run ui:build/) });
  const started = await build(['--go-on'], { VITE_FAILS: '1' });
  expect(started).toEqual({ code: 0, output: expect.stringContaining('Going on without it') });
  expect((await build()).code).toBe(0);
});
