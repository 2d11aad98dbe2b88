import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { PLAIN_HOST } from '../harness/browser.ts';
import { makeKey } from '../harness/keys.ts';
import { createSilence, unique } from '../harness/scenario.ts';
import { API_KEY } from '../harness/service.ts';
import { startUi, type Ui } from '../harness/ui.ts';

/* What goes on while somebody works on a page: changes of others, a tab that nobody sees, a session that ends, another one. */

let ui: Ui;

beforeAll(async () => {
  ui = await startUi();
});

afterAll(() => ui?.close());

const rowOf = (page: Page, name: string) => page.getByRole('row', { includeHidden: true }).filter({ hasText: name });
const silenced = async (name: string) => {
  await createSilence(ui.service.api, { matchers: { rule_name: name } });
  return name;
};

/** As when another tab is chosen, or this one again. */
const show = (page: Page, isShown: boolean) =>
  page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${!isShown} });
    document.dispatchEvent(new Event('visibilitychange'))`);

test('what others change takes neither the focus nor a half-filled dialog away; a tab that is not seen listens to nothing', async () => {
  const mine = await silenced(unique('mine'));
  const { page, errors } = await ui.open('/silences');
  const change = rowOf(page, mine).getByRole('button', { name: 'Change' });
  await page.getByText('Live', { exact: true }).waitFor();
  await change.focus();
  await rowOf(page, await silenced(unique('theirs'))).waitFor();
  await page.keyboard.press('Enter');
  const comment = page.getByRole('dialog').getByLabel('Comment');
  await comment.fill('half a sentence');
  await rowOf(page, await silenced(unique('theirs'))).waitFor({ state: 'attached' });
  expect(await comment.inputValue()).toBe('half a sentence');
  await page.keyboard.press('Escape');

  await show(page, false);
  await page.getByText('Every 10 s').waitFor();
  const unseen = await silenced(unique('unseen'));
  await show(page, true);
  await page.getByText('Live', { exact: true }).waitFor();
  await rowOf(page, unseen).waitFor();
  expect(errors).toEqual([]);
}, 180_000);

test('a session that ends leaves what was typed: who signs in again goes on; another key gets a page of its own', async () => {
  const [mine, theirs] = await Promise.all(
    [unique('mine'), unique('theirs')].map((namespace) => makeKey(ui.service.api, ['admin'], { namespace })),
  );
  const { page, errors, axe, pictures } = await ui.open('/silences', { key: mine!.key });
  await page.getByRole('button', { name: 'New silence' }).click();
  const silence = page.getByRole('dialog', { name: 'New silence' });
  await silence.getByLabel('Rule name').fill('etl *');
  await silence.getByRole('button', { name: '1 h', exact: true }).click();
  await page.context().clearCookies();
  await silence.getByRole('button', { name: 'Silence', exact: true }).click();
  const over = page.getByRole('dialog', { name: 'Your session is over' });
  await over.waitFor();
  expect(await axe()).toEqual([]);
  await pictures('session-over');
  await over.getByLabel('API key', { exact: true }).fill(mine!.key);
  await over.getByRole('button', { name: 'Sign in' }).click();
  await over.waitFor({ state: 'hidden' });
  expect(await silence.getByLabel('Rule name').inputValue()).toBe('etl *');
  await silence.getByRole('button', { name: 'Silence', exact: true }).click();
  await rowOf(page, 'etl *').waitFor();

  // In another tab of the same browser somebody signs in by another key: the cookie is theirs now.
  const other = await page.context().newPage();
  await other.goto(`${ui.service.url}/sign-in`);
  await other.getByLabel('API key', { exact: true }).fill(theirs!.key);
  await other.getByRole('button', { name: 'Sign in' }).click();
  await other.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.getByRole('button', { name: /^Namespace theirs/ }).waitFor();
  await page.getByText('No silence yet').waitFor();
  expect(errors.filter((error) => !error.includes('status of 401'))).toEqual([]);
}, 180_000);

test('a moment that is typed digit by digit is one filter, in the zone that the field names', async () => {
  const { page, errors } = await ui.open('/deliveries', { timezone: 'Europe/Berlin' });
  const from = page.getByLabel('From (UTC+');
  await from.focus();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('since=')) asked.push(new URL(request.url()).searchParams.get('since') as string);
  });
  await page.keyboard.type('01152026', { delay: 50 });
  await page.keyboard.press('ArrowRight');
  await page.keyboard.type('0203PM', { delay: 50 });
  await page.keyboard.press('Tab');
  await page.waitForURL((url) => url.searchParams.get('since') === '2026-01-15T13:03:00.000Z');
  await page.getByText('No deliveries match').waitFor();
  expect(asked.filter((since) => !since.startsWith('2026-01-15'))).toEqual([]);
  expect(await page.getByLabel('From (UTC+1)').inputValue()).toBe('2026-01-15T14:03');
  expect(errors).toEqual([]);
}, 120_000);

test('a form that was changed is not left by accident', async () => {
  const { page, errors } = await ui.open('/webhooks/new');
  await page.getByRole('textbox', { name: /^Name/ }).fill('half a webhook');
  await page.getByRole('link', { name: 'Rules', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
  await dialog.getByRole('button', { name: 'Stay here' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await page.getByRole('textbox', { name: /^Name/ }).inputValue()).toBe('half a webhook');
  await page.getByRole('link', { name: 'Rules', exact: true }).click();
  await dialog.getByRole('button', { name: 'Leave without saving' }).click();
  await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
  expect(errors).toEqual([]);
}, 120_000);

test('a filter takes what is typed on while its answer comes; what fires does not wait for what is counted', async () => {
  const { page, errors } = await ui.open('/rules');
  const name = page.getByLabel('Name', { exact: true });
  await name.focus();
  await page.keyboard.type('nightly ');
  await page.waitForURL('**/rules?name=nightly');
  await page.getByText('No rules match').waitFor();
  await page.keyboard.type('loads');
  await page.waitForURL((url) => url.searchParams.get('name') === 'nightly loads');

  await page.route('**/v1/stats?*', () => undefined);
  await page.goto(ui.service.url);
  await page.getByText('Nothing is firing.').waitFor();
  await page.getByRole('status', { name: 'Loading the figures' }).waitFor();
  expect(errors).toEqual([]);
}, 120_000);

test('a start that failed is tried again from the page itself', async () => {
  const { page, errors } = await ui.open('/rules');
  const problem = {
    type: 'about:blank',
    title: 'Away',
    status: 503,
    code: 'unavailable',
    detail: 'The database is away.',
  };
  const answer = { status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) };
  await page.route('**/v1/session', (route) => route.fulfill(answer));
  await page.reload();
  await page.getByText(problem.detail).waitFor();
  await page.unroute('**/v1/session');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
  // React tells of what it caught.
  expect(errors.filter((error) => !/status of 503|The database is away/.test(error))).toEqual([]);
}, 120_000);

test('by plain http under a name of its own one signs in, adds a header and copies the secret', async () => {
  const context = await ui.browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(`http://${PLAIN_HOST}:${new URL(ui.service.url).port}/webhooks/new`);
  await page.getByLabel('API key', { exact: true }).fill(API_KEY);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('textbox', { name: /^Name/ }).fill(unique('plain'));
  expect(await page.evaluate('isSecureContext')).toBe(false);
  await page.getByRole('textbox', { name: /^URL/ }).fill('http://127.0.0.1:49999/');
  await page.getByRole('button', { name: 'Add a header' }).click();
  await page.getByLabel('Name of header 1').fill('x-team');
  await page.getByLabel('Value of x-team').fill('ops');
  await page.getByRole('button', { name: 'Create the webhook' }).click();
  const secret = page.getByRole('dialog');
  await secret.getByRole('button', { name: 'Copy the secret' }).click();
  await secret.getByRole('button', { name: 'Copied' }).waitFor();
  await secret.getByRole('button', { name: 'I have kept it' }).click();
  await page.waitForURL('**/webhooks/we_*');
  expect(errors).toEqual([]);
}, 120_000);
