import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createRule, deliveryOf, deliveryWith, sendEvent, unique } from '../harness/scenario.ts';
import { API_KEY } from '../harness/service.ts';
import { startUi, type Ui } from '../harness/ui.ts';
import { until } from '../harness/until.ts';

/* One way through the UI with the keys of a keyboard alone, from the sign-in page to a dead letter that is delivered. */

let ui: Ui;
let receiver: Receiver;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

const MOST_TABS = 150;
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
/** What of an element is asked in the browser; the DOM's types are not known here. */
interface Shown {
  ownerDocument: { activeElement: unknown; defaultView: { getComputedStyle(of: unknown): Record<string, string> } };
}

const hasFocus = (target: Locator) =>
  target.evaluate((element: unknown) => (element as Shown).ownerDocument.activeElement === element);

/** Tab, until the target has the focus, which has to be seen: an outline, or the colour of its border. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  const unfocused = await lookOf(target);
  for (let pressed = 0; pressed < MOST_TABS; pressed++) {
    if (await hasFocus(target)) {
      await until(
        async () => isOutlined(await lookOf(target)) || (await lookOf(target)) !== unfocused,
        `the focus on ${target} to be seen`,
      );
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${target}.`);
}

const lookOf = (target: Locator) =>
  target.evaluate((element: unknown) => {
    const style = (element as Shown).ownerDocument.defaultView.getComputedStyle(element);
    return [style.outlineStyle, style.outlineWidth, style.borderColor, style.boxShadow].join();
  });

const isOutlined = (look: string) => !/^(none,|[a-z]+,0px)/.test(look);

async function choose(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press('Enter');
}

test('from signing in to a dead letter that is delivered', async () => {
  const { page, errors } = await ui.open('/webhooks', { key: null });
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const inNavigation = (name: string) => page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name });

  // The field has the focus already.
  await page.locator('input:focus').waitFor();
  await page.keyboard.type(API_KEY);
  await page.keyboard.press('Enter');
  await heading(page, 'Webhooks');

  // A page that is loaded begins at its top: the first stop is the way past the navigation.
  await page.reload();
  await heading(page, 'Webhooks');
  await page.getByText('No webhook yet').waitFor();
  const skip = page.getByRole('link', { name: 'Skip to the page' });
  await page.keyboard.press('Tab');
  expect(await hasFocus(skip)).toBe(true);
  expect((await skip.boundingBox())?.y).toBeGreaterThanOrEqual(0);
  await page.keyboard.press('Enter');
  await page.locator('main:focus').waitFor();

  const name = unique('by keyboard');
  await choose(page, page.getByRole('link', { name: 'New webhook' }).first());
  await heading(page, 'New webhook');
  await tabTo(page, page.getByRole('radio', { name: 'HTTP', exact: true }));
  await page.keyboard.press('ArrowRight');
  await page.getByRole('radio', { name: 'Slack', exact: true, checked: true }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await tabTo(page, page.getByRole('textbox', { name: 'Name', exact: true }));
  await page.keyboard.type(name);
  await tabTo(page, page.getByRole('textbox', { name: 'URL', exact: true }));
  await page.keyboard.type(receiver.url);
  await choose(page, button('Create the webhook'));
  await page
    .getByRole('dialog')
    .getByText(/^whsec_/)
    .waitFor();
  await choose(page, button('I have kept it'));
  await heading(page, name);
  const id = new URL(page.url()).pathname.split('/').at(-1) as string;

  await choose(page, button('Send a test'));
  await page.getByRole('status', { name: 'Result of the test' }).getByText('Success').waitFor();

  // What its rule sends is refused for good, and waits for a person.
  receiver.answer(404);
  const rule = await createRule(ui.service.api, [id], { retry_policy: { maximum_attempts: 1 } });
  const { id: deliveryId } = await deliveryOf(ui.service.api, await sendEvent(ui.service.api, rule.event_types[0]));
  await deliveryWith(ui.service.api, deliveryId, 'dead_lettered');
  receiver.answer(200);
  await choose(page, inNavigation('Dead letters'));
  await heading(page, 'Dead letters');
  await choose(
    page,
    page
      .getByRole('row', { name: new RegExp(name) })
      .getByRole('link')
      .first(),
  );
  await page.waitForURL(`**/deliveries/${deliveryId}`);

  // A dialog that is left by Escape gives the focus back to where it was asked for.
  await choose(page, button('Discard'));
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await until(() => hasFocus(button('Discard')), 'the focus to be back');

  await choose(page, button('Retry'));
  await choose(page, page.getByRole('dialog').getByRole('button', { name: 'Retry', exact: true }));
  await page.getByText('The receiver has taken it.').waitFor();
  expect(errors).toEqual([]);
}, 300_000);
