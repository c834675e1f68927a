import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { axeOn } from './axe-on.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';

const GAUGE = 'ose-seguchi';

const resident = (name: string): Subscriber => ({
  channel: 'line',
  address: lineId(name),
  language: 'ja',
  districts: ['honmachi'],
  categories: ['flood'],
});
const duty: Subscriber = { channel: 'email', address: 'duty@city.example.jp', language: 'ja', districts: [], categories: ['staff:duty'] };

const row = (page: Page) => page.locator(`[data-gauge="${GAUGE}"]`);
const axe = async (page: Page): Promise<unknown> => {
  const { violations } = await axeOn(page).analyze();
  return violations.map(({ id, nodes }) => ({ id, html: nodes.map((node) => node.html) }));
};

const signIn = async (page: Page, name: string): Promise<void> => {
  await page.getByLabel('利用者名').and(page.locator(':focus')).waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(passwordOf(name));
  await page.keyboard.press('Enter');
  await row(page).waitFor();
};

describe("headquarters' page and the real service", () => {
  let browser: Browser;
  let station: Station;
  const contexts: BrowserContext[] = [];
  /** What the browser complained about: policies, scripts, requests. */
  const complaints: string[] = [];

  beforeAll(async () => {
    await builtPage();
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      subscribers: [resident('midori'), resident('haruto'), resident('aoi'), duty],
      staff: [
        { name: 'duty', role: 'duty' },
        { name: 'decider', role: 'decider' },
        { name: 'viewer', role: 'viewer' },
      ],
    });
    browser = await startChromium();
  });

  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser.close();
    await station.stop();
  });

  /** A PC of its own. The probe whether somebody is signed in is answered with 401, and Chromium tells of it. */
  const open = async (path: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
    contexts.push(context);
    const page = await context.newPage();
    page.on('console', (message) => {
      const probe = message.location().url.endsWith('/api/v1/session') && message.text().includes('401');
      if (['error', 'warning'].includes(message.type()) && !probe) complaints.push(message.text());
    });
    page.on('pageerror', (error) => void complaints.push(error.message));
    await page.goto(`${station.httpUrl}${path}`);
    return page;
  };
  it('shows a river live from the device to the delivered words, and takes an acknowledgement', async () => {
    const page = await open('/hq/');
    await signIn(page, 'duty');
    await row(page).getByText('未受信').waitFor();
    const colleague = await open(`/hq/gauges/${GAUGE}`);
    await signIn(colleague, 'decider');
    const visitor = await open(`/hq/gauges/${GAUGE}`);
    await signIn(visitor, 'viewer');

    const device = await station.gauge(GAUGE);
    await device.reports([4.6, 4.9, 5.05, 5.12]);
    const shown = row(page);
    await shown.getByText('危険水位', { exact: true }).waitFor();
    await shown.getByText('5.12').waitFor();
    await shown.getByText('氾濫開始まで 0.68 m').waitFor();
    await shown.getByText(/^\d+[秒分]前$/).waitFor();
    await page.getByRole('link', { name: /大瀬川 瀬口 危険水位に上昇/ }).waitFor();
    expect(await axe(page)).toEqual([]);

    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByText('2回続けて危険水位(5)以上').waitFor();
    await page.getByRole('button', { name: '根拠の観測値' }).click();
    const evidence = page.getByRole('table').filter({ hasText: '受信' }).getByRole('row');
    expect((await evidence.allTextContents()).join('\n')).toMatch(/5\.05[\s\S]*良[\s\S]*5\.12/);
    expect(await axe(page)).toEqual([]);

    await visitor.getByText('確認済みにできる役割: 運用・当番・決定者・管理者(あなたは閲覧)').waitFor();
    expect(await visitor.getByRole('button', { name: '確認済みにする' }).count()).toBe(0);
    await colleague.getByRole('button', { name: '「瀬口 危険水位」を確認済みにする' }).waitFor();
    await page.keyboard.press('a');
    await page.getByText(/dutyが \d\d:\d\d に確認済み/).waitFor();
    await colleague.getByText(/dutyが \d\d:\d\d に確認済み/).waitFor();
    await row(colleague).getByText('✓確認済').waitFor();

    await station.settled();
    await page.getByRole('link', { name: /大瀬川 瀬口 危険水位に上昇.*LINE 3\/3 受付/ }).click();
    await page.getByText('LINE 3/3 受付').first().waitFor();
    await page.getByText('大瀬川（瀬口）危険水位に到達').first().waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('link', { name: '記録' }).click();
    await page.getByRole('link', { name: '大瀬川 瀬口 危険水位に上昇' }).waitFor();
    expect(await axe(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it('F70 veils itself while the service is stopped, and goes on by itself when it is back', async () => {
    const [page] = contexts[0]!.pages();
    await page!.getByRole('link', { name: '状況' }).click();
    await row(page!).waitFor();
    await station.stopService();
    await page!.getByText('情報が止まっています').waitFor();
    expect(await axe(page!)).toEqual([]);
    await station.restart();
    await page!.getByText('情報が止まっています').waitFor({ state: 'detached' });
    const device = await station.gauge(GAUGE);
    await device.reports([5.9, 5.95]);
    await row(page!).getByText('氾濫開始', { exact: true }).waitFor();
    await row(page!).getByText('氾濫開始を 0.15 m 超過').waitFor();

    await page!.getByRole('button', { name: 'サインアウト' }).click();
    await page!.getByLabel('利用者名').waitFor();
    expect(await page!.evaluate(async () => (await fetch('/api/v1/status')).status)).toBe(401);
    expect(complaints.filter((text) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|401/.test(text))).toEqual([]);
  });

  it('describes its API on a page that keeps to its policy', async () => {
    complaints.length = 0;
    const page = await open('/api');
    await page.getByText('/api/v1/alerts/{id}/acknowledge').first().waitFor();
    await page.getByText('/api/v1/devices/{device}/obs').first().waitFor();
    expect(complaints).toEqual([]);
  });
});
