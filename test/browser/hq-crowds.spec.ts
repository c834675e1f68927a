import type { Browser, BrowserContext, Page } from 'playwright-core';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { floodNight } from './hq-city.ts';
import { HqServer } from './hq-server.ts';

describe('a shelter that only a person calls full', () => {
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
    await page.goto(`${server.url}/hq/`);
    await page.locator('[data-gauge="shelter-01"]').click();
  });

  afterEach(async () => {
    await context.close();
    await server.close();
  });

  it('is confirmed full by one button, and takes a count of people otherwise', async () => {
    await page.getByRole('button', { name: '満員と確認' }).click();
    await page.getByText('✓ 記録しました').waitFor();
    await page.getByLabel('中にいる人数').fill('95');
    await page.getByRole('button', { name: 'まだ入れる(人数)' }).click();
    await page.waitForFunction('document.querySelector("input[type=number]").value === ""');
    expect(server.acts).toEqual([
      { path: 'gauges/shelter-01/count', body: { full: true } },
      { path: 'gauges/shelter-01/count', body: { count: 95 } },
    ]);
  });

  it('offers nothing of the kind for a river', async () => {
    await page.locator('[data-gauge="gauge-01"]').click();
    await page.getByRole('heading', { level: 2, name: /./ }).first().waitFor();
    expect(await page.getByRole('button', { name: '満員と確認' }).count()).toBe(0);
  });
});
