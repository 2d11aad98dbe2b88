import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { eventTypes } from '../src/domain/event-types.ts';
import { endPrograms, startProgram } from './harness/program.ts';
import { pythonOfSdk } from './harness/python.ts';
import { type Receiver, startReceiver } from './harness/receiver.ts';
import { ROOT } from './harness/repository.ts';
import { createEndpoint, createRule, recordedEvent } from './harness/scenario.ts';
import { API_KEY, startTestService, type TestService } from './harness/service.ts';

/* The SDK for Python against the real service; how it meets trouble is in sdk/python/tests, and a receiver of its own in examples.test.ts. */

/** Where Python's packages have to be installed first, and everything runs beside something else. */
const LONG = 300_000;
jest.setTimeout(LONG);

let service: TestService;
let receiver: Receiver;
let python: string;

beforeAll(async () => {
  python = pythonOfSdk();
  service = await startTestService();
  receiver = await startReceiver();
}, LONG);

afterAll(async () => {
  await endPrograms();
  await receiver.close();
  await service.close();
});

const BEGIN = `
import asyncio, json, os, sys
from exosphere_alerts import *
url, key = os.environ["ALERTS"], os.environ["KEY"]
`;
const run = async (code: string, env: Record<string, string> = {}) =>
  startProgram(python, ['-c', BEGIN + code], { ALERTS: service.url, KEY: API_KEY, ...env }).ended();

test('an event that a process emits before it ends is delivered, and its signature verified', async () => {
  const endpoint = await createEndpoint(service.api, receiver.url);
  await createRule(service.api, [endpoint.id], { event_type: 'custom.python' });
  const id = (
    await run(`
alerts = ExosphereAlerts(url, key)
print(alerts.emit({"type": "custom.python", "data": {"n": 2 ** 70, "text": "Größe 😀"}}))
`)
  ).trim();
  const event = await recordedEvent(service.api, id);
  expect(event).toMatchObject({ id, type: 'custom.python', source: '/namespaces/default' });
  const [request] = await receiver.arrived(1);
  const given = { body: request?.text, headers: request?.headers, secret: endpoint.secret };
  const verify = `
given = json.loads(os.environ["GIVEN"])
event = verify(given["body"], given["headers"], [given["secret"]])
own = verify(given["body"], {"x-exosphere-signature": given["headers"]["x-exosphere-signature"]}, given["secret"])
assert event == own
print(event["data"]["event"]["id"], event["data"]["event"]["data"]["n"] == 2 ** 70)
`;
  expect((await run(verify, { GIVEN: JSON.stringify(given) })).trim()).toBe(`${id} True`);
});

test('both clients are told what became of each event', async () => {
  const out = await run(`
lost = []
with ExosphereAlerts(url, key, on_drop=lambda event, error: lost.append([event["id"], error.code])) as alerts:
    first = alerts.send({"id": "py-1", "type": "custom.python-sync", "data": {"n": 1}})
    alerts.emit_many([{"id": "py-reserved", "type": "webhook.ping"}, {"id": "py-2", "type": "custom.python-sync"}])
    assert alerts.flush()

async def main():
    async with AsyncExosphereAlerts(url, key) as alerts:
        receipt = await alerts.send({"id": "py-3", "type": "custom.python-async"})
        try:
            await alerts.send({"id": "py-4", "type": "not a type"})
        except ExosphereAlertsError as error:
            return receipt.status, error.code, error.errors[0]["path"]

print(json.dumps({"first": first.status, "lost": lost, "async": asyncio.run(main())}))
`);
  expect(JSON.parse(out)).toEqual({
    first: 'accepted',
    lost: [['py-reserved', 'reserved_type']],
    async: ['accepted', 'invalid', 'type'],
  });
  for (const id of ['py-1', 'py-2', 'py-3']) await recordedEvent(service.api, id);
});

test('a key that is refused ends no process late, and is told', async () => {
  const out = await run(
    `
told = []
with ExosphereAlerts(url, "exo_wrong", on_error=lambda error, context: told.append([error.code, error.status])) as alerts:
    alerts.emit({"type": "custom.python"})
print(json.dumps(told))
`,
  );
  const [refusal, lost] = JSON.parse(out);
  expect(refusal[1]).toBe(401);
  expect(lost).toEqual(['closed', null]);
});

test('its version is that of the SDK, and its types of events are those that there are', () => {
  const read = (...path: string[]) => readFileSync(join(ROOT, 'sdk', ...path), 'utf8');
  const { version } = JSON.parse(read('package.json'));
  expect(read('python', 'src', 'exosphere_alerts', 'options.py')).toContain(`VERSION = "${version}"`);
  expect(read('python', 'pyproject.toml')).toContain(`version = "${version}"`);
  const [, literal = ''] = read('python', 'src', 'exosphere_alerts', 'events.py').split('EventType = Literal[');
  const typed = [...(literal.split(']')[0] ?? '').matchAll(/"([\w.]+)"/g)].map(([, type]) => type);
  const own = eventTypes.filter(({ type, reserved }) => !reserved && !type.startsWith('custom.'));
  expect(typed).toEqual(own.map(({ type }) => type));
});
