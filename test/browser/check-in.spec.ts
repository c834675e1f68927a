import type { Browser, Page } from 'playwright-core';
import { loadPlaybook } from '#playbook';
import { passwordOf, Station } from '../support/station.ts';
import { axeOn } from './axe-on.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';

const PHONE = { width: 390, height: 844 };
const TABLET = { width: 768, height: 1024 };
const HALL = 'shelter-honmachi';

let browser: Browser;
let station: Station;

beforeAll(async () => {
  await builtPage();
  const { playbook } = await loadPlaybook('infra/playbooks/mihon');
  if (!playbook) throw new Error('the sample city does not check clean');
  station = await Station.start({
    playbook,
    staff: [
      { name: 'mado', role: 'operator' },
      { name: 'miru', role: 'viewer' },
    ],
  });
  browser = await startChromium();
});

afterAll(async () => {
  await browser.close();
  await station.stop();
});

async function expectUsable(page: Page): Promise<void> {
  const { violations } = await axeOn(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join()).join(' ')}`)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
}

/** A tablet at the desk of a shelter. */
async function tablet(name: string, shelter = HALL): Promise<Page> {
  const context = await browser.newContext({ viewport: TABLET, locale: 'ja-JP', hasTouch: true });
  const page = await context.newPage();
  await page.goto(`${station.httpUrl}/hq/shelters/${shelter}`);
  await page.getByLabel('利用者名').fill(name);
  await page.getByLabel('パスワード').fill(passwordOf(name));
  await page.getByRole('button', { name: 'サインイン' }).click();
  return page;
}

const total = (page: Page) => page.getByTestId('total');
const expectTotal = async (page: Page, text: string): Promise<void> => {
  await total(page).filter({ hasText: text }).waitFor();
};

describe('checking in, on glass', () => {
  it('goes from the sheet at the door over one press to the way out, without script, in the language of the phone', async () => {
    const desk = await tablet('mado');
    await total(desk).waitFor();
    await desk.getByRole('button', { name: '入口のQRコード' }).click();
    const opened = desk.context().waitForEvent('page');
    await desk.getByRole('link', { name: '用紙を開いて印刷する' }).click();
    const sheet = await opened;
    await sheet.getByText('携帯電話で読み取り、人数を押してください').waitFor();
    await expectUsable(sheet);
    const { door } = (await (await desk.request.get(`${station.httpUrl}/api/v1/shelters/${HALL}/check-ins`)).json()) as {
      door: { url: string };
    };

    const context = await browser.newContext({ viewport: PHONE, locale: 'vi-VN', hasTouch: true, javaScriptEnabled: false });
    const phone = await context.newPage();
    await phone.goto(`${station.httpUrl}${new URL(door.url).pathname}`);
    await phone.getByRole('button', { name: '4 người' }).tap();
    await phone.getByText('Đã đăng ký').waitFor();
    await phone.reload();
    await expectTotal(desk, '1世帯 4人');
    // The way back leads to no button that would count the family another time.
    await phone.goBack();
    expect(await phone.getByRole('button').count()).toBe(0);
    await phone.getByRole('link', { name: 'Điện thoại này đã đăng ký (số 1)' }).tap();
    await phone.getByText('Đã đăng ký').waitFor();
    await phone.getByLabel('Tôi đã đọc và đồng ý cho gia đình hỏi').check();
    await phone.getByRole('button', { name: 'Nhận mã gia đình' }).tap();
    const code = await phone.locator('.code').innerText();
    const family = await context.newPage();
    await family.goto(`${station.httpUrl}/family?lang=ja`);
    await family.getByLabel('家族から受け取った家族コードを入れてください。').fill(code.toLowerCase());
    await family.getByRole('button', { name: '調べる' }).tap();
    await family.getByText('避難所にいます').waitFor();
    await phone.getByRole('button', { name: 'Ra về' }).tap();
    await phone.getByText('Đã ghi nhận bạn ra về').waitFor();
    await expectTotal(desk, '0世帯 0人');
    await context.close();
    await desk.context().close();
  });

  it.each(['light', 'dark'] as const)('can be read and used by everybody (%s)', async (colorScheme) => {
    const desk = await tablet('mado');
    await total(desk).waitFor();
    const { door } = (await (await desk.request.get(`${station.httpUrl}/api/v1/shelters/${HALL}/check-ins`)).json()) as {
      door: { url: string };
    };
    await desk.emulateMedia({ colorScheme });
    await expectUsable(desk);
    const context = await browser.newContext({ viewport: PHONE, locale: 'ja-JP', colorScheme });
    const phone = await context.newPage();
    let read = 0;
    for (const lang of ['ja', 'ja-easy', 'en', 'zh-Hans', 'zh-Hant', 'ko', 'vi', 'pt']) {
      await phone.goto(`${station.httpUrl}${new URL(door.url).pathname}?lang=${lang}`);
      await expectUsable(phone);
      await phone.locator('button[value="2"]').first().click();
      await phone.locator('.figure').waitFor();
      await expectUsable(phone);
      await phone.goto(`${station.httpUrl}/family?lang=${lang}`);
      await expectUsable(phone);
      await context.clearCookies();
      read += 1;
    }
    expect(read).toBe(8);
    await context.close();
    await desk.context().close();
  });

  it('counts on while the line is cut, keeps what waits over a reload, and counts each press once', async () => {
    const page = await tablet('mado', 'shelter-kitahara');
    await expectTotal(page, '0世帯 0人');
    const press = async (persons: number): Promise<void> => {
      await page.getByRole('button', { name: `1世帯 ${persons}人を数える` }).tap();
      // The buttons rest after a press.
      await page.getByRole('button', { name: '1世帯 1人を数える', disabled: false }).waitFor();
    };
    // Accepted, and the answer is lost on the way: the worst case of a bad network.
    let lost = 0;
    await page.route('**/check-ins', async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      lost += 1;
      await route.fetch();
      await route.abort('connectionreset');
    });
    await press(4);
    await page.getByText('まだ届いていない操作 1件').waitFor();
    await page.getByText('通信が切れています').waitFor();
    await press(3);
    await page.getByText('まだ届いていない操作 2件').waitFor();
    expect(lost).toBeGreaterThan(0);
    await page.unrouteAll({ behavior: 'wait' });
    await page.reload();
    await expectTotal(page, '2世帯 7人');
    await page.getByText('まだ届いていない操作').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: '2番 3人 退所' }).tap();
    await expectTotal(page, '1世帯 4人');
    await page.getByRole('button', { name: '取り消す' }).first().tap();
    await expectTotal(page, '2世帯 7人');
    await page.getByRole('button', { name: '人数を訂正する' }).tap();
    await page.getByLabel('世帯数').last().fill('3');
    await page.getByLabel('人数', { exact: true }).last().fill('9');
    await page.getByLabel('理由').fill('巡回して数えた');
    await page.getByRole('button', { name: '3世帯 9人に訂正する' }).tap();
    await expectTotal(page, '3世帯 9人');
    await page.getByRole('listitem').filter({ hasText: '巡回して数えた' }).waitFor();
    await page.context().close();
  });

  it('says to whoever may not count that they may not', async () => {
    const page = await tablet('miru');
    await page.getByText('役割「閲覧」は受付をできません。').waitFor();
    expect(await page.getByRole('button', { name: /を数える$/ }).count()).toBe(0);
    await page.context().close();
  });
});
