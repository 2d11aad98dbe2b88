import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ENDLESS } from './fuzz/operations.ts';
import { ROOT } from './repository.ts';

/** What an outside contract tester found. */
export interface ContractReport {
  /** For each operation, as `GET /v1/webhooks`, what is wrong with it; undefined where nothing is. */
  byOperation: Map<string, string | undefined>;
  /** All that it printed. */
  output: string;
}

export interface ContractRun {
  /** Base of the service. */
  url: string;
  apiKey: string;
  /** Ids of what is there, for the path parameter of an operation: by operation id. */
  ids: Record<string, string>;
}

/** Random requests for each operation, beside those that follow from the bounds in its schemas. */
const EXAMPLES = 5;
/** What a run may take; on an idle machine it takes a sixth of it. */
const WITHIN_MS = 180_000;

/** The program, installed where it is not there yet. Minutes, at first. */
export function installSchemathesis(): string {
  return execFileSync(join(ROOT, 'scripts', 'install-schemathesis.sh'), { encoding: 'utf8' }).trim();
}

/**
 * Has schemathesis read the API's description from the service and try every operation. The requests are the same in every
 * run.
 *
 * @throws Error when it does not end in time, or reports nothing
 */
export async function runSchemathesis(program: string, run: ContractRun): Promise<ContractReport> {
  const folder = mkdtempSync(join(tmpdir(), 'exosphere-contract-'));
  try {
    const config = join(folder, 'schemathesis.toml');
    writeFileSync(config, configOf(run));
    // Read from its address, `/openapi.json` itself would not be tried.
    const description = join(folder, 'openapi.json');
    writeFileSync(description, await (await fetch(`${run.url}/openapi.json`)).text());
    const output = await outputOf(program, folder, [
      ...['--config-file', config, 'run', description, '--url', run.url, '--no-color', '--warnings', 'off'],
      ...['--phases', 'examples,coverage,fuzzing', '--generation-deterministic', '--max-examples', String(EXAMPLES)],
      ...['--workers', '2', '--continue-on-failure', '--report', 'junit', '--report-dir', folder],
    ]);
    const report = readdirSync(folder).find((name) => name.endsWith('.xml'));
    if (report === undefined) throw new Error(`schemathesis has written no report:\n${output}`);
    return { byOperation: readJunit(readFileSync(join(folder, report), 'utf8')), output };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Operations that take an invalid body, or part of one, and say in their answer what is wrong with it. */
const TOLERANT = ['sendEvents', 'validateAlertRule'];
/** Bodies that are a rule, once more: the bounds of its schema are gone through by `createAlertRule`. */
const SAME_BODY = ['updateAlertRule', 'validateAlertRule', 'testUnsavedAlertRule'];

function configOf({ apiKey, ids }: ContractRun): string {
  const operation = (id: string, ...lines: string[]) => [
    '[[operations]]',
    `include-operation-id = ${JSON.stringify(id)}`,
    ...lines,
  ];
  const operationIds = [...new Set([...Object.keys(ids), ...TOLERANT, ...SAME_BODY])];
  const lines = [
    `headers = { "x-api-key" = ${JSON.stringify(apiKey)} }`,
    '[checks]',
    // A schema cannot say all that makes a request right (a condition, an address that is allowed).
    'positive_data_acceptance.enabled = false',
    ...ENDLESS.flatMap((id) => operation(id, 'enabled = false')),
    ...operationIds.flatMap((id) =>
      operation(
        id,
        ...(ids[id] === undefined ? [] : [`parameters = { "path.id" = ${JSON.stringify(ids[id])} }`]),
        ...(TOLERANT.includes(id) ? ['checks.negative_data_rejection.enabled = false'] : []),
        ...(SAME_BODY.includes(id) ? ['phases.coverage.enabled = false'] : []),
      ),
    ),
  ];
  return `${lines.join('\n')}\n`;
}

/** What it prints. That it found something, its exit code 1, is in the report. */
function outputOf(program: string, cwd: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { cwd, timeout: WITHIN_MS, killSignal: 'SIGKILL', maxBuffer: 64 * 1024 * 1024 } as const;
    execFile(program, args, options, (error, out, err) => {
      if (error === null || error.code === 1) resolve(out + err);
      else reject(new Error(`schemathesis ended by itself (${error.killed ? 'too late' : error.code}):\n${out}${err}`));
    });
  });
}

/** The test cases of a JUnit report, with the text of their failures and errors. */
function readJunit(xml: string): Map<string, string | undefined> {
  const cases = xml.matchAll(/<testcase name="([^"]*)"[^>]*?(?:\/>|>(.*?)<\/testcase>)/gs);
  return new Map([...cases].map(([, name = '', inside = '']) => [plain(name), faultIn(inside)]));
}

function faultIn(inside: string): string | undefined {
  const faults = [
    ...inside.matchAll(/<(?:failure|error|skipped)\b[^>]*?(?:\/>|>(.*?)<\/(?:failure|error|skipped)>)/gs),
  ];
  return faults.length === 0 ? undefined : faults.map(([whole, text]) => plain(text ?? whole)).join('\n');
}

const plain = (xml: string) =>
  xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
