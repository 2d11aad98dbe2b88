import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { deliverOne, deliveryWith } from '../harness/scenario.ts';
import { API_KEY } from '../harness/service.ts';
import { startUi, type Ui } from '../harness/ui.ts';

let ui: Ui;
let receiver: Receiver;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

test('by keyboard alone: a wrong key, the right one, and the list of deliveries that was wanted', async () => {
  receiver.answer(200, 500);
  const { delivery } = await deliverOne(ui.service.api, receiver.url);
  await deliveryWith(ui.service.api, delivery.id, 'succeeded');
  const { page, errors, axe, pictures } = await ui.open('/deliveries?status=succeeded', { key: null });

  const key = page.getByLabel('API key', { exact: true });
  await key.waitFor();
  expect(await axe()).toEqual([]);
  await pictures('sign-in');
  await key.focus();
  await page.keyboard.type('no-such-key');
  await page.keyboard.press('Enter');
  await page.getByText('This key is not known here.').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('sign-in-wrong-key');

  await key.focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type(API_KEY);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
  expect(new URL(page.url()).search).toBe('?status=succeeded');
  const row = page.getByRole('row', { name: new RegExp(delivery.event_type) });
  await row.waitFor();
  expect(await axe()).toEqual([]);
  await pictures('deliveries');

  // A filter that nothing meets, and the way out of it.
  await page.getByLabel('Event type').fill('nobody.sends.this');
  await page.getByText('No deliveries match').waitFor();
  await pictures('deliveries-nothing-matches');
  await page.getByRole('button', { name: 'Clear the filters' }).press('Enter');
  await row.waitFor();
  expect(new URL(page.url()).search).toBe('');

  // The link of a row, and where the focus is on the page it leads to.
  await row.getByRole('link').press('Enter');
  await page.waitForURL(`**/deliveries/${delivery.id}`);
  await page.locator('h1[data-page-heading]:focus').waitFor();
  expect(errors).toEqual([]);
}, 180_000);

test('at 390 px the menu leads to a page and closes; an address of no page says so', async () => {
  const { page, errors, axe } = await ui.open('/no/such/page', { width: 390, scheme: 'dark' });
  await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  expect(await axe()).toEqual([]);
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
  await page.getByRole('button', { name: 'Open the navigation' }).click();
  await links.filter({ hasText: 'Deliveries' }).click();
  await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
  await links.first().waitFor({ state: 'hidden' });
  expect(errors).toEqual([]);
}, 180_000);

test('signing out ends the session, and says so by the sign-in page', async () => {
  const { page, errors } = await ui.open('/rules');
  await page.getByRole('button', { name: /account$/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByLabel('API key', { exact: true }).waitFor();
  await page.goto(`${ui.service.url}/rules`);
  await page.waitForURL('**/sign-in?to=*');
  expect(errors).toEqual([]);
});
