import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openPage, startBrowser } from '../harness/browser.ts';
import { startTestService, type TestService } from '../harness/service.ts';

let browser: Browser;
let service: TestService;

beforeAll(async () => {
  [browser, service] = await Promise.all([startBrowser(), startTestService()]);
});

afterAll(async () => {
  await browser?.close();
  await service?.close();
});

test('/docs shows every operation of the API, with nothing from another host', async () => {
  const { page, errors, foreign, picture } = await openPage(browser, `${service.url}/docs`);
  const { paths } = (await service.api.get('/openapi.json')).body as { paths: Record<string, object> };
  const operations = Object.values(paths).flatMap((methods) => Object.keys(methods)).length;
  await page
    .locator('.opblock')
    .nth(operations - 1)
    .waitFor();
  expect(await page.locator('.opblock').count()).toBe(operations);
  expect(operations).toBeGreaterThan(15);
  await picture('docs');

  // An operation opens and can be tried from the page, with the key entered there.
  await page
    .getByRole('button', { name: /authorize/i })
    .first()
    .click();
  await picture('docs-authorize');
  await page.keyboard.press('Escape');
  await page.locator('.opblock', { hasText: '/v1/dead-letters/{id}/retry' }).click();
  await page.getByText('Send a dead letter again').first().waitFor();
  await picture('docs-operation');
  expect(errors).toEqual([]);
  expect(foreign).toEqual([]);
});
