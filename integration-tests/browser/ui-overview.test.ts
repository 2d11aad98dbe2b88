import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { firing } from '../harness/alerts.ts';
import { createApi } from '../harness/api.ts';
import { makeKey } from '../harness/keys.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, createRule, deliverOne, deliveryWith, sendEvent, unique } from '../harness/scenario.ts';
import { startUi, type Ui } from '../harness/ui.ts';
import { until } from '../harness/until.ts';

let ui: Ui;
let receiver: Receiver;
let refusing: Receiver;

beforeAll(async () => {
  [ui, receiver, refusing] = await Promise.all([startUi(), startReceiver(), startReceiver()]);
  refusing.answer(404);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
  await refusing?.close();
});

const LONG = 180_000;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const figure = (page: Page, name: string) => page.getByRole('group', { name, exact: true });

test(
  'from an empty service by its first steps to an alert that has arrived, and a reload in between',
  async () => {
    const { page, errors, axe, pictures } = await ui.open('/');
    await page.getByText('Nothing is firing.').waitFor();
    const url = page.getByLabel('URL', { exact: true });
    await url.waitFor();
    expect(await axe()).toEqual([]);
    await pictures('overview-first-steps');

    // What the API refuses stands at its field.
    await url.fill('http://127.0.0.1:22/');
    await button(page, 'Create the endpoint').click();
    await page.locator('input:invalid, input[aria-invalid=true]').first().waitFor();
    await url.fill(receiver.url);
    await url.press('Enter');
    await page
      .getByRole('dialog', { name: 'The endpoint’s signing secret' })
      .getByText(/^whsec_/)
      .waitFor();
    expect(await axe()).toEqual([]);
    await button(page, 'I have kept it').click();
    await page.getByLabel('Alert me when').first().waitFor();

    await page.reload();
    await page.getByLabel('Alert me when').first().waitFor();
    await pictures('overview-first-rule');
    await button(page, 'Create the rule').click();
    await button(page, 'Send it').click();

    await page.getByText('My first endpoint answered HTTP 200.').waitFor();
    await page.getByRole('link', { name: 'See what was sent and answered' }).waitFor();
    expect(receiver.received.length).toBe(1);
    expect(JSON.parse(receiver.received[0]?.text ?? '').data.event.type).toBe('workflow.failed');
    await figure(page, 'Success rate').getByText('100 %').waitFor();
    expect(await axe()).toEqual([]);
    await pictures('overview-first-delivery');

    // They have done what they are for: at the next visit the figures stand alone.
    await page.reload();
    await figure(page, 'Made').waitFor();
    await button(page, 'First steps').waitFor();
    expect(await page.getByRole('heading', { name: 'First steps' }).count()).toBe(0);
    // The browser notes what was refused on purpose.
    expect(errors.filter((each) => !/\b422\b/.test(each))).toEqual([]);
  },
  LONG,
);

test(
  'the figures are what was sent: delivered, given up, waiting as dead letters, and firing',
  async () => {
    // A namespace of its own, so that its figures are this test's alone.
    const namespace = unique('figures');
    const { key } = await makeKey(ui.service.api, ['admin'], { namespace });
    const api = createApi(ui.service.url, key);
    for (let sent = 0; sent < 3; sent++) {
      const { delivery } = await deliverOne(api, receiver.url);
      await deliveryWith(api, delivery.id, 'succeeded', 60_000);
    }
    const lost = await deliverOne(api, refusing.url, { endpoint: { retry_policy: { maximum_attempts: 1 } } });
    await deliveryWith(api, lost.delivery.id, 'dead_lettered', 60_000);

    const { page, errors, axe, pictures } = await ui.open('/?last=1h', { key });
    await figure(page, 'Made').getByText('4', { exact: true }).waitFor();
    await figure(page, 'Success rate').getByText('75 %').waitFor();
    await figure(page, 'Dead letters waiting').getByRole('link', { name: 'Dead letters waiting: 1' }).waitFor();
    await figure(page, 'Failing endpoints').getByText('0', { exact: true }).waitFor();
    const { body } = await api.get('/v1/stats');
    await figure(page, 'Latency, p50')
      .getByText(/^\d.* (ms|s|min)$/)
      .waitFor();
    expect(body.totals).toMatchObject({ total: 4, success_rate: 0.75 });

    // The chart as a table, for who cannot see it; the period in the URL.
    await button(page, 'Show as a table').press('Enter');
    const table = page.getByRole('table', { name: 'Deliveries over time' });
    await table.waitFor();
    const cells = await table
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader') })
      .all();
    const rows = await Promise.all(cells.map((row) => row.getByRole('cell').allTextContents()));
    const sum = (column: number) => rows.reduce((all, row) => all + Number(row[column]), 0);
    expect([0, 1, 2, 3].map(sum)).toEqual([3, 0, 1, 0]);
    await page.getByText('Last 7 days').click();
    await page.waitForURL('**/?last=7d');
    await button(page, 'Show as a chart').click();
    await page.getByRole('figure', { name: /4; 3 delivered, 0 under way, 1 given up/ }).waitFor();

    // It appears by itself, with its link.
    const endpoint = await createEndpoint(api, receiver.url);
    const rule = await createRule(api, [endpoint.id], {
      severity: 'critical',
      trigger: { kind: 'count', threshold: 1, window: '1h' },
    });
    await sendEvent(api, rule.event_types[0]);
    const [alert] = await firing(api, rule.id);
    const link = page.getByRole('list', { name: 'Alerts that fire now' }).getByRole('link');
    await link.waitFor();
    expect(await link.getAttribute('href')).toBe(`/alerts/${alert.id}`);
    await page.getByText('Critical').waitFor();
    await figure(page, 'Made').getByText('5', { exact: true }).waitFor();
    await until(async () => (await page.locator('canvas').count()) > 0, 'the chart');
    expect(await axe()).toEqual([]);
    await pictures('overview');
    const overflow = 'document.documentElement.scrollWidth - innerWidth';
    await page.setViewportSize({ width: 390, height: 900 });
    expect(await page.evaluate(overflow)).toBe(0);
    await figure(page, 'Dead letters waiting').getByRole('link').press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Dead letters' }).waitFor();
    expect(errors).toEqual([]);
  },
  LONG,
);

test('a key that may see nothing of it is told so, and asks for nothing', async () => {
  const { key } = await makeKey(ui.service.api, ['events:write'], { namespace: unique('sender') });
  const { page, errors } = await ui.open('/', { key });
  await page.getByText('Alerts are for keys with the scope').waitFor();
  await page.getByText('Deliveries are for keys with the scope').waitFor();
  expect(errors).toEqual([]);
});
