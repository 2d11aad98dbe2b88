import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser } from '../harness/browser.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, createRule, deliveryWith, sendEvent } from '../harness/scenario.ts';
import { startTestService, type TestService } from '../harness/service.ts';
import { until } from '../harness/until.ts';

/*
 * What a person on call sees and does in the Temporal Web UI, click by click as docs/exosphere/alerts.md tells it.
 * Faults of the Web UI's own scripts are not looked at: it throws now and then when a dialog closes.
 */

let browser: Browser;
let service: TestService;
let receiver: Receiver;

beforeAll(async () => {
  [browser, service, receiver] = await Promise.all([startBrowser(), startTestService(), startReceiver()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.close();
  await receiver?.close();
});

/** A failed run whose alert goes to an endpoint that refuses it. @returns the delivery's id and what it belongs to */
async function refusedDelivery(endpointName: string, retryPolicy: object) {
  receiver.answer(503);
  const endpoint = await createEndpoint(service.api, receiver.url, { name: endpointName, retry_policy: retryPolicy });
  const rule = await createRule(service.api, [endpoint.id], { event_type: 'workflow.failed' });
  const eventId = await sendEvent(service.api, 'workflow.failed', { graph_name: 'etl', run_id: '5f0e' });
  const deliveries = await until(async () => {
    const { items } = (await service.api.get(`/v1/deliveries?endpoint_id=${endpoint.id}`)).body;
    return items.length > 0 && items;
  }, 'the delivery');
  return { endpoint, rule, eventId, id: deliveries[0].id as string };
}

const openTab = (page: Page, name: string) => page.getByRole('tab', { name }).click();

/** The tab User Metadata: the UI renders what workflows say of themselves as Markdown, each text in a frame. */
async function readUserMetadata(page: Page, expected: RegExp): Promise<string> {
  await openTab(page, 'User Metadata');
  let text = '';
  const shown = async () => {
    const frames = page.frames().filter((frame) => frame !== page.mainFrame());
    // A frame may be replaced while it is read.
    const bodies = await Promise.all(frames.map((frame) => frame.textContent('body').catch(() => '')));
    text = bodies.join('\n');
    return expected.test(text);
  };
  await until(shown, `${expected} in the user metadata`).catch((error: Error) => {
    throw new Error(`${error.message} It says: ${text}`);
  });
  return text;
}

test('a dead letter says what it waits for, and is sent again by Send a Signal', async () => {
  const { endpoint, rule, eventId, id } = await refusedDelivery('on-call pager', { maximum_attempts: 1 });
  await deliveryWith(service.api, id, 'dead_lettered');
  const letter = (await service.api.get(`/v1/dead-letters/${id}`)).body;
  const { page, picture } = await openPage(browser, letter.workflow.url);
  await page.getByRole('heading', { name: letter.workflow.id }).waitFor();
  await page.getByText('Running', { exact: true }).first().waitFor();
  await picture('dead-letter');

  const metadata = await readUserMetadata(page, /on-call pager did not take workflow\.failed/);
  expect(metadata).toContain('HTTP 503');
  expect(metadata).toMatch(/Send a Signal → retry \(no input\)\. discard gives it up for good/);
  await picture('dead-letter-metadata');
  await openTab(page, 'Search Attributes');
  for (const value of [endpoint.id, rule.id, eventId, 'workflow.failed', 'dead_lettered']) {
    await page.getByText(value).first().waitFor();
  }
  await picture('dead-letter-search-attributes');

  receiver.answer(200);
  const before = receiver.received.length;
  await page.getByRole('button', { name: 'More Actions' }).click();
  await page.getByRole('menuitem', { name: 'Send a Signal' }).click();
  const dialog = page.getByRole('dialog').filter({ visible: true });
  await picture('dead-letter-signal-empty');
  await dialog.getByTestId('signal-select-button').click();
  await picture('dead-letter-signal-names');
  await dialog.getByRole('option', { name: 'retry' }).click();
  await picture('dead-letter-signal');
  await dialog.getByRole('button', { name: 'Submit' }).click();
  const requests = await receiver.arrived(before + 1);
  expect(requests.at(-1)?.headers).toMatchObject({ 'webhook-id': id, 'x-exosphere-attempt': '2' });
  await until(async () => {
    return (await service.api.get(`/v1/dead-letters/${id}`)).body.status === 'succeeded';
  }, 'the end of the dead letter');

  // The page follows by itself.
  await page.getByText('Completed', { exact: true }).first().waitFor();
  await readUserMetadata(page, /Closed: succeeded/);
  await picture('dead-letter-closed');
});

test('a delivery that is being retried shows the last failure and when the next attempt is due', async () => {
  const { id } = await refusedDelivery('warehouse', { schedule: ['1s', '10m', '10m'], jitter: 0 });
  await until(async () => {
    const { attempts, status } = (await service.api.get(`/v1/deliveries/${id}`)).body;
    return status === 'retrying' && attempts.length === 2 && attempts[1].outcome !== null;
  }, 'two attempts');
  const { workflow } = (await service.api.get(`/v1/deliveries/${id}`)).body;
  const { page, picture } = await openPage(browser, workflow.url);
  await page.getByRole('heading', { name: workflow.id }).waitFor();
  await page.getByText('POST to warehouse').first().waitFor();
  await picture('retrying-history');
  await openTab(page, 'Pending Activities');
  await page.getByText('HTTP 503; next attempt in 10m').first().waitFor();
  await picture('retrying-pending-activity');
  const metadata = await readUserMetadata(page, /Attempt 1 of this round: HTTP 503\. Up to 4 attempts/);
  expect(metadata).toMatch(/workflow\.failed → warehouse, rule rule-\d+/);
  await picture('retrying-metadata');
});
