import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type Receiver, startReceiver } from '../harness/receiver.ts';
import { createEndpoint, deliverOne, deliveryWith, sendEvent, unique } from '../harness/scenario.ts';
import { startUi, type Ui } from '../harness/ui.ts';
import { until } from '../harness/until.ts';

let ui: Ui;
let receiver: Receiver;

beforeAll(async () => {
  [ui, receiver] = await Promise.all([startUi(), startReceiver()]);
});

afterAll(async () => {
  await ui?.close();
  await receiver?.close();
});

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const stored = async (id: string) => (await ui.service.api.get(`/v1/webhooks/${id}`)).body;
const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

test('an empty list says what to do', async () => {
  const { page, errors, axe, pictures } = await ui.open('/webhooks');
  await page.getByText('No webhook yet').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('webhooks-none');
  await page.getByRole('link', { name: 'New webhook' }).last().press('Enter');
  await heading(page, 'New webhook');
  expect(errors).toEqual([]);
});

test('the list: health, kind, the last day by one request for all rows, and filters in the URL', async () => {
  const { endpoint, delivery } = await deliverOne(ui.service.api, receiver.url);
  await deliveryWith(ui.service.api, delivery.id, 'succeeded');
  const off = await createEndpoint(ui.service.api, 'https://discord.com/api/webhooks/1/abcdefgh', {
    kind: 'discord',
    is_active: false,
  });
  const { page, errors, axe, pictures } = await ui.open('/rules');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('link', { name: 'Webhooks' }).click();
  const row = page.getByRole('row', { name: new RegExp(endpoint.name) });
  await row.getByRole('img', { name: 'Deliveries by the hour: 1 in 24 hours, 1 delivered' }).waitFor();
  await row.getByText('Healthy').waitFor();
  expect(asked.filter((url) => url.includes('/v1/stats')).length).toBe(1);
  expect(await axe()).toEqual([]);
  await pictures('webhooks');

  await page.goto(`${ui.service.url}/webhooks?kind=discord&health=off`);
  await page.getByRole('link', { name: off.name }).waitFor();
  expect(await page.getByRole('link', { name: endpoint.name }).count()).toBe(0);
  await page.goto(`${ui.service.url}/webhooks?kind=teams`);
  await page.getByText('No webhooks match').waitFor();
  await button(page, 'Clear the filters').click();
  await row.waitFor();
  await row.getByRole('link').press('Enter');
  await page.waitForURL(`**/webhooks/${endpoint.id}`);
  await heading(page, endpoint.name);
  await page.getByRole('figure').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('webhook-activity');
  expect(errors).toEqual([]);
});

test('create: help by kind, a name that is taken, the secret once, a test whose answer stays text, verification code', async () => {
  const taken = await createEndpoint(ui.service.api, receiver.url);
  const { page, errors, axe, pictures } = await ui.open('/webhooks');
  await page.getByRole('link', { name: 'New webhook' }).first().click();
  await heading(page, 'New webhook');
  for (const [kind, hint] of [
    ['Slack', /api\.slack\.com\/apps/],
    ['PagerDuty', /Integration Key/],
    ['Discord', /Copy Webhook URL/],
    ['Microsoft Teams', /Workflows/],
  ] as const) {
    await page.getByRole('radio', { name: kind, exact: true }).check();
    await page
      .getByRole('region', { name: `Setting up ${kind}` })
      .getByText(hint)
      .first()
      .waitFor();
  }
  await pictures('webhook-new-teams');
  await page.getByRole('radio', { name: 'HTTP', exact: true }).check();

  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(taken.name);
  await page.getByRole('textbox', { name: 'URL', exact: true }).fill(receiver.url);
  await button(page, 'Add a header').click();
  await page.getByLabel('Name of header 1').fill('authorization');
  await page.getByLabel('Value of authorization').fill('Bearer receivers-own-token');
  await page.getByText('Growing waits').click();
  await page.getByLabel('Attempts, the first too').fill('3');
  await page.getByRole('status', { name: 'The waits that this means' }).getByText('+ 20 s').waitFor();
  expect(await axe()).toEqual([]);
  expect(await overflow(page)).toBe(0);
  await button(page, 'Create the webhook').click();
  // Said at the field, which has the focus.
  const name = page.getByRole('textbox', { name: 'Name', exact: true });
  await page.getByText('Another one in this namespace has this name; choose another.').waitFor();
  expect(await name.getAttribute('aria-invalid')).toBe('true');
  await page.locator('input[aria-invalid="true"]:focus').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('webhook-new-name-taken');

  const ours = unique('on call');
  await name.fill(ours);
  await button(page, 'Create the webhook').click();
  const dialog = page.getByRole('dialog');
  const secret = (await dialog.getByText(/^whsec_/).textContent()) as string;
  expect(await axe()).toEqual([]);
  await pictures('webhook-secret-once');
  // Nobody leaves without it by mistake.
  await page.evaluate('history.back()');
  await page.keyboard.press('Escape');
  await dialog.getByText(secret).waitFor();
  expect(new URL(page.url()).pathname).toBe('/webhooks/new');
  await button(page, 'I have kept it').click();
  await heading(page, ours);
  const id = new URL(page.url()).pathname.split('/').at(-1) as string;
  expect(await stored(id)).toMatchObject({ name: ours, retry_policy: { maximum_attempts: 3 } });

  receiver.answer((response) => {
    response.writeHead(500, { 'content-type': 'text/html' }).end('<script>globalThis.owned = true</script><b>no</b>');
  });
  await button(page, 'Send a test').click();
  const result = page.getByRole('status', { name: 'Result of the test' });
  await result.getByText('<script>globalThis.owned = true</script><b>no</b>').waitFor();
  await result.getByText(/HTTP 500 after/).waitFor();
  expect(await page.evaluate('globalThis.owned')).toBeUndefined();
  expect(await axe()).toEqual([]);
  await pictures('webhook-test-failed');
  receiver.answer(200);
  await button(page, 'Send a test').click();
  await result.getByText('Success').waitFor();
  expect(receiver.received.at(-1)?.headers.authorization).toBe('Bearer receivers-own-token');

  await page.getByRole('tab', { name: 'Verify' }).click();
  for (const [language, marker] of [
    ['Node', 'export function verify'],
    ['Python', 'def verify'],
    ['Java', 'static void verify'],
    ['Go', 'func Verify'],
  ] as const) {
    await page.getByText(language, { exact: true }).click();
    const code = await page.locator('pre', { hasText: marker }).textContent();
    expect(code).toContain(secret);
    expect(code).toContain(receiver.url);
  }
  expect(await axe()).toEqual([]);
  await pictures('webhook-verify');
  // Read again, nothing has the secret any more.
  await page.reload();
  await page.locator('pre', { hasText: `${secret.slice(-4)}` }).waitFor();
  expect(await page.content()).not.toContain(secret);

  // The link of the result is the delivery of the test.
  await button(page, 'Send a test').click();
  await result.getByRole('link').click();
  await page.waitForURL('**/deliveries/dlv_*');
  // The API's refusal of the name is told by Chromium, too.
  expect(errors.filter((text) => !/409/.test(text))).toEqual([]);
});

test('an edit of the description leaves headers, retry policy, rate limit and secret as they are', async () => {
  const { secret: _, ...endpoint } = await createEndpoint(ui.service.api, receiver.url, {
    headers: { authorization: 'Bearer kept', 'x-team': 'ops' },
    retry_policy: { schedule: ['5s', '5m'], retry_on: ['5xx'], timeout: { request: '10s' } },
    rate_limit: { per_second: 5 },
  });
  const { page, errors, axe, pictures } = await ui.open(`/webhooks/${endpoint.id}?tab=settings`);
  await page.getByText('Nothing is changed.').waitFor();
  await page.getByLabel('Description').fill('Asks for the on-call team');
  await page.getByText('Changed: description').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('webhook-settings');
  const sent = page.waitForRequest((request) => request.method() === 'PATCH');
  await button(page, 'Save the changes').click();
  expect((await sent).postDataJSON()).toEqual({ description: 'Asks for the on-call team' });
  await page.getByText('Nothing is changed.').waitFor();
  const { updated_at: __, ...rest } = endpoint;
  expect(await stored(endpoint.id)).toMatchObject({ ...rest, description: 'Asks for the on-call team' });

  // One header replaced, the other kept: the receiver gets both.
  await button(page, 'Replace the value of authorization').click();
  await page.getByLabel('Value of authorization').fill('Bearer new');
  await button(page, 'Save the changes').click();
  await page.getByText('Nothing is changed.').waitFor();
  receiver.answer(200);
  const before = receiver.received.length;
  await button(page, 'Send a test').click();
  const [request] = (await receiver.arrived(before + 1)).slice(before);
  expect(request?.headers).toMatchObject({ authorization: 'Bearer new', 'x-team': 'ops' });
  expect(errors).toEqual([]);
});

test('rotation: the grace that was chosen, and the new secret once', async () => {
  const endpoint = await createEndpoint(ui.service.api, receiver.url);
  const { page, errors, axe, pictures } = await ui.open(`/webhooks/${endpoint.id}?tab=secret`);
  await page.getByRole('combobox', { name: 'How long the old one signs too' }).click();
  await page.getByRole('option', { name: '1 hour' }).click();
  const answered = page.waitForResponse((response) => response.url().endsWith('/rotate-secret'));
  await button(page, 'Rotate the secret').click();
  const { previous_secret_until, updated_at } = await (await answered).json();
  expect(Date.parse(previous_secret_until) - Date.parse(updated_at)).toBe(3_600_000);
  const secret = (await page
    .getByRole('dialog')
    .getByText(/^whsec_/)
    .textContent()) as string;
  expect(secret).not.toBe(endpoint.secret);
  await button(page, 'I have kept it').click();
  await page.getByText('The secret of before signs too').waitFor();
  await page.getByText(secret.slice(-4)).first().waitFor();
  expect(await axe()).toEqual([]);
  await pictures('webhook-secret');
  expect(errors).toEqual([]);
});

test('disabled by the service: the reason and the way out; then off, and deleted with what it stops', async () => {
  receiver.answer(410);
  const { endpoint, rule, delivery } = await deliverOne(ui.service.api, receiver.url);
  await deliveryWith(ui.service.api, delivery.id, 'dead_lettered');
  await until(async () => (await stored(endpoint.id)).health === 'disabled', 'the endpoint to be disabled');
  const { page, errors, axe, pictures } = await ui.open(`/webhooks/${endpoint.id}`);
  await page.getByText('Disabled by the service').waitFor();
  await page.getByRole('link', { name: '1 dead letter for this webhook' }).waitFor();
  await page.getByRole('link', { name: rule.name }).waitFor();
  expect(await axe()).toEqual([]);
  await pictures('webhook-disabled');
  await button(page, 'Enable').click();
  await page.getByText('1 dead letter can be retried').waitFor();
  await button(page, 'Switch off').waitFor();
  expect(await stored(endpoint.id)).toMatchObject({ is_active: true, health: 'healthy', disabled_reason: null });

  // Something waits: the receiver fails, and the next attempt is some time off.
  receiver.answer(500);
  const eventId = await sendEvent(ui.service.api, rule.event_types[0]);
  await until(async () => {
    const { body } = await ui.service.api.get(`/v1/deliveries?event_id=${eventId}`);
    return body.items[0]?.status === 'retrying';
  }, 'a delivery to wait');
  await button(page, 'Delete').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 rule names it, and would tell nobody any more:').waitFor();
  await dialog.getByText('1 waiting delivery would end as skipped.').waitFor();
  await dialog.getByText('1 dead letter could not be sent any more.').waitFor();
  expect(await axe()).toEqual([]);
  await pictures('webhook-delete');
  await button(page, 'Keep it').click();
  await button(page, 'Switch off').click();
  await dialog.getByRole('button', { name: 'Switch off' }).click();
  await button(page, 'Switch on').waitFor();
  expect(await stored(endpoint.id)).toMatchObject({ is_active: false });

  await button(page, 'Delete').click();
  await dialog.getByRole('button', { name: 'Delete the webhook' }).click();
  await heading(page, 'Webhooks');
  expect((await ui.service.api.get(`/v1/webhooks/${endpoint.id}`)).status).toBe(404);
  await page.getByText(`The webhook “${endpoint.name}” is deleted.`).waitFor();
  expect(errors).toEqual([]);
});
