import type { Browser, Page } from 'playwright-core';
import { leavingTokenOf } from '#core';
import { loadPlaybook } from '#playbook';
import { Station } from '../support/station.ts';
import { axeOn } from './axe-on.ts';
import { startChromium } from './chromium.ts';

const PHONE = { width: 390, height: 844 };
const HANA = 'hana@docomo.example.jp';

let browser: Browser;
let station: Station;

beforeAll(async () => {
  const { playbook } = await loadPlaybook('infra/playbooks/mihon');
  if (!playbook) throw new Error('the sample city does not check clean');
  station = await Station.start({ playbook, env: { SONAE_MAIL_INBOUND_PORT: '0' } });
  station.mail.offerEntry({ port: station.service.mailPort!, address: 'entry@city.example.jp' });
  browser = await startChromium();
});

afterAll(async () => {
  await browser.close();
  await station.stop();
});

/** A page of a phone whose browser is set to a language, and which runs no script of ours. */
async function phone(locale: string, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await browser.newContext({ viewport: PHONE, locale, colorScheme, hasTouch: true });
  return context.newPage();
}

/** The link in the newest invitation to somebody, on this machine. */
async function linkTo(address: string, n = 1): Promise<string> {
  await station.mail.until((catcher) => catcher.mailsTo(address).length >= n);
  const { text } = await station.mail.mailsTo(address)[n - 1]!.read();
  return `${station.httpUrl}${new URL(/https?:\/\/\S+\/mail\/\S+/.exec(text)![0]).pathname}`;
}

async function expectUsable(page: Page): Promise<void> {
  // The own script of the checker runs in spite of the page's policy, which the browser was told to leave to the page.
  const { violations } = await axeOn(page).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join()).join(' ')}`)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
}

describe('signing up for disaster mail on a phone', () => {
  it('goes from the mailbox page of the demo over the form to the end, with a form that the browser may send', async () => {
    const page = await phone('ja-JP');
    await page.goto(station.mail.url);
    await page.getByLabel('空メールを送る人').fill(HANA);
    await page.getByRole('button', { name: 'へ空メールを送る' }).click();
    await page.getByText('送りました').waitFor();
    await page.goto(await linkTo(HANA));

    await page.getByRole('button', { name: '登録する' }).click();
    await page.getByRole('alert').getByText('地区を1つ以上選んでください。').waitFor();
    await expectUsable(page);
    await page.getByLabel('瀬口').check();
    await page.getByLabel('内容を読み、同意します').check();
    await page.getByRole('button', { name: '登録する' }).click();
    await page.getByText('登録しました').waitFor();
    await expectUsable(page);
    expect(await station.service.adapters.directory.subscriber('disaster-mail', HANA)).toMatchObject({
      language: 'ja',
      districts: ['seguchi'],
    });
    await page.context().close();
  });

  const locales: readonly [string, 'light' | 'dark', string][] = [
    ['ja-JP', 'light', '登録する'],
    ['vi-VN', 'dark', 'Đăng ký'],
    ['zh-TW', 'light', '登記'],
  ];
  it.each(locales)('is read and used in %s (%s)', async (locale, scheme, button) => {
    const address = `${locale.toLowerCase()}@mail.example.jp`;
    const page = await phone(locale, scheme);
    await page.goto(station.mail.url);
    await page.getByLabel('空メールを送る人').fill(address);
    await page.getByRole('button', { name: 'へ空メールを送る' }).click();
    await page.goto(await linkTo(address));
    await page.getByRole('button', { name: button }).waitFor();
    await expectUsable(page);
    expect(await page.getByRole('checkbox').first().isDisabled()).toBe(false);
    const evacuation = page.locator('input[value="evacuation"]');
    expect([await evacuation.isChecked(), await evacuation.isDisabled()]).toEqual([true, true]);
    await page.context().close();
  });

  it('leaves by the page of a mail, and a browser that only looks changes nothing', async () => {
    const { directory, keys } = station.service.adapters;
    await directory.subscribe([
      { channel: 'disaster-mail', address: 'leaving@mail.example.jp', language: 'en', districts: ['seguchi'], categories: ['flood'] },
    ]);
    const { recipient } = (await directory.subscriber('disaster-mail', 'leaving@mail.example.jp'))!;
    const page = await phone('en-GB', 'dark');
    await page.goto(`${station.httpUrl}/u/${leavingTokenOf(keys, recipient)}`);
    await page.reload();
    await expectUsable(page);
    expect(await directory.subscriberOf(recipient)).not.toBeNull();
    await page.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.getByText('You are unsubscribed').waitFor();
    expect(await directory.subscriberOf(recipient)).toBeNull();
    await page.context().close();
  });
});
