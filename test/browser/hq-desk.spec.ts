import type { Browser, BrowserContext, Page } from 'playwright-core';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { floodNight } from './hq-city.ts';
import { HqServer } from './hq-server.ts';

/** Runs in the page: counts the tones that are begun. */
const COUNT_TONES = `
  globalThis.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...args) {
    globalThis.tones += 1;
    start.apply(this, args);
  };
`;

describe('what only a desk needs', () => {
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

  it('shows how the rules on trial did among the records', async () => {
    await page.getByRole('link', { name: '記録' }).click();
    await page.getByRole('button', { name: /試している規則の成績/ }).click();
    await page.getByRole('row').nth(2).waitFor();
    const rows = await page.getByRole('row').allInnerTexts();
    expect(rows.map((row) => row.split(/\s*\t\s*/))).toEqual([
      ['規則', '警報', '知らせていた経路と回数', '的中', '見逃し', '空振り', '猶予(分)'],
      ['早めの水位 river-early', '4', 'residents-river 9', '2', '1', '2', '45'],
      ['混雑 crowd', '7', '－', '－', '－', '－', '－'],
    ]);
  });

  it('sounds an alarm on every place again and again until somebody answers, and then is silent', async () => {
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

  it('F63: sounds when no channel works any more, and shows where the telephone numbers are, until one works again', async () => {
    const stage = { state: 'ok', since: Date.now(), why: '' } as const;
    const broken = { ...stage, state: 'degraded', why: '応答していません' } as const;
    server.pushStatus({
      ...server.city.status,
      stages: [
        { name: 'line', ...broken },
        { name: 'disaster-mail', ...stage },
      ],
    });
    await page.getByText('一部が止まっています').waitFor();
    expect(await page.getByText('どの手段でも知らせを送れません').count()).toBe(0);
    expect(await tones()).toBe(0);
    server.pushStatus({
      ...server.city.status,
      stages: [
        { name: 'line', ...broken },
        { name: 'disaster-mail', ...broken },
      ],
    });
    await page.getByText('どの手段でも知らせを送れません').waitFor();
    expect(await page.getByRole('link', { name: '電話連絡の一覧（印刷用）' }).getAttribute('href')).toBe('/api/v1/call-list');
    await page.waitForFunction(() => (globalThis as unknown as { tones: number }).tones >= 2);
    server.pushStatus({
      ...server.city.status,
      stages: [
        { name: 'line', ...stage },
        { name: 'disaster-mail', ...broken },
      ],
    });
    await page.getByText('どの手段でも知らせを送れません').waitFor({ state: 'detached' });
  });
});
