// node scripts/run-again.js <report.json> <command…>: runs the test files that failed in a Jest report once more, one
// after the other, and puts what came of it into the report in place of the first run's. CI machines have neighbours: one
// that starves a test of a minute fails it once, a fault of ours fails it twice. What passed only now is named, to be mended.
// More than a few failed files are no hiccup: then nothing is run again. Exits 0 where no failure is left.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';

const MOST_FILES = 4;

/**
 * Puts the results of a second run in place of the first's.
 *
 * @param {object} first Jest's JSON report of the whole run
 * @param {object} again of the run of its failed files
 * @returns the whole report, and the names of the tests that failed at first and passed then
 */
export function merge(first, again) {
  const anew = new Map(again.testResults.map((file) => [file.name, file]));
  const testResults = first.testResults.map((file) => anew.get(file.name) ?? file);
  const count = (status) => testResults.flatMap((file) => namesOf(file, status)).length;
  const flaky = first.testResults
    .filter(({ name }) => anew.has(name))
    .flatMap((file) => {
      const passed = namesOf(anew.get(file.name), 'passed');
      const failed = namesOf(file, 'failed');
      // A file that could not be loaded has no tests to name.
      if (failed.length === 0) return anew.get(file.name).status === 'passed' ? [basename(file.name)] : [];
      return failed.filter((name) => passed.includes(name));
    });
  const report = {
    ...first,
    testResults,
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numRuntimeErrorTestSuites: testResults.filter(
      (file) => file.status === 'failed' && namesOf(file, 'failed').length === 0,
    ).length,
  };
  return { report, flaky };
}

const namesOf = (file, status) =>
  file.assertionResults.filter((test) => test.status === status).map((test) => test.fullName);

function main([path, ...command]) {
  const first = JSON.parse(readFileSync(path, 'utf8'));
  const files = first.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  if (files.length === 0 || files.length > MOST_FILES) return files.length === 0 ? 0 : 1;
  process.stdout.write(`Once more, one by one: ${files.map((file) => basename(file)).join(', ')}\n`);
  const [program, ...args] = command;
  const output = `${path}.again`;
  spawnSync(program, [...args, '--runInBand', '--json', `--outputFile=${output}`, '--runTestsByPath', ...files], {
    stdio: 'inherit',
  });
  if (!existsSync(output)) return 1;
  const { report, flaky } = merge(first, JSON.parse(readFileSync(output, 'utf8')));
  writeFileSync(path, JSON.stringify(report));
  for (const name of flaky) process.stdout.write(`flaky: ${name}\n`);
  return report.numFailedTests + report.numRuntimeErrorTestSuites === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) process.exitCode = main(process.argv.slice(2));
