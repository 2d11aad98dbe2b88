// node scripts/sum-reports.js <report.json|report.xml>…: adds up Jest's JSON reports and JUnit's XML ones (pytest writes
// those), and prints `N passed, N failed[, N skipped]`.
// Exits 1 where a report is missing, a test or a test file failed, or no test ran. Runs on any Node, like the installer.
import { readFileSync } from 'node:fs';

const total = { passed: 0, failed: 0, skipped: 0 };
let complete = true;

for (const path of process.argv.slice(2)) {
  const report = read(path);
  if (report === undefined) {
    complete = false;
    continue;
  }
  total.passed += report.numPassedTests;
  // A file that cannot even be loaded has no tests to count; it counts as one that failed.
  total.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  total.skipped += report.numPendingTests + report.numTodoTests;
}

const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`${total.passed} passed, ${total.failed} failed${skipped}\n`);
if (!complete || total.failed > 0 || total.passed === 0) process.exitCode = 1;

function read(path) {
  try {
    const text = readFileSync(path, 'utf8');
    return path.endsWith('.xml') ? readJunit(text) : JSON.parse(text);
  } catch (error) {
    process.stderr.write(`No report of a test run: ${error.message}\n`);
    return undefined;
  }
}

/** The sums that a JUnit report's suites say of themselves, in the words of Jest. */
function readJunit(xml) {
  const suites = [...xml.matchAll(/<testsuite\s([^>]*)>/g)].map(([, attributes]) => attributes);
  if (suites.length === 0) throw new Error('The report has no test suite.');
  const sum = (name) =>
    suites.reduce((total, text) => total + Number(text.match(new RegExp(`(?:^|\\s)${name}="(\\d+)"`))?.[1] ?? 0), 0);
  const numFailedTests = sum('failures') + sum('errors');
  const numPendingTests = sum('skipped');
  return {
    numPassedTests: Math.max(0, sum('tests') - numFailedTests - numPendingTests),
    numFailedTests,
    numRuntimeErrorTestSuites: 0,
    numPendingTests,
    numTodoTests: 0,
  };
}
