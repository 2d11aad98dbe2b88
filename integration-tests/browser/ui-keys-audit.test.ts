import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createApi } from '../harness/api.ts';
import { createEndpoint, unique } from '../harness/scenario.ts';
import { startUi, type Ui } from '../harness/ui.ts';
import { until } from '../harness/until.ts';

let ui: Ui;
beforeAll(async () => {
  ui = await startUi();
});
afterAll(() => ui?.close());

const LONG = 180_000;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const overflow = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

test(
  'a key is made, shown once, holds to its scopes, and is revoked: its own session ends too',
  async () => {
    const { page, errors, axe, pictures } = await ui.open('/api-keys');
    await page.getByText('No API key yet').waitFor();
    expect(await axe()).toEqual([]);
    await pictures('api-keys-none');

    const name = unique('pipeline');
    await button(page, 'New API key').click();
    const dialog = page.getByRole('dialog', { name: 'New API key' });
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await button(page, 'Create the key').click();
    await dialog.getByText('must have at least one scope').waitFor();
    await dialog.getByRole('checkbox', { name: /^events:write/ }).check();
    await dialog.getByRole('checkbox', { name: /^webhooks:read/ }).check();
    expect(await axe()).toEqual([]);
    await pictures('api-keys-new');
    await button(page, 'Create the key').click();
    const once = page.getByRole('dialog', { name: `The key “${name}”` });
    const key = (await once.getByText(/^exo_/).textContent()) ?? '';
    await button(page, 'I have kept it').click();
    await once.waitFor({ state: 'hidden' });
    expect(await page.getByText(key).count()).toBe(0);

    const api = createApi(ui.service.url, key);
    expect((await api.get('/v1/webhooks')).status).toBe(200);
    expect((await api.get('/v1/alert-rules')).status).toBe(403);
    const row = page.getByRole('row', { name: new RegExp(name) });
    await row.getByText('Active').waitFor();
    expect(await axe()).toEqual([]);
    await pictures('api-keys');

    const other = await ui.open('/webhooks', { key });
    await other.page.getByText('No webhook yet').waitFor();
    await button(page, `Revoke ${name}`).click();
    await page.getByText('Whoever uses it is refused within a second').waitFor();
    await pictures('api-keys-revoke');
    await button(page, 'Revoke the key').click();
    await row.getByText('Revoked').waitFor();
    await until(async () => (await api.get('/v1/webhooks')).status === 401, 'the key to be refused');
    await other.page.reload();
    await other.page.getByLabel('API key', { exact: true }).waitFor();
    expect(errors.filter((text) => !/422/.test(text))).toEqual([]);
  },
  LONG,
);

test(
  'the audit log shows what was changed, with secrets masked, and is filtered in the URL',
  async () => {
    const hook = await createEndpoint(ui.service.api, 'https://example.com/alerts', {
      headers: { 'x-team': 'a-secret-value' },
    });
    await ui.service.api.patch(`/v1/webhooks/${hook.id}`, { description: '<b>for the night shift</b>' });
    const { page, errors, axe, pictures } = await ui.open(`/audit-log?target=${hook.id}`);
    await page.getByRole('row', { name: /Webhook made/ }).waitFor();
    expect(await axe()).toEqual([]);
    await pictures('audit-log');
    const changed = page.getByRole('row', { name: /Webhook changed/ });
    await changed.getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByRole('row', { name: /description/ })
      .getByText('<b>for the night shift</b>')
      .waitFor();
    expect(await dialog.getByRole('row').count()).toBe(2);
    expect(await axe()).toEqual([]);
    await pictures('audit-log-details');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });

    await page.getByRole('combobox', { name: 'What was done' }).click();
    await page.getByRole('option', { name: 'Webhook deleted' }).click();
    await page.getByText('No entries match').waitFor();
    expect(new URL(page.url()).searchParams.get('action')).toBe('webhook.deleted');
    await button(page, 'Clear the filters').click();
    await changed.first().waitFor();
    expect(await page.content()).not.toContain('a-secret-value');
    await page.getByRole('link', { name: hook.name }).first().click();
    await page.getByRole('heading', { level: 1, name: hook.name }).waitFor();
    await page.goBack();
    await page.setViewportSize({ width: 390, height: 900 });
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    expect(await overflow(page)).toBe(0);
    expect(errors).toEqual([]);
  },
  LONG,
);
