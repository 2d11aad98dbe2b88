import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alertRule, firing, heldBack, told } from '../harness/alerts.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { sendEvent, unique } from '../harness/scenario.ts';
import { startUi, type Ui } from '../harness/ui.ts';
import { until } from '../harness/until.ts';

/* Alerts and silences: what fires is seen, silenced from its page, and what is held back says why. */

let ui: Ui;
let receiver: Receiver;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

test('an alert is seen and silenced from its page; the next firing is held back, and its event says why', async () => {
  const { api } = ui.service;
  const type = unique('custom.counted');
  const trigger = { kind: 'count', threshold: 1, window: '1h', per: ['data.host'] };
  const rule = await alertRule(api, receiver, { event_type: type, trigger });
  await sendEvent(api, type, { host: 'one' });
  const [alert] = await firing(api, rule.id);
  await told(receiver, rule.id, 'firing');

  const { page, errors, axe, pictures } = await ui.open(`/alerts?rule=${rule.id}`);
  await page
    .getByRole('row', { name: new RegExp(rule.name) })
    .getByRole('link')
    .click();
  await page.waitForURL(`**/alerts/${alert.id}`);
  const state = page.getByRole('region', { name: 'State of the alert' });
  await state.getByText('Firing').waitFor();
  await page.getByRole('region', { name: 'Who was told' }).getByText('Delivered').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('alert');

  await page.getByRole('link', { name: 'Silence its rule' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  await dialog.getByText('Say when it ends').waitFor();
  expect(await dialog.getByLabel('Rule id').inputValue()).toBe(rule.id);
  await dialog.getByRole('button', { name: '1 h' }).click();
  expect(await axe()).toEqual([]);
  await pictures('silence-form');
  await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
  const row = page.getByRole('row', { name: new RegExp(rule.id) });
  await row.getByText('Active').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('silences');

  const second = await sendEvent(api, type, { host: 'two' });
  await heldBack(api, rule.id, 1);
  await page.goto(`${ui.service.url}/events/${second}`);
  await page
    .getByText(/Held back: silence until/)
    .first()
    .waitFor();

  await page.goto(`${ui.service.url}/silences`);
  await row.getByRole('button', { name: 'End now' }).click();
  await dialog.getByRole('button', { name: 'End it now' }).click();
  await page.getByText('No silence yet').waitFor();
  await page.goto(`${ui.service.url}/alerts`);
  await page.getByRole('heading', { name: 'Firing now' }).waitFor();
  expect(await axe()).toEqual([]);
  await pictures('alerts');

  // What is over stays to be seen, in the list of all and by its rule.
  await api.patch(`/v1/alert-rules/${rule.id}`, { is_active: false });
  await until(async () => (await api.get(`/v1/alerts?rule_id=${rule.id}`)).body.items.length === 0, 'them to be over');
  for (const query of ['', `?rule=${rule.id}&severity=error`]) {
    await page.goto(`${ui.service.url}/alerts${query}`);
    await page
      .getByRole('row', { name: new RegExp(rule.name) })
      .getByText('Resolved')
      .first()
      .waitFor();
  }
  expect(errors).toEqual([]);
}, 180_000);
