import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPage } from '../harness/browser.ts';
import { hold } from '../harness/dead-letters.ts';
import { insertDeadLetters } from '../harness/many-rows.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, createRule, deliverOne, deliveryWith } from '../harness/scenario.ts';
import { startUi, type Ui } from '../harness/ui.ts';
import { until } from '../harness/until.ts';

/* Dead letters in the UI: one, some that are ticked, or all that match, each decision counted before and told after. */

let ui: Ui;
let receiver: Receiver;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

const LONG = 700_000;
const ONE_ATTEMPT = { maximum_attempts: 1, timeout: { connect: '10s', request: '30s' } };

/** An endpoint with so many dead letters that wait, written rather than made. */
async function withLetters(count: number) {
  const endpoint = await createEndpoint(ui.service.api, receiver.url, { retry_policy: ONE_ATTEMPT });
  const rule = await createRule(ui.service.api, [endpoint.id]);
  const of = { count, endpoint_id: endpoint.id, rule_id: rule.id };
  await insertDeadLetters(ui.service.databaseUrl, 'default', of);
  return { endpoint, rule };
}

test(
  'some that are ticked and all 500 that match: the exact count before, progress, and what became of them',
  async () => {
    const { endpoint } = await withLetters(503);
    receiver.answer(200);
    const before = receiver.received.length;
    const { page, errors, axe, pictures } = await ui.open(`/dead-letters?endpoint=${endpoint.id}`);
    const table = page.getByRole('table', { name: 'Dead letters' });
    await table
      .getByRole('checkbox', { name: /^Select custom/ })
      .nth(49)
      .waitFor();
    expect(await axe()).toEqual([]);
    await pictures('dead-letters');

    // Three that are ticked are given up.
    for (const index of [0, 1, 2]) {
      await table
        .getByRole('checkbox', { name: /^Select custom/ })
        .nth(index)
        .check();
    }
    await page.getByRole('button', { name: 'Discard 3 selected' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This cannot be undone.').waitFor();
    await pictures('dead-letters-discard');
    await dialog.getByRole('button', { name: 'Discard 3 dead letters' }).click();
    await page.getByRole('heading', { level: 2, name: 'Discard of 3 dead letters' }).waitFor();
    await page.getByText('3 discarded, or closed meanwhile').waitFor({ timeout: 90_000 });
    await page.getByText('Discard completed.').waitFor({ timeout: 90_000 });
    await page.getByRole('button', { name: 'Close', exact: true }).click();

    await page.getByRole('button', { name: 'Retry all that match' }).click();
    await dialog.getByRole('button', { name: 'Retry 500 dead letters' }).click();
    const panel = page.getByRole('region', { name: 'Retry of many' });
    await panel.getByRole('heading', { name: 'Retry of 500 dead letters' }).waitFor();
    await panel.getByText(/^[1-9]\d* delivered, or closed meanwhile/).waitFor({ timeout: 90_000 });
    await pictures('dead-letters-progress');
    // It is in the URL: who comes later sees it too. Until then nobody looks on, which leaves the machine to the 500.
    const url = page.url();
    await page.goto('about:blank');
    await until(() => receiver.received.length - before >= 500, 'all 500 to arrive', 360_000);
    await page.goto(url);
    await panel.getByText('500 delivered, or closed meanwhile').waitFor({ timeout: 240_000 });
    await panel.getByText('Retry completed.').waitFor({ timeout: 60_000 });
    expect(receiver.received.length - before).toBe(500);
    await page.getByText('No dead letters match').waitFor();
    expect(await axe()).toEqual([]);
    await pictures('dead-letters-done');
    expect(errors).toEqual([]);
  },
  LONG,
);

test(
  'a retry of many is cancelled: what is under way ends by itself, the rest waits as before',
  async () => {
    const { endpoint } = await withLetters(60);
    const held = hold(receiver);
    const { page, errors, pictures } = await ui.open(`/dead-letters?endpoint=${endpoint.id}`);
    await page.getByRole('button', { name: 'Retry all that match' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retry 60 dead letters' }).click();
    const panel = page.getByRole('region', { name: 'Retry of many' });
    // So many at a time for each endpoint.
    await panel.getByText('50 under way').waitFor({ timeout: 90_000 });
    await panel.getByRole('button', { name: 'Cancel the retry' }).click();
    await panel.getByText('10 left as they were').waitFor({ timeout: 240_000 });
    await panel.getByText('50 were under way; they end by themselves').waitFor();
    await pictures('dead-letters-cancelled');
    held.releaseAll(200);
    const waiting = async () =>
      (await ui.service.api.get(`/v1/dead-letters?endpoint_id=${endpoint.id}&limit=200`)).body.items.length;
    await until(async () => (await waiting()) === 10, 'those under way to end', 120_000);
    expect(errors).toEqual([]);
  },
  LONG,
);

test(
  'one is discarded with a reason; where its endpoint is off, a retry says so and is not offered',
  async () => {
    receiver.answer(404);
    const { delivery, endpoint } = await deliverOne(ui.service.api, receiver.url, {
      endpoint: { retry_policy: ONE_ATTEMPT },
    });
    await deliveryWith(ui.service.api, delivery.id, 'dead_lettered');
    await ui.service.api.patch(`/v1/webhooks/${endpoint.id}`, { is_active: false });
    const { page, errors, axe, pictures } = await ui.open(`/dead-letters?endpoint=${endpoint.id}`);
    await page.getByRole('button', { name: 'Retry all that match' }).click();
    await page.getByRole('alert').getByText('The endpoint is off.').waitFor();
    await page.getByRole('button', { name: 'Do not retry' }).click();
    await page.getByRole('link', { name: delivery.event_type }).click();
    await page.getByText('Its endpoint is off. Switch the endpoint on, then send it.').waitFor();
    expect(await page.getByRole('button', { name: 'Retry', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Discard' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This cannot be undone.').waitFor();
    await dialog.getByLabel('Reason').fill('receiver retired');
    expect(await axe()).toEqual([]);
    await pictures('delivery-discard');
    await dialog.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('It was given up for good. receiver retired').waitFor();
    expect(errors.filter((error) => !error.includes('status of 409'))).toEqual([]);
  },
  LONG,
);

test(
  'one that is resumed in the Temporal Web UI is seen as delivered here',
  async () => {
    receiver.answer(503);
    const { delivery } = await deliverOne(ui.service.api, receiver.url, { endpoint: { retry_policy: ONE_ATTEMPT } });
    await deliveryWith(ui.service.api, delivery.id, 'dead_lettered');
    const { page, errors } = await ui.open(`/deliveries/${delivery.id}`);
    const link = page.getByRole('link', { name: /The dead letter in Temporal/ });
    await link.waitFor();
    receiver.answer(200);
    const temporal = await openPage(ui.browser, (await link.getAttribute('href')) as string);
    await temporal.page.getByText('Running', { exact: true }).first().waitFor();
    await temporal.page.getByRole('button', { name: 'More Actions' }).click();
    await temporal.page.getByRole('menuitem', { name: 'Send a Signal' }).click();
    const dialog = temporal.page.getByRole('dialog').filter({ visible: true });
    await dialog.getByTestId('signal-select-button').click();
    await dialog.getByRole('option', { name: 'retry' }).click();
    await dialog.getByRole('button', { name: 'Submit' }).click();
    await page.getByText('The receiver has taken it.').waitFor();
    await page.getByRole('button', { name: 'Attempt 2' }).waitFor();
    expect(errors).toEqual([]);
  },
  LONG,
);
