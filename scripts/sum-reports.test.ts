import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'exosphere-sum-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(name: string, numbers: Record<string, number>): string {
  const none = {
    numPassedTests: 0,
    numFailedTests: 0,
    numRuntimeErrorTestSuites: 0,
    numPendingTests: 0,
    numTodoTests: 0,
  };
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify({ ...none, ...numbers }));
  return path;
}

function sum(...reports: string[]): { last: string | undefined; code: number | null } {
  const script = join(import.meta.dirname, 'sum-reports.js');
  const { stdout, status } = spawnSync(process.execPath, [script, ...reports], { encoding: 'utf8' });
  return { last: stdout.trimEnd().split('\n').at(-1), code: status };
}

test('adds up the reports', () => {
  const one = report('one.json', { numPassedTests: 40, numPendingTests: 1 });
  const two = report('two.json', { numPassedTests: 2, numTodoTests: 1 });
  expect(sum(one, two)).toEqual({ last: '42 passed, 0 failed, 2 skipped', code: 0 });
});

test('a test file that cannot be loaded is a failure', () => {
  const path = report('broken.json', { numPassedTests: 3, numRuntimeErrorTestSuites: 1 });
  expect(sum(path)).toEqual({ last: '3 passed, 1 failed', code: 1 });
});

test('adds up reports in JUnit form too', () => {
  const path = join(folder, 'pytest.xml');
  const suite = (numbers: string) => `<testsuites name="all"><testsuite name="some" ${numbers}><testcase/></testsuite>`;
  writeFileSync(path, `<?xml version="1.0"?>${suite('errors="0" failures="0" skipped="2" tests="30"')}</testsuites>`);
  const jest = report('jest.json', { numPassedTests: 40 });
  expect(sum(jest, path)).toEqual({ last: '68 passed, 0 failed, 2 skipped', code: 0 });
  writeFileSync(path, `${suite('errors="1" failures="2" skipped="0" tests="30"')}</testsuites>`);
  expect(sum(jest, path)).toEqual({ last: '67 passed, 3 failed', code: 1 });
  writeFileSync(path, '');
  expect(sum(jest, path)).toEqual({ last: '40 passed, 0 failed', code: 1 });
});

test('a missing report and a run without tests are failures', () => {
  const passed = report('passed.json', { numPassedTests: 3 });
  expect(sum(passed, join(folder, 'none.json'))).toEqual({ last: '3 passed, 0 failed', code: 1 });
  expect(sum(report('empty.json', {}))).toEqual({ last: '0 passed, 0 failed', code: 1 });
});
