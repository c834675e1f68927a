import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import type { DrillDto } from '#wire';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { axeOn } from './axe-on.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';

const PATIENCE_MS = 120_000;
const pupil: Subscriber = {
  channel: 'line',
  address: lineId('pupil'),
  language: 'ja',
  districts: ['honmachi'],
  categories: ['exercise/flood'],
};

const axe = async (page: Page): Promise<unknown> => {
  const { violations } = await axeOn(page).analyze();
  return violations.map(({ id, nodes }) => ({ id, html: nodes.map((node) => node.html) }));
};
const frame = (page: Page) => page.locator('[data-drill-frame]');

/** Minutes of the day by the clock of the page. */
const minutesOf = async (page: Page): Promise<number> => {
  const [hours, minutes] = (await page.locator('header time').innerText()).split(':').map(Number);
  return hours! * 60 + minutes!;
};

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(100);
  }
}

async function signIn(page: Page, name: string): Promise<void> {
  await page.getByLabel('利用者名').and(page.locator(':focus')).waitFor();
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(passwordOf(name));
  await page.keyboard.press('Enter');
  await page.locator('[data-gauge="ose-seguchi"]').waitFor();
}

describe("headquarters' page in a drill", () => {
  let browser: Browser;
  let context: BrowserContext;
  let station: Station;
  const complaints: string[] = [];

  beforeAll(async () => {
    await builtPage();
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      folder: 'infra/playbooks/mihon',
      subscribers: [pupil],
      staff: [
        { name: 'duty', role: 'duty' },
        { name: 'suzuki', role: 'decider' },
        { name: 'kato', role: 'decider' },
      ],
    });
    browser = await startChromium();
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
  });

  afterAll(async () => {
    await context.close();
    await browser.close();
    await station.stop();
  });

  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage();
    page.on('console', (message) => {
      const probe = message.location().url.endsWith('/api/v1/session') && message.text().includes('401');
      if (['error', 'warning'].includes(message.type()) && !probe) complaints.push(message.text());
    });
    page.on('pageerror', (error) => void complaints.push(error.message));
    await page.goto(`${station.httpUrl}${path}`);
    return page;
  };

  async function post(name: string, where: string, ask: object): Promise<DrillDto> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ user: name, password: passwordOf(name) });
    const signed = await fetch(`${station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
    const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    const answer = await fetch(`${station.httpUrl}/api/v1/${where}`, {
      method: 'POST',
      headers: { cookie, ...headers },
      body: JSON.stringify(ask),
    });
    return (await answer.json()) as DrillDto;
  }

  it('F67: has a frame and the word in every corner from the sign-in on, its own sign-in, and its own time', async () => {
    const real = await open('/hq/');
    await signIn(real, 'duty');
    expect(await frame(real).count()).toBe(0);

    const prepared = await post('suzuki', 'drills', { usual: 'taifu', reason: '年に一度の訓練' });
    await post('kato', `drills/${prepared.id}/confirm`, {});
    await real.getByRole('link', { name: '訓練中：台風の出水訓練' }).waitFor();

    // The same browser, in which somebody is signed in to real life.
    const drill = await open('/drill/hq/');
    await frame(drill).waitFor();
    await drill.waitForFunction(`document.title.includes('【訓練】')`);
    expect(await frame(drill).getByText('訓練').count()).toBe(4);
    await signIn(drill, 'duty');
    await drill.getByText(/台風の出水訓練（60倍速・実際の時刻 \d\d:\d\d）/).waitFor();
    expect(await frame(drill).getByText('訓練').count()).toBe(4);
    await drill
      .locator('[data-gauge="ose-seguchi"]')
      .getByText(/^\d\.\d\d$/)
      .first()
      .waitFor();
    expect(await axe(drill)).toEqual([]);

    const clock = drill.locator('header time');
    const [began, shown] = [await minutesOf(drill), await clock.innerText()];
    await until(async () => Math.abs((await minutesOf(drill)) - began) >= 3);
    expect(await clock.innerText()).not.toBe(shown);
    await real.locator('[data-gauge="ose-seguchi"]').getByText('未受信').waitFor();
    expect(complaints).toEqual([]);
  });
});
