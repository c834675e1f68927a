import { jest } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { floodNight } from './hq-city.ts';
import { HqServer } from './hq-server.ts';

jest.setTimeout(60_000);

/** Runs in the page: counts the tones that are begun. */
const COUNT_TONES = `
  globalThis.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...args) {
    globalThis.tones += 1;
    start.apply(this, args);
  };
`;

describe('an alarm at the desk', () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: HqServer;
  let page: Page;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    server = await HqServer.start(await builtPage(), floodNight(Date.now()));
    server.signedIn = true;
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
    page = await context.newPage();
    await page.addInitScript({ content: COUNT_TONES });
    await page.goto(`${server.url}/hq/`);
    await page.locator('[data-gauge="gauge-01"]').waitFor();
    // A browser makes no sound on a page that nobody has touched.
    await page.keyboard.press('Shift');
    await page.locator('main').click({ position: { x: 1, y: 1 } });
  });

  afterEach(async () => {
    await context.close();
    await server.close();
  });

  const tones = (): Promise<number> => page.evaluate(() => (globalThis as unknown as { tones: number }).tones);

  it('stands on every place and sounds again and again until somebody answers, and then is silent', async () => {
    expect(await tones()).toBe(0);
    const alert = server.city.gauges[0]!.alerts[0]!;
    server.pushStatus({
      ...server.city.status,
      alarms: [
        {
          alertId: alert.id,
          gauge: 'gauge-01',
          gaugeName: '大瀬川 瀬口',
          stepName: '危険水位',
          status: 'actual',
          since: Date.now() - 60_000,
          answeredBy: [],
          wanted: 1,
        },
      ],
    });
    await page.getByText('だれも応えていない警報があります').waitFor();
    await page.getByText('応答 1人中 0人').waitFor();
    await page.waitForFunction(() => (globalThis as unknown as { tones: number }).tones >= 2);
    await page.getByRole('link', { name: '記録' }).click();
    await page.getByText('だれも応えていない警報があります').waitFor();
    await page.getByRole('button', { name: '対応します' }).click();
    await page.getByText('だれも応えていない警報があります').waitFor({ state: 'detached' });
    expect(server.answered).toEqual([alert.id]);
  });
});
