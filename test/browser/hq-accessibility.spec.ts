import type { Browser, Page } from 'playwright-core';
import { axeOn, axeOnColours } from './axe-on.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { type City, emptyCity, floodNight, lineIsDown } from './hq-city.ts';
import { HqServer } from './hq-server.ts';

const SIZES = { 'at 1280': { width: 1280, height: 800 }, 'at 390': { width: 390, height: 844 } };

interface Scene {
  readonly path: string;
  readonly city?: (now: number) => City;
  readonly set?: (server: HqServer) => void;
  /** Ready when this text stands on the page. */
  readonly ready: string;
  /** Time that has to pass in the page before it looks like this. */
  readonly passMs?: number;
  /** Then shown, after that time or that act. */
  readonly afterwards?: string;
  readonly act?: (page: Page, server: HqServer) => Promise<void>;
}

const transition = encodeURIComponent('river-level@gauge-01#3/3');
const SCENES: Readonly<Record<string, Scene>> = {
  'sign-in': { path: '', set: (server) => (server.signedIn = false), ready: '利用者名' },
  'the situation, empty': { path: '', city: emptyCity, ready: '観測所がまだありません' },
  'the situation, full': { path: '', ready: '瀬口' },
  'the situation, degraded': { path: '', set: (server) => server.pushStatus(lineIsDown(Date.now())), ready: '一部が止まっています' },
  'the situation, cut off': {
    path: '',
    ready: '瀬口',
    passMs: 20_000,
    afterwards: '情報が止まっています',
    act: async (_, server) => server.mute(),
  },
  'a gauge': { path: 'gauges/gauge-01', ready: '確認済みにする' },
  'the state of a device': {
    path: 'gauges/gauge-01',
    ready: '鍵が複製されていないか',
    afterwards: '3分で 4.10 m 変わりました',
    act: (page) => page.getByRole('button', { name: '機器の状態' }).click(),
  },
  'a blind gauge': { path: 'gauges/gauge-04', ready: 'から不明' },
  deliveries: { path: `deliveries?transition=${transition}`, ready: '期限まで受け付けられませんでした' },
  'deliveries that did not arrive': { path: 'deliveries/dead', ready: '期限まで受け付けられませんでした' },
  'shelters, empty': { path: 'shelters', ready: '避難所がまだありません' },
  'reports, empty': { path: 'reports', ready: '通報はまだありません' },
  'drills that cannot be read': { path: 'drills', ready: '読み込めませんでした' },
  'the grounds': { path: `lineage/${transition}`, ready: '受信記録は消去済み' },
  'grounds of nothing': { path: 'lineage/none', ready: '読み込めませんでした' },
  'the acts on an alert': {
    path: 'gauges/gauge-01',
    ready: '確認済みにする',
    afterwards: 'メモを残す',
    act: (page) => page.getByRole('button', { name: 'この警報への対応' }).first().click(),
  },
  'the care of a gauge': {
    path: 'gauges/gauge-01',
    ready: '確認済みにする',
    afterwards: '水位標で確認',
    act: async (page) => {
      await page.getByRole('button', { name: '手入れと記録' }).click();
      await page.getByRole('button', { name: '同じ内容を表で見る' }).click();
      await page
        .getByRole('button', { name: /を訂正$/ })
        .first()
        .click();
      await page.getByLabel('正しい値（m）').waitFor();
    },
  },
  silences: { path: 'silences', ready: '護岸工事のため' },
  records: { path: 'records', ready: '隔離した受信' },
  'the list of keys': { path: '', ready: '瀬口', afterwards: '次・前の観測所', act: (page) => page.keyboard.press('?') },
};

describe("headquarters' page", () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = await builtPage();
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  it.each(Object.keys(SCENES))('gives axe nothing to object to and breaks no policy: %s', async (name) => {
    const scene = SCENES[name]!;
    const server = await HqServer.start(folder, (scene.city ?? floodNight)(Date.now()));
    scene.set?.(server);
    const context = await browser.newContext({ viewport: SIZES['at 1280'], locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
    try {
      const page = await context.newPage();
      const broken: string[] = [];
      page.on('console', (message) => void (/policy|React/.test(message.text()) && broken.push(message.text())));
      page.on('pageerror', (error) => void broken.push(error.message));
      if (scene.passMs) await page.clock.install();
      await page.goto(`${server.url}/hq/${scene.path}`);
      await page.getByText(scene.ready).first().waitFor();
      await scene.act?.(page, server);
      if (scene.passMs) await page.clock.fastForward(scene.passMs);
      if (scene.afterwards) await page.getByText(scene.afterwards).first().waitFor();
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const { violations } = await (colorScheme === 'light' ? axeOn(page) : axeOnColours(page)).analyze();
          const found = violations.map(({ id, nodes }) => ({ size, colorScheme, id, html: nodes.map((node) => node.html) }));
          expect(found).toEqual([]);
        }
        const overflow = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
        expect({ size, overflow }).toEqual({ size, overflow: 0 });
      }
      expect(broken).toEqual([]);
    } finally {
      await context.close();
      await server.close();
    }
  });
});
