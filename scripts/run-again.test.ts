import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exosphere-again-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file's results as Jest reports them. */
function file(name: string, tests: Record<string, 'passed' | 'failed'>) {
  const assertionResults = Object.entries(tests).map(([fullName, status]) => ({ fullName, status }));
  const isFailed = assertionResults.length === 0 || assertionResults.some(({ status }) => status === 'failed');
  return { name, status: isFailed ? 'failed' : 'passed', assertionResults };
}

/** A report, and a command that stands for Jest: its second run has these results. */
function run(first: ReturnType<typeof file>[], again: ReturnType<typeof file>[]) {
  const path = join(folder, 'report.json');
  writeFileSync(path, JSON.stringify({ testResults: first }));
  const results = JSON.stringify(JSON.stringify({ testResults: again }));
  const jest = `const to = process.argv.find((one) => one.startsWith('--outputFile=')).slice(13);
    require('fs').writeFileSync(to, ${results}); console.log('ran', process.argv.slice(process.argv.indexOf('--runTestsByPath') + 1).join());`;
  const script = join(import.meta.dirname, 'run-again.js');
  const arguments_ = [script, path, process.execPath, '-e', jest, '--'];
  const { stdout, status } = spawnSync(process.execPath, arguments_, { encoding: 'utf8' });
  rmSync(`${path}.again`, { force: true });
  return { stdout, status, report: JSON.parse(readFileSync(path, 'utf8')) };
}

test('what passes the second time counts, and is named', () => {
  const first = [file('/a.test.ts', { one: 'passed', two: 'failed' }), file('/b.test.ts', { three: 'passed' })];
  const { stdout, status, report } = run(first, [file('/a.test.ts', { one: 'passed', two: 'passed' })]);
  expect(status).toBe(0);
  expect(stdout).toContain('ran /a.test.ts\n');
  expect(stdout).toContain('flaky: two\n');
  expect(report).toMatchObject({ numPassedTests: 3, numFailedTests: 0, numRuntimeErrorTestSuites: 0 });
});

test('what fails twice has failed, and so has a test that fails only now', () => {
  const first = [file('/a.test.ts', { one: 'passed', two: 'failed', three: 'failed' })];
  const { stdout, status, report } = run(first, [
    file('/a.test.ts', { one: 'failed', two: 'failed', three: 'passed' }),
  ]);
  expect(status).toBe(1);
  expect(stdout).toContain('flaky: three\n');
  expect(report).toMatchObject({ numPassedTests: 1, numFailedTests: 2 });
});

test('a file that cannot be loaded twice has failed', () => {
  const { status, report } = run([file('/a.test.ts', {})], [file('/a.test.ts', {})]);
  expect(status).toBe(1);
  expect(report).toMatchObject({ numRuntimeErrorTestSuites: 1 });
});

test('many failed files are no hiccup', () => {
  const first = Array.from({ length: 5 }, (_, index) => file(`/${index}.test.ts`, { [`test ${index}`]: 'failed' }));
  const { stdout, status } = run(first, []);
  expect({ stdout, status }).toEqual({ stdout: '', status: 1 });
});
