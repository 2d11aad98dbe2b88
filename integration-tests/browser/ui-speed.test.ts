import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { insertDeliveries } from '../harness/many-rows.ts';
import { settled, startUi, TWO_FRAMES, type Ui } from '../harness/ui.ts';

/*
 * What a first look costs, with nothing kept by the browser: how much is moved on the page while it comes, and how much is
 * sent. Times are told and not judged, for they are the machine's; those of the server are in long-lists.test.ts.
 */

/** kB of page, styles and script of a first load, packed: the budget. What the API answers is as long as its rows are. */
const BUDGET_KB = 300;
/** Cumulative layout shift; 0.1 is what Lighthouse calls good. */
const NO_SHIFT = 0.02;
const ROWS = 200;

let ui: Ui;

beforeAll(async () => {
  ui = await startUi();
  const at = Date.now() - 3_600_000;
  const rows = Array.from({ length: ROWS }, (_, index) => ({ at: new Date(at + index * 10_000), latencyMs: 80 }));
  await insertDeliveries(ui.service.databaseUrl, 'default', rows);
});
afterAll(() => ui?.close());

const WATCH = `
  globalThis.seen = { shift: 0, moved: [], paint: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
      seen.shift += entry.value;
      for (const { node } of entry.sources) seen.moved.push((node?.outerHTML ?? node?.textContent ?? '?').slice(0, 120));
    }
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) seen.paint = startTime;
  }).observe({ type: 'largest-contentful-paint', buffered: true });`;

interface Seen {
  shift: number;
  moved: string[];
  paint: number;
}

test.each([
  ['/', 1440],
  ['/', 390],
  ['/deliveries', 1440],
  ['/deliveries', 390],
] as const)(
  'a first look at %s, %i px wide: nothing moves, and the budget is kept',
  async (path, width) => {
    // A profile of its own with no cache; the session is there, as on every day but the first.
    const { page } = await ui.open('/sign-in', { width });
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.clearBrowserCache');
    // The chart is drawn once the page stands.
    const later = new Set<string>();
    let bytes = 0;
    cdp.on('Network.requestWillBeSent', ({ requestId, request }) => {
      if (/\/v1\/|\/chart-canvas-/.test(request.url)) later.add(requestId);
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      if (!later.has(requestId)) bytes += encodedDataLength;
    });
    await page.addInitScript(WATCH);
    await page.goto(ui.service.url + path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await settled(page);
    // The observers are told after a frame has been drawn, so of the last one after another.
    await page.evaluate(TWO_FRAMES);
    const { shift, moved, paint } = await page.evaluate<Seen>('seen');
    const kb = bytes / 1000;
    process.stderr.write(
      `[ui-speed] ${path} at ${width} px: ${kb.toFixed(0)} of ${BUDGET_KB} kB, shift ${shift.toFixed(4)}, largest paint ` +
        `${paint.toFixed(0)} ms (wanted on an idle machine: 1500)\n`,
    );
    expect({ shift: shift < NO_SHIFT, moved: shift < NO_SHIFT ? [] : moved }).toEqual({ shift: true, moved: [] });
    expect(kb).toBeGreaterThan(50);
    expect(kb).toBeLessThan(BUDGET_KB);
  },
  120_000,
);
