import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { firing } from '../harness/alerts.ts';
import { parkOne } from '../harness/dead-letters.ts';
import { operations } from '../harness/fuzz/operations.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, createRule, sendEvent, unique } from '../harness/scenario.ts';
import { type ContractReport, installSchemathesis, runSchemathesis } from '../harness/schemathesis.ts';
import { API_KEY, startTestService, type TestService } from '../harness/service.ts';

/*
 * Somebody else's reading of our description: schemathesis takes `/openapi.json` from the running service and makes requests
 * that should be taken and such that should not. One test for each operation, and one for paths and methods beside them.
 */

let service: TestService;
let receiver: Receiver;
let report: ContractReport;

beforeAll(async () => {
  const program = installSchemathesis();
  service = await startTestService();
  receiver = await startReceiver();
  report = await runSchemathesis(program, { url: service.url, apiKey: API_KEY, ids: await idsOfWhatIsThere() });
}, 400_000);
afterAll(async () => {
  await receiver?.close();
  await service?.close();
});

/** One thing for each operation on one thing: what one of them changes or removes is none of the others' business. */
async function idsOfWhatIsThere(): Promise<Record<string, string>> {
  const { api } = service;
  const endpoint = async () => (await createEndpoint(api, receiver.url, { is_active: false })).id as string;
  const rule = async () => (await createRule(api, [await endpoint()])).id as string;
  const silence = async () => {
    const times = { starts_at: '2999-01-01T00:00:00Z', ends_at: '2999-01-02T00:00:00Z' };
    return (await api.post('/v1/silences', { matchers: { rule_name: 'none' }, ...times })).body.id as string;
  };
  const key = async () => {
    const body = { name: 'for a contract test', scopes: ['webhooks:read'] };
    return (await api.post('/v1/api-keys', body)).body.id as string;
  };
  const source = async () => {
    const body = { name: unique('contract'), address: '127.0.0.1:1025', namespace: 'default' };
    return (await api.post('/v1/sources/temporal', body)).body.id as string;
  };
  const alert = async () => {
    const trigger = { kind: 'count', threshold: 1, window: '1h' };
    const { id, event_types } = await createRule(api, [await endpoint()], { trigger });
    await sendEvent(api, event_types[0]);
    return (await firing(api, id))[0].id as string;
  };
  receiver.answer(500);
  const parked = await parkOne(api, receiver);
  const ofDelivery = ['getDelivery', 'redeliver', 'getDeadLetter', 'retryDeadLetter', 'discardDeadLetter'];
  return {
    getWebhook: await endpoint(),
    updateWebhook: await endpoint(),
    deleteWebhook: await endpoint(),
    testWebhook: await endpoint(),
    rotateWebhookSecret: await endpoint(),
    getAlertRule: await rule(),
    updateAlertRule: await rule(),
    deleteAlertRule: await rule(),
    testAlertRule: await rule(),
    getSilence: await silence(),
    updateSilence: await silence(),
    deleteSilence: await silence(),
    getEvent: parked.eventId,
    getAlert: await alert(),
    getApiKey: await key(),
    revokeApiKey: await key(),
    getTemporalSource: await source(),
    deleteTemporalSource: await source(),
    ...Object.fromEntries(ofDelivery.map((operationId) => [operationId, parked.delivery.id])),
  };
}

test.each(operations.map(({ method, path }) => `${method} ${path}`))('%s', (operation) => {
  expect(report.byOperation.has(operation)).toBe(true);
  expect(report.byOperation.get(operation)).toBeUndefined();
});

test('nothing else is wrong', () => {
  const known = new Set(operations.map(({ method, path }) => `${method} ${path}`));
  const others = [...report.byOperation].filter(([operation, fault]) => !known.has(operation) && fault !== undefined);
  expect(others).toEqual([]);
  expect(report.output).toMatch(/Tested: \d+/);
});
