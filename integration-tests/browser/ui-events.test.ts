import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, createRule, createSilence, unique } from '../harness/scenario.ts';
import { startUi, type Ui } from '../harness/ui.ts';

/* Events: what came in, what each rule decided and why, and sending one by hand. */

let ui: Ui;
let receiver: Receiver;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

const HOSTILE = '<img src="/x" onerror="window.wasRun = 1">';

test('a sample event is sent, its page says what three rules decided, and hostile data stays text', async () => {
  const { api } = ui.service;
  const type = unique('custom.sample');
  const endpoint = await createEndpoint(api, receiver.url);
  const of = (fields: object) => createRule(api, [endpoint.id], { event_type: type, ...fields });
  const fired = await of({});
  const not = await of({ condition: 'event.data.size > 5' });
  const quiet = await of({});
  await createSilence(api, { matchers: { rule_id: quiet.id } });
  const { page, errors, axe, pictures } = await ui.open('/events');
  await page.getByRole('button', { name: 'Send a sample event' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Event type').fill(type);
  const data = dialog.getByRole('textbox', { name: 'Data' });
  // What is no JSON is said at the field, and nothing is sent.
  await data.fill('{size');
  await dialog.getByRole('button', { name: 'Send the event' }).click();
  await dialog.getByText('This is not JSON').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('event-sample');
  // An integer that no double holds is sent, kept and shown as it was written.
  await data.fill(`{"size":1,"order":12345678901234567890,"text":${JSON.stringify(HOSTILE)}}`);
  await dialog.getByRole('button', { name: 'Send the event' }).click();

  await page.getByRole('heading', { level: 1, name: `Event ${type}` }).waitFor();
  const decided = (name: string) => page.getByRole('article', { name: `Rule ${name}` });
  await decided(fired.name).getByText('Matched: the rule has no condition').waitFor();
  await decided(fired.name).getByText('Delivered').waitFor();
  await decided(not.name).getByText('Not fired: condition false').waitFor();
  await decided(quiet.name)
    .getByText(/Held back: silence until/)
    .waitFor();
  await page.getByRole('region', { name: 'Data' }).getByText('<img src=').waitFor();
  await page.getByRole('region', { name: 'Data' }).getByText('12345678901234567890').waitFor();
  await page.getByRole('link', { name: /Open in Temporal/ }).waitFor();
  expect(await page.evaluate('window.wasRun')).toBeUndefined();
  expect(await axe()).toEqual([]);
  await pictures('event');

  const id = new URL(page.url()).pathname.split('/').at(-1);
  await page.goto(`${ui.service.url}/events?type=${type}&id=${id}`);
  await page.getByRole('row', { name: new RegExp(type) }).waitFor();
  expect(await axe()).toEqual([]);
  await pictures('events');
  // An event is asked for until it is recorded.
  expect(errors.filter((error) => !error.includes('status of 404'))).toEqual([]);
}, 180_000);
