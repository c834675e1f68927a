import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import type { Playbook, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { OrderDetailDto } from '#wire';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { faultsOf, StaffPages } from './staff-page.ts';

const UNDO_MS = 5_000;
const HOUR_MS = 3_600_000;
const PATIENCE_MS = 120_000;
const byLine: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };
const byMail: Subscriber = { ...byLine, channel: 'disaster-mail', address: 'obaa@example.jp', districts: ['kawara'] };

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(50);
  }
}

describe('whom messages reached, on the page of headquarters', () => {
  let browser: Browser;
  let pages: StaffPages;
  let clock: SteeredClock;
  let station: Station;

  beforeAll(async () => {
    await builtPage();
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  async function begin(change: (playbook: Playbook) => Playbook = (playbook) => playbook): Promise<void> {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    clock = new SteeredClock(Date.parse('2026-07-01T02:00:00+09:00'));
    pages = new StaffPages(browser);
    station = await Station.start({
      playbook: change(playbook),
      clock,
      subscribers: [byLine, byMail],
      staff: [
        { name: 'sato', role: 'duty' },
        { name: 'suzuki', role: 'decider' },
        { name: 'mori', role: 'decider' },
      ],
    });
  }
  afterEach(async () => {
    await pages.close();
    await station.stop();
  });

  const open = (name: string, path: string): Promise<Page> =>
    pages.open(`${station.httpUrl}/hq/${path}`, { name, password: passwordOf(name) });

  async function as(name: string): Promise<(path: string, ask?: object) => Promise<OrderDetailDto>> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ user: name, password: passwordOf(name) });
    const signed = await fetch(`${station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
    const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    return async (path, ask) => {
      const method = ask ? 'POST' : 'GET';
      const sent = { method, headers: { cookie, ...(ask && headers) }, ...(ask && { body: JSON.stringify(ask) }) };
      return (await (await fetch(`${station.httpUrl}/api/v1/orders${path}`, sent)).json()) as OrderDetailDto;
    };
  }

  /** 本町, 河原 and 港町 are told to leave. */
  async function give(): Promise<void> {
    const [suzuki, mori] = [await as('suzuki'), await as('mori')];
    const { id } = await suzuki('', { preset: 'ose-lower' });
    for (const yes of [suzuki, mori]) await yes(`/${id}/confirm`, { version: (await yes(`/${id}`)).version });
    clock.moveTo(clock.now() + UNDO_MS);
    await until(async () => (await suzuki(`/${id}`)).state === 'given');
  }
  const heard = (): readonly string[] => station.line.inboxOf(byLine.address).map(({ text }) => text);

  it('F69: sounds a minute after an order that a channel did not take, leads to its reach, and is still when it was taken', async () => {
    await begin();
    station.line.failAll('error503');
    const page = await open('sato', '');
    await page.keyboard.press('Shift');
    await give();
    expect(await page.getByText('発令がまだ全員に届いていません').count()).toBe(0);
    await station.line.until(() => station.line.requests.length > 0, PATIENCE_MS);
    const { ledger } = station.service.adapters;
    await until(async () => (await ledger.deliveries({ channel: 'disaster-mail', state: 'sent', limit: 1 })).length > 0);
    clock.moveTo(clock.now() + 61_000);
    await page.getByText('発令がまだ全員に届いていません').waitFor();
    await page.getByText('LINE：1人について、受け付けられたことを確認できていません').waitFor();
    await page.waitForFunction(() => (globalThis as unknown as { tones: number }).tones >= 1);
    await page.getByRole('link', { name: '届き方を見る' }).click();
    await page.getByText('防災メール：1人中 1人に受け付けられた').waitFor();
    await page.getByText(/^LINE：1人中 0人に受け付けられた ・(不明|待ち) 1$/).waitFor();
    // The district with the fewest reached stands first; that nobody subscribed from there hides nothing.
    const rows = await page
      .getByRole('region', { name: /^地区ごと/ })
      .getByRole('row')
      .allInnerTexts();
    expect(rows.slice(1).map((row) => row.split(/\s+/)[0])).toEqual(expect.arrayContaining(['本町', '河原', '港町']));
    expect(rows.find((row) => row.startsWith('本町'))).toMatch(/LINE 0\/1/);
    expect(await faultsOf(page)).toEqual([]);
    const sheet = await page.getByRole('link', { name: '広報車のための表（CSV）' }).getAttribute('href');
    const text = await page.evaluate(async (from) => (await fetch(from)).text(), sheet!);
    expect(text.split('\r\n')[0]).toContain('地区コード');
    expect(text).toContain('"本町"');
    const calls = await page.getByRole('link', { name: '電話連絡の一覧（印刷用）' }).getAttribute('href');
    expect(await page.evaluate(async (from) => (await fetch(from)).text(), calls!)).toContain('見本市 電話連絡の一覧');

    station.line.failAll(null);
    clock.moveTo(clock.now() + 10 * 60_000);
    await page.getByText('発令がまだ全員に届いていません').waitFor({ state: 'detached', timeout: PATIENCE_MS });
    await page.getByText(/^LINE：1人中 1人に受け付けられた/).waitFor();
    expect(heard()).toHaveLength(1);
    expect(pages.complaints).toEqual([]);
  });

  it('F54: works off what never arrived: nothing without a reason, and tried again it arrives once', async () => {
    await begin((playbook) => {
      const orders = playbook.orders!;
      return { ...playbook, orders: { ...orders, residents: { ...orders.residents, expiresAfterMs: 30 * HOUR_MS } } };
    });
    station.line.failAll('error503');
    await give();
    await station.line.until(() => station.line.requests.length > 0, PATIENCE_MS);
    clock.moveTo(clock.now() + 22 * HOUR_MS);
    const page = await open('sato', 'deliveries');
    await page.getByRole('link', { name: '届かなかった配信 1 件を片づける' }).click({ timeout: PATIENCE_MS });
    await page.getByText(/安全に再送できる時間を過ぎました/).waitFor();
    await page.getByRole('checkbox').check();
    expect(await page.getByRole('button', { name: '選んだ 1 件を送り直す' }).isDisabled()).toBe(true);
    await page.getByLabel(/^理由/).fill('LINE が直った');
    expect(await faultsOf(page)).toEqual([]);
    station.line.failAll(null);
    await page.getByLabel('対象').selectOption('LINE のすべて');
    await page.getByRole('button', { name: 'LINE のすべてを送り直す' }).click();
    await page.getByText('1 件を片づけました。').waitFor();
    await page.getByText('届かなかった配信はありません。').waitFor();
    await station.line.until(() => heard().length > 0, PATIENCE_MS);
    expect(heard()).toHaveLength(1);
    expect(pages.complaints).toEqual([]);
  });

  it('F20: says that sending is held, and lets a decider alone release it, with a reason', async () => {
    await begin();
    await station.service.adapters.ledger.holdDispatch({ at: clock.now(), why: 'バックアップから戻しました' });
    await station.restart();
    await give();
    const duty = await open('sato', 'deliveries');
    await duty.getByText('送信を再開できるのは決定者と管理者です（あなたは当番）。').waitFor();
    const page = await open('suzuki', 'deliveries');
    await page.getByText(/から：バックアップから戻しました$/).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(heard()).toEqual([]);
    await page.getByLabel('再開する理由').fill('記録と突き合わせた');
    await page.getByRole('button', { name: '送信を再開する' }).click();
    await page.getByRole('heading', { name: '送信を止めています' }).waitFor({ state: 'detached' });
    await station.line.until(() => heard().length > 0, PATIENCE_MS);
    expect(pages.complaints).toEqual([]);
  });
});
