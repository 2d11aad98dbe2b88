import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, ConsoleMessage, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { CACHE_DIR } from './repository.ts';
import { API_KEY, startTestService, type TestService } from './service.ts';

/** The web UI in a browser, on the real service. Needs `npm run ui:build`, which `npm run test:browser` has made. */
export interface Ui {
  service: TestService;
  browser: Browser;
  /** A page in a profile of its own, at a path of the UI, signed in unless `key` is null. */
  open(path: string, options?: UiPageOptions): Promise<UiPage>;
  close(): Promise<void>;
}

export interface UiPageOptions {
  /** Null: nobody is signed in. By default the operator's. */
  key?: string | null;
  width?: number;
  scheme?: 'light' | 'dark';
}

export interface UiPage {
  page: Page;
  /** Errors of the console (a breach of the CSP is one) and uncaught ones; see `isExpected`. */
  errors: string[];
  /** Findings of axe that are serious or critical, as text: [] is what every page must give. */
  axe(): Promise<string[]>;
  /** Pictures of the whole page in both themes at 390 and 1440 px, in `.cache/ui-pictures` or BROWSER_SCREENSHOTS. */
  pictures(name: string): Promise<void>;
}

const WIDTHS = [390, 1440];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = process.env.BROWSER_SCREENSHOTS || join(CACHE_DIR, 'ui-pictures');

/** Starts the service and a browser. @param overrides of the service's options */
export async function startUi(overrides: Parameters<typeof startTestService>[0] = {}): Promise<Ui> {
  const [browser, service] = await Promise.all([startBrowser(), startTestService(overrides)]);
  return {
    service,
    browser,
    open: (path, options = {}) => openUi(browser, service.url, path, options),
    async close() {
      await browser.close();
      await service.close();
    },
  };
}

async function openUi(browser: Browser, url: string, path: string, options: UiPageOptions): Promise<UiPage> {
  const { key = API_KEY, width = 1440, scheme = 'light' } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    locale: 'en-US',
    timezoneId: 'UTC',
    // What moves is in no picture twice alike.
    reducedMotion: 'reduce',
  });
  if (key !== null) await signIn(context, url, key);
  const page = await context.newPage();
  page.setDefaultTimeout(40_000);
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !isExpected(message)) errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(url + path);
  return { page, errors, axe: () => seriousFindings(page), pictures: (name) => takePictures(page, name) };
}

/** The question who is signed in, before anybody is; and a stream that broke off, which polling makes up for. */
function isExpected(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return url.endsWith('/v1/stream') || (url.endsWith('/v1/session') && /\b401\b/.test(message.text()));
}

/** As the sign-in page does, without the page: its cookie is the context's from then on. */
async function signIn(context: BrowserContext, url: string, key: string): Promise<void> {
  const answer = await context.request.post(`${url}/v1/session`, { data: { api_key: key }, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`POST /v1/session answered ${answer.status()}: ${await answer.text()}`);
}

async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<{ violations: Violation[] }>(`axe.run()`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

interface Violation {
  id: string;
  impact: string;
  help: string;
  nodes: { html: string }[];
}

async function takePictures(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const before = page.viewportSize() ?? { width: 1440, height: 900 };
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({
        path: join(PICTURES, `${name}-${colorScheme}-${width}.png`),
        fullPage: true,
        animations: 'disabled',
      });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
}
