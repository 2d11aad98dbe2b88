import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { hold } from '../harness/dead-letters.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { deliverOne, deliveryWith } from '../harness/scenario.ts';
import { startUi, type Ui } from '../harness/ui.ts';
import { until } from '../harness/until.ts';

/* A delivery's page: where it stands and why, every attempt, what was sent and answered, and sending it once more. */

let ui: Ui;
let receiver: Receiver;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

const LONG = 180_000;
const HOSTILE = `<script>window.wasRun = 1</script><img src="/x" onerror="window.wasRun = 1">\n`;

/** Answers of the API that the test brings about; the browser puts them on its console. */
const unexpected = (errors: string[], status: number) =>
  errors.filter((error) => !error.includes(`the server responded with a status of ${status}`));

test(
  'a delivery that fails is a dead letter, is retried from its page and delivered: every attempt is in its timeline',
  async () => {
    receiver.answer((response) => response.writeHead(500).end(HOSTILE + 'a line of an answer\n'.repeat(3_300)));
    const retryPolicy = { schedule: ['1s'], jitter: 0 };
    const { delivery, endpoint, rule } = await deliverOne(ui.service.api, receiver.url, {
      endpoint: { retry_policy: retryPolicy, headers: { 'x-token': 'a-secret-of-the-receiver' } },
    });
    await deliveryWith(ui.service.api, delivery.id, 'dead_lettered');
    const { page, errors, axe, pictures } = await ui.open(`/dead-letters/${delivery.id}`);
    await page.waitForURL(`**/deliveries/${delivery.id}`);
    await page.getByRole('heading', { level: 1, name: `Delivery of ${delivery.event_type}` }).waitFor();
    await page.getByText('All attempts of the retry policy failed.').waitFor();
    const attempts = page.getByRole('region', { name: 'Attempts' }).getByRole('button');
    expect(await attempts.allTextContents()).toEqual(['Attempt 2', 'Attempt 1']);
    for (const name of [
      endpoint.name,
      rule.name,
      delivery.event_id,
      /The dead letter in Temporal/,
      /^Open in Temporal/,
    ]) {
      expect(await page.getByRole('link', { name }).count()).toBe(1);
    }

    // What a receiver says is text, however long, in a box that scrolls by keyboard.
    const response = page.getByRole('region', { name: 'Response body' });
    await response.getByText('<script>window.wasRun').waitFor();
    expect(await page.evaluate('window.wasRun')).toBeUndefined();
    expect((await response.boundingBox())?.height).toBeLessThan(600);
    const box = response.locator('[tabindex="0"]');
    await box.focus();
    await page.keyboard.press('PageDown');
    await until(() => page.evaluate<boolean>('document.activeElement.scrollTop > 0'), 'the answer to scroll');
    // Its own headers are masked.
    await page.getByRole('row', { name: /x-token/ }).waitFor();
    expect(await page.content()).not.toContain('a-secret-of-the-receiver');

    await page.getByRole('button', { name: 'Attempt 1' }).click();
    await page.getByRole('heading', { name: 'Request of attempt 1' }).waitFor();
    await page.getByRole('row', { name: 'x-exosphere-attempt 1' }).waitFor();
    expect(new URL(page.url()).search).toBe('?attempt=1');
    expect(await axe()).toEqual([]);
    await pictures('delivery-dead-letter');

    receiver.answer(200);
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('for a fresh round').waitFor();
    await pictures('delivery-retry');
    await dialog.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The receiver has taken it.').waitFor();
    await page.getByRole('button', { name: 'Attempt 3' }).waitFor();
    expect(await attempts.allTextContents()).toEqual(['Attempt 3', 'Attempt 2', 'Attempt 1']);
    await page.getByRole('heading', { name: 'Request of attempt 3' }).waitFor();
    expect(await axe()).toEqual([]);
    await pictures('delivery-succeeded');

    // A redelivery of what has arrived is one more attempt; one at a time.
    const held = hold(receiver);
    await page.getByRole('button', { name: 'Redeliver' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Redeliver' }).click();
    await page.getByText('An attempt is under way.').waitFor();
    await until(() => held.open() === 1, 'the redelivery to arrive');
    await page.getByRole('button', { name: 'Redeliver' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Redeliver' }).click();
    await page.getByRole('alert').getByText('It is being sent already.').waitFor();
    await page.getByRole('dialog').getByText('Request id:').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Do not send' }).click();
    held.releaseAll(200);
    await page.getByText('The receiver has taken it.').waitFor();
    expect(await attempts.allTextContents()).toEqual(['Attempt 4', 'Attempt 3', 'Attempt 2', 'Attempt 1']);
    expect(unexpected(errors, 409)).toEqual([]);
  },
  LONG,
);

test(
  'while an automatic attempt is pending, its page says what it waits for, counts down, and does not send',
  async () => {
    receiver.answer(503);
    const { delivery, endpoint, rule } = await deliverOne(ui.service.api, receiver.url, {
      endpoint: { retry_policy: { schedule: ['1h'], jitter: 0 } },
    });
    await deliveryWith(ui.service.api, delivery.id, 'retrying');
    const { page, errors, axe, pictures } = await ui.open(`/deliveries?endpoint=${endpoint.id}`);
    // The names of what the filters mean come from the server, and so do those to choose from.
    const filters = page.getByRole('search', { name: 'Filters' });
    const rules = filters.getByRole('combobox', { name: 'Rule' });
    await until(
      async () => (await filters.getByRole('combobox', { name: 'Endpoint' }).inputValue()) === endpoint.name,
      'the name of the endpoint in its filter',
    );
    await rules.fill(rule.name.slice(1).toUpperCase());
    await page.getByRole('option', { name: rule.name, exact: true }).click();
    await page.waitForURL(`**/deliveries?endpoint=${endpoint.id}&rule=${rule.id}`);
    await page
      .getByRole('row', { name: new RegExp(delivery.event_type) })
      .getByRole('link')
      .click();
    await page
      .getByRole('timer')
      .first()
      .getByText(/^in 59 min \d\d s$/)
      .waitFor();
    await page.getByText('it waits for the pause of its retry policy to pass').waitFor();
    const redeliver = page.getByRole('button', { name: 'Redeliver' });
    expect(await redeliver.isDisabled()).toBe(true);
    expect(await redeliver.getAttribute('aria-describedby')).not.toBeNull();
    await page.getByText('An automatic attempt is pending.').waitFor();
    expect(await axe()).toEqual([]);
    await pictures('delivery-retrying');
    expect(errors).toEqual([]);
  },
  LONG,
);
