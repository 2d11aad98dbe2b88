import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, BrowserContext, ConsoleMessage, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { CACHE_DIR } from './repository.ts';
import { API_KEY, startTestService, type TestService } from './service.ts';
import { until } from './until.ts';

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
  /** The person's; UTC by default. */
  timezone?: string;
}

export interface UiPage {
  page: Page;
  /** Errors of the console (a breach of the CSP is one) and uncaught ones; see `isExpected`. */
  errors: string[];
  /** Findings of axe that are serious or critical, as text: [] is what every page must give. */
  axe(): Promise<string[]>;
  /** Pictures of the whole page in both themes at 390 and 1440 px, in `.cache/ui-pictures` or BROWSER_SCREENSHOTS. */
  pictures(name: string): Promise<void>;
  /** The same pictures, and what is wrong in any of them: findings of axe in both themes, a page wider than its window. */
  look(name: string): Promise<string[]>;
}

const WIDTHS = [390, 1440];
/** Until what the page was told has been drawn. */
export const TWO_FRAMES = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where pictures of pages are kept. */
export const PICTURES = process.env.BROWSER_SCREENSHOTS || join(CACHE_DIR, 'ui-pictures');

/** Resolves once nothing of a page is on its way any more. */
export async function settled(page: Page): Promise<void> {
  // Not `waitForFunction`, which evaluates in the page, where the CSP forbids it.
  const isLoading = `document.querySelector('[role=status][aria-label^="Loading"], [aria-busy=true]') !== null`;
  await until(async () => !(await page.evaluate(isLoading)), `${page.url()} to have loaded`);
}

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
  const { key = API_KEY, width = 1440, scheme = 'light', timezone = 'UTC' } = options;
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    locale: 'en-US',
    timezoneId: timezone,
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
  return {
    page,
    errors,
    axe: () => seriousFindings(page),
    pictures: (name) => takePictures(page, name),
    look: (name) => lookAt(page, name),
  };
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
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  // Of what is in order, which nobody reads, it would otherwise describe every element.
  const { violations } = await page.evaluate<{ violations: Violation[] }>(`axe.run({ resultTypes: ['violations'] })`);
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

function takePictures(page: Page, name: string): Promise<void> {
  return inEveryForm(page, (form) => takePicture(page, `${name}-${form}`));
}

async function lookAt(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  await inEveryForm(page, async (form) => {
    await takePicture(page, `${name}-${form}`);
    const tooWide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    if (tooWide !== 0) found.push(`${name}-${form}: ${tooWide} px wider than the window`);
    // Each theme once, and each width.
    if (form === 'light-1440' || form === 'dark-390')
      found.push(...(await seriousFindings(page)).map((finding) => `${name}-${form}: ${finding}`));
  });
  return found;
}

/** The rest of a long list is more of the same, and takes a second for each picture. */
const MOST_HEIGHT = 2_400;

async function takePicture(page: Page, name: string): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  const height = await page.evaluate<number>('document.documentElement.scrollHeight');
  const path = join(PICTURES, `${name}.png`);
  const clip = { x: 0, y: 0, width, height: Math.min(height, MOST_HEIGHT) };
  await page.screenshot({ path, fullPage: true, clip, animations: 'disabled' });
}

/** Both themes at each width, named as `dark-390`; then the page is as before. */
async function inEveryForm(page: Page, visit: (form: string) => Promise<void>): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  const before = page.viewportSize() ?? { width: 1440, height: 900 };
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      // Charts are drawn anew, in the frame after.
      await page.evaluate(TWO_FRAMES);
      await visit(`${colorScheme}-${width}`);
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
}
