import type { Browser, BrowserContext, Page } from 'playwright-core';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { type City, floodNight, region, transition } from './hq-city.ts';
import { HqServer } from './hq-server.ts';
import { reachOf } from './hq-told.ts';

const REGION_GAUGES = 1_000;
/** Product §16 asks for 2 s on a quiet machine, and the figure is printed; the limit only catches what is plainly broken. */
const FIRST_VIEW_MS_MAX = 60_000;

describe('a night on duty', () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: HqServer;
  let page: Page;
  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await context.close();
    await server.close();
  });

  const open = async (city: City, { path = '', signedIn = true, clock = false } = {}) => {
    server = await HqServer.start(await builtPage(), city);
    server.signedIn = signedIn;
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP', timezoneId: 'America/New_York' });
    page = await context.newPage();
    if (clock) await page.clock.install();
    await page.goto(`${server.url}/hq/${path}`);
  };
  const row = (id: string) => page.locator(`[data-gauge="${id}"]`);
  const focused = (id: string) => page.locator(`[data-gauge="${id}"]:focus`).waitFor();
  const order = async () => {
    const places = await page
      .locator('[data-gauge]')
      .evaluateAll((all) => all.map((one) => ({ id: one.getAttribute('data-gauge'), top: one.getBoundingClientRect().top })));
    return places.toSorted((a, b) => a.top - b.top).map((place) => place.id);
  };
  const gauge = (id: string) => server.city.gauges.find((one) => one.id === id)!;

  it('goes from sign-in to an acknowledged alert with the keyboard only', async () => {
    await open(floodNight(Date.now()), { signedIn: false });
    await page.getByLabel('利用者名').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('夜間当番');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('利用者名、パスワード、確認コードのどれかが違います').waitFor();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('mihon-2026');
    await page.keyboard.press('Enter');
    await row('gauge-01').waitFor();

    await page.keyboard.press('j');
    await focused('gauge-01');
    await page.keyboard.press('j');
    await focused('gauge-02');
    await page.keyboard.press('k');
    await focused('gauge-01');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '「瀬口 氾濫開始」を確認済みにする' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/hq/gauges/gauge-01');
    await page.keyboard.press('a');
    await page.getByText('夜間当番が確認済み').waitFor();
    expect(server.acknowledged).toEqual([
      { alert: 'river-level@gauge-01#3', key: expect.stringContaining(encodeURIComponent('river-level@gauge-01#3')) },
    ]);

    await page.keyboard.press('/');
    await page.keyboard.type('桜谷川 横内');
    await row('gauge-01').waitFor({ state: 'detached' });
    expect(await order()).toEqual(['gauge-02']);
    await page.keyboard.press('Escape');
    await row('gauge-01').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('mutes, assigns and notes with the keyboard, and silences a river only with a reason and an end', async () => {
    await open(floodNight(Date.now()));
    await row('gauge-01').click();
    const acts = page.getByRole('button', { name: 'この警報への対応（2件）' }).first();
    await acts.focus();
    await page.keyboard.press('Enter');
    await page.getByText('右岸の水門を閉めた').first().waitFor();
    await page.getByRole('button', { name: '解除まで消音する' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('担当者').first().selectOption('夜間当番');
    await page.getByRole('button', { name: '担当にする' }).first().press('Enter');
    await page.getByLabel('メモ').first().fill('土のうを積んだ');
    await page.getByRole('button', { name: 'メモを残す' }).first().press('Enter');
    await page.getByRole('link', { name: '休止' }).click();
    await page.getByText('silence-2').first().waitFor();
    const begin = page.getByRole('button', { name: '休止を始める' });
    expect(await begin.isDisabled()).toBe(true);
    expect(await page.getByLabel('住民への水位・避難の知らせ').isDisabled()).toBe(true);
    await page.getByLabel('対象').selectOption({ label: '大瀬川 のすべて' });
    await page.getByLabel('期間（7日まで）').selectOption('3');
    expect(await begin.isDisabled()).toBe(true);
    await page.getByLabel('理由（必須）').fill('護岸工事のため');
    await begin.press('Enter');
    await page.waitForFunction(`document.querySelector('textarea')?.value === ''`);
    await page.getByLabel('対象').selectOption({ label: '規則「河川の水位」のすべての警報' });
    await page.getByLabel('期間（7日まで）').selectOption('1');
    await page.getByLabel('理由（必須）').fill('試験のため');
    await begin.press('Enter');
    await page.waitForFunction(`document.querySelector('textarea')?.value === ''`);
    await page.getByRole('button', { name: 'silence-2 を終える' }).press('Enter');
    await page.waitForFunction(`document.querySelector('textarea')?.value === ''`);
    expect(server.acts).toEqual([
      { path: 'alerts/river-level@gauge-01#3/mute', body: null },
      { path: 'alerts/river-level@gauge-01#3/assign', body: { to: '夜間当番' } },
      { path: 'alerts/river-level@gauge-01#3/note', body: { text: '土のうを積んだ' } },
      {
        path: 'silences',
        body: { matcher: { rivers: ['大瀬川'] }, covers: ['staff'], reason: '護岸工事のため', endsAt: expect.any(Number) },
      },
      {
        path: 'silences',
        body: { matcher: { rules: ['river-level'] }, covers: ['staff'], reason: '試験のため', endsAt: expect.any(Number) },
      },
      { path: 'silences/silence-2/end', body: null },
    ]);
  });

  it('F70 lays a veil over the page when the line is lost, and goes on without a gap when it is back', async () => {
    await open(floodNight(Date.now()), { clock: true });
    await row('gauge-05').waitFor();
    server.cut();
    await page.clock.fastForward(16_000);
    await page.getByText('情報が止まっています').waitFor();
    expect(await page.getByRole('alert').filter({ hasText: '時点のものです' }).count()).toBe(1);

    const value = 3.35;
    server.push({ type: 'gauges', gauges: [{ ...gauge('gauge-05'), latest: { ...gauge('gauge-05').latest!, value } }] });
    server.push({ type: 'timeline', items: [{ transition: transition(gauge('gauge-05'), 2, 9, Date.now()), reach: reachOf(0) }] });
    server.push({ type: 'gauges', gauges: [{ ...gauge('gauge-07'), latest: { ...gauge('gauge-07').latest!, value: 1.55 } }] });
    server.mend();
    await page.clock.fastForward(6_000);
    await page.getByText('情報が止まっています').waitFor({ state: 'detached' });
    await row('gauge-05').getByText('3.35').waitFor();
    await row('gauge-07').getByText('1.55').waitFor();
    await page.getByRole('link', { name: '桜谷川 谷口 危険水位に上昇' }).waitFor();
    expect(server.connections).toHaveLength(2);
    expect(server.connections[0]).toBe('');
    expect(Number(server.connections[1])).toBeGreaterThan(0);
  });

  it('F70 counts ages by the server, whatever the clock of the PC says', async () => {
    await open(floodNight(Date.now() - 3_600_000 * 24 * 40), { clock: true });
    server.pushStatus({ ...server.city.status });
    await page.clock.setSystemTime(new Date('2001-01-01T00:00:00Z'));
    // The scripted city is forty days old by the server's clock, and the PC believes to live in 2001.
    expect(await row('gauge-01').getByText('40日前').textContent()).toBe('40日前');
  });

  it('keeps rows in their place under the pointer, says how many would move, and shows them when asked', async () => {
    await open(floodNight(Date.now()));
    await row('gauge-07').waitFor();
    const before = await order();
    await row('gauge-03').hover();
    server.push({ type: 'gauges', gauges: [{ ...gauge('gauge-07'), severity: 300, ratePerHour: 0.77 }] });
    await row('gauge-07').getByText('0.77 m/h').waitFor();
    expect(await order()).toEqual(before);
    await page.getByRole('button', { name: '1 件の変化を表示' }).click();
    await page.getByRole('button', { name: '件の変化を表示' }).waitFor({ state: 'detached' });
    expect((await order())[0]).toBe('gauge-07');
  });

  it('goes to sign-in when the session is over', async () => {
    await open(floodNight(Date.now()));
    await row('gauge-01').waitFor();
    server.signedIn = false;
    server.cut();
    server.mend();
    await page.getByText('サインインの期限が切れました').waitFor();
    expect(await page.locator('[data-gauge]').count()).toBe(0);
  });

  it('shows what was sent and what became of it, from a link alone', async () => {
    await open(floodNight(Date.now()), { path: `deliveries?transition=${encodeURIComponent('river-level@gauge-01#3/3')}` });
    await page.getByText('川の近くにいる人は、川から離れてください。').waitFor();
    await page.getByText('550 5.1.1 宛先がありません').waitFor();
    await page.getByRole('link', { name: 'なぜ' }).click();
    await page.getByText('5.00 m 以上(品質 良)').waitFor();
    expect(decodeURIComponent(new URL(page.url()).pathname)).toBe('/hq/alerts/river-level@gauge-01#3');
  });

  it('shows 1,000 gauges at once and follows them', async () => {
    const city = region(Date.now(), REGION_GAUGES);
    await open(city);
    await row('gauge-01').waitFor();
    const firstViewMs = await page.evaluate(() => performance.now());
    server.push({ type: 'gauges', gauges: city.gauges.map((one) => ({ ...one, ratePerHour: 0.66 })) });
    const pushedAt = performance.now();
    await row('gauge-01').getByText('0.66 m/h').waitFor();
    const updateMs = performance.now() - pushedAt;
    process.stdout.write(
      `first view of 1,000 gauges ${firstViewMs.toFixed(0)} ms; all of them changed and shown after ${updateMs.toFixed(0)} ms\n`,
    );
    expect(await page.getByText(REGION_GAUGES.toLocaleString('en-US')).count()).toBeGreaterThan(0);
    expect((await order()).length).toBeLessThan(60);
    await page.setViewportSize({ width: 390, height: 844 });
    expect((await order()).length).toBeLessThan(60);
    expect(firstViewMs).toBeLessThan(FIRST_VIEW_MS_MAX);
  });
});
