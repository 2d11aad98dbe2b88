import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A page, and what went wrong on it that its reader cannot see. */
export interface WatchedPage {
  page: Page;
  /** Errors on the console and uncaught ones. */
  errors: string[];
  /** Requests that left for another origin than the page's own. */
  foreign: string[];
  /** Keeps a picture in the folder BROWSER_SCREENSHOTS, if that is set. */
  picture(name: string): Promise<void>;
}

/** A name of this machine that browsers trust with nothing by plain http, other than `localhost`. */
export const PLAIN_HOST = 'alerts.example';

/** Starts a real Chromium: CHROMIUM_PATH, or Debian's. Nothing of its own goes over the network. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      // Its sandbox does not work as root; the pages are all ours.
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      `--host-resolver-rules=MAP ${PLAIN_HOST} 127.0.0.1`,
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}

/** Opens a page in a fresh profile. @param url where to go */
export async function openPage(browser: Browser, url: string): Promise<WatchedPage> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: 'en-US', timezoneId: 'UTC' });
  page.setDefaultTimeout(20_000);
  const errors: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (/^https?:$/.test(protocol) && origin !== new URL(url).origin) foreign.push(request.url());
  });
  await page.goto(url);
  return {
    page,
    errors,
    foreign,
    async picture(name) {
      const folder = process.env.BROWSER_SCREENSHOTS;
      if (!folder) return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
    },
  };
}
