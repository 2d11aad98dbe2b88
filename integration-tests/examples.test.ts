import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { freePort } from './harness/free-port.ts';
import { endPrograms, startProgram } from './harness/program.ts';
import { pythonOfSdk } from './harness/python.ts';
import { testServers } from './harness/servers.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';

/* Each of examples/ does what its README says, as programs of their own against the real service. */

/** Where Python's packages have to be installed first, and everything runs beside something else. */
const LONG = 300_000;
jest.setTimeout(LONG);

let service: TestService;
let python: string;
let access: { ALERTS: string; KEY: string };

beforeAll(async () => {
  python = pythonOfSdk();
  service = await startTestService();
  access = { ALERTS: service.url, KEY: API_KEY };
}, LONG);

afterAll(async () => {
  await endPrograms();
  await service.close();
});

/** Makes an endpoint and a rule by `examples/set-up.js`. @returns what it has printed: the secret */
const setUp = async (...args: string[]): Promise<string> =>
  (await startProgram(process.execPath, ['examples/set-up.js', ...args], access).ended()).trim();

const graphRun = async (kind: 'good' | 'failing'): Promise<string> =>
  (await startProgram(python, ['examples/graph-runs/graph_runs.py', kind], access).ended()).trim();

const receivers = {
  express: () => [process.execPath, 'examples/receiver-express/receiver.js', 'Listening at'] as const,
  fastapi: () => [python, 'examples/receiver-fastapi/receiver.py', 'Uvicorn running on'] as const,
};

test.each(['express', 'fastapi'] as const)('a graph run that fails is told to the receiver in %s', async (kind) => {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}/hook`;
  const first = await setUp(`${kind} receiver`, url);
  // Typed again, it makes nothing twice, and the newest secret is the one that holds in the end.
  const secret = await setUp(`${kind} receiver`, url);
  expect(secret).toMatch(/^whsec_/);
  expect(secret).not.toBe(first);
  const [command, program, isReady] = receivers[kind]();
  const receiver = startProgram(command, [program], { PORT: port, SECRET: secret });
  await receiver.prints(isReady);

  const forged = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  expect(forged.status).toBe(401);
  expect(await graphRun('good')).toBe('succeeded');
  expect(await graphRun('failing')).toBe('failed');
  await receiver.prints('the warehouse did not answer');
  const alerts = receiver.out().trim().split('\n');
  expect(alerts.filter((line) => !line.startsWith(isReady))).toEqual([
    expect.stringMatching(/^error: .*workflow\.failed.*etl.*the warehouse did not answer/),
  ]);
});

test('a workflow that fails in a Temporal application becomes a message at Slack', async () => {
  const port = String(await freePort());
  const slack = startProgram(process.execPath, ['examples/temporal-app/slack.js'], { PORT: port });
  await slack.prints('Listening');
  await setUp('slack', `http://127.0.0.1:${port}/`, 'slack');
  const { temporalAddress, temporalNamespace } = testServers();
  const temporal = { TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: temporalNamespace };
  const app = startProgram(process.execPath, ['examples/temporal-app/app.js'], { ...access, ...temporal });
  expect(await app.ended()).toMatch(/^nightly-import-\d+ has failed\.$/m);
  await slack.prints('the warehouse has no table orders');
  expect(slack.out()).toContain('nightlyImport');
});
