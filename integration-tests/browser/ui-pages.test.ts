import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { read } from '../harness/documents.ts';
import { fillPlatform, type Platform } from '../harness/platform.ts';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { PICTURES, settled, startUi, type Ui } from '../harness/ui.ts';

/* Every page there is, with nothing in it and with a day of a platform team: in both themes and widths, looked at by axe. */

let ui: Ui;
let receiver: Receiver;
let platform: Platform;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

const LONG = 400_000;
const nameOf = (path: string) => path.slice(1).replaceAll('/', '-') || 'overview';

/** Goes there by the router's own way, and waits until nothing is on its way any more. */
async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(ui.service.url + path);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await settled(page);
}

/** The navigation's own links: a page that is added is looked at. */
async function pathsOfNavigation(page: Page): Promise<string[]> {
  const links = page.getByRole('navigation', { name: 'Pages' }).getByRole('link');
  await links.first().waitFor();
  const paths = await Promise.all((await links.all()).map((link) => link.getAttribute('href')));
  return paths as string[];
}

test(
  'every page of the navigation with nothing in it',
  async () => {
    const { page, errors, look } = await ui.open('/');
    const paths = await pathsOfNavigation(page);
    expect(paths.length).toBe(10);
    const found: string[] = [];
    for (const path of paths) {
      await goTo(page, path);
      found.push(...(await look(`page-${nameOf(path)}-empty`)));
    }
    expect(found).toEqual([]);
    expect(errors).toEqual([]);
  },
  LONG,
);

test(
  'every page with data, those of one thing too',
  async () => {
    platform = await fillPlatform(ui.service.api, ui.service.databaseUrl, receiver);
    const { page, errors, look } = await ui.open('/');
    // By the path of its route; those that are elsewhere: sign-in in ui-shell, and a dead letter's page is its delivery's.
    const others = {
      '/alerts/$id': `/alerts/${platform.alertId}`,
      '/deliveries/$id': `/deliveries/${platform.deliveryId}`,
      '/dead-letters/$id': `/dead-letters/${platform.deadLetterId}`,
      '/events/$id': `/events/${platform.eventId}`,
      '/webhooks/new': '/webhooks/new',
      '/webhooks/$id': `/webhooks/${platform.webhookId}`,
      '/rules/new': '/rules/new',
      '/rules/$id': `/rules/${platform.ruleId}`,
    };
    const listed = await pathsOfNavigation(page);
    const routes = [...read('ui/src/app/routes.tsx').matchAll(/^ {2}path: '(.+)',$/gm)].map(([, path]) => path);
    expect([...listed, ...Object.keys(others), '/sign-in'].toSorted()).toEqual(routes.toSorted());

    const found: string[] = [];
    for (const path of listed) {
      await goTo(page, path);
      found.push(...(await look(`page-${nameOf(path)}`)));
    }
    for (const [route, path] of Object.entries(others)) {
      await goTo(page, path);
      found.push(...(await look(`page-${nameOf(route).replace('$id', 'one')}`)));
    }
    expect(found).toEqual([]);
    expect(errors).toEqual([]);
  },
  LONG,
);

// `npm run ui:pictures` puts them into the documents.
test('the pictures of the documents', async () => {
  const { page } = await ui.open('/');
  for (const [name, path] of [
    ['overview', '/'],
    ['event', `/events/${platform.eventId}`],
    ['webhooks', '/webhooks'],
    ['webhook', `/webhooks/${platform.webhookId}`],
    ['deliveries', '/deliveries'],
    ['dead-letter', `/deliveries/${platform.deadLetterId}`],
  ] as const) {
    await goTo(page, path);
    // The chart comes once the page stands.
    if (name === 'overview') await page.locator('canvas').first().waitFor();
    await page.screenshot({ path: join(PICTURES, `documents-${name}.png`), animations: 'disabled' });
  }
}, 120_000);
