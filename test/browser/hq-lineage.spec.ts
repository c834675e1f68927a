import type { Browser } from 'playwright-core';
import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { axeOn } from './axe-on.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';

const midori: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };

describe('promise 8 the page of the grounds and the real service', () => {
  let browser: Browser;
  let station: Station;

  beforeAll(async () => {
    await builtPage();
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({ playbook, subscribers: [midori], staff: [{ name: 'viewer', role: 'viewer' }] });
    browser = await startChromium();
  });

  afterAll(async () => {
    await browser.close();
    await station.stop();
  });

  it('leads from an alert and from a delivery to the readings, in both languages, and onto paper', async () => {
    const device = await station.gauge('ose-seguchi');
    await device.reports([4.6, 4.9, 5.05, 5.12]);
    await station.settled();
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
    const page = await context.newPage();
    await page.goto(`${station.httpUrl}/hq/gauges/ose-seguchi`);
    await page.getByLabel('利用者名').fill('viewer');
    await page.getByLabel('パスワード').fill(passwordOf('viewer'));
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: '根拠の観測値' }).click();
    // While the water stands at its highest, the value itself says so.
    expect(await page.getByText(/^最高 /).count()).toBe(0);
    await page.getByRole('link', { name: '根拠をたどる' }).click();
    await page.getByRole('heading', { name: '配信から観測までの根拠' }).waitFor();
    await page.getByText(/^最高 5\.12 m\(\d\d:\d\d\)$/).waitFor();
    const chain = page.getByRole('article');
    await chain.getByText('2回続けて危険水位(5)以上').first().waitFor();
    await chain.getByRole('cell', { name: '5.12' }).first().waitFor();
    await chain.getByText('大瀬川（瀬口）危険水位に到達').first().waitFor();
    await chain.getByText('宛先は一部を伏せています').waitFor();
    expect(await chain.innerText()).not.toContain(midori.address);
    expect((await axeOn(page).analyze()).violations).toEqual([]);

    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
    const main = page.locator('main');
    const hidden = await main.evaluate((element) => element.scrollHeight - element.clientHeight);
    const [below] = await page.locator('html').evaluateAll(([html]) => [html!.scrollHeight, html!.clientHeight]);
    expect({ hidden, longer: below! > 800 }).toEqual({ hidden: 0, longer: true });
    await page.emulateMedia({ media: 'screen' });

    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'From the delivery back to the readings' }).waitFor();
    await page.getByRole('link', { name: 'Deliveries' }).click();
    await page
      .getByRole('link', { name: /LINE 1\/1 accepted/ })
      .first()
      .click();
    await page.getByRole('link', { name: /^Trace the grounds \(delivery \d+\)$/ }).click();
    await page.getByRole('heading', { name: 'From the delivery back to the readings' }).waitFor();
    expect(decodeURIComponent(page.url())).toMatch(/\/hq\/lineage\/river-level@ose-seguchi#1\/\d\/.+\/ja\/line\/[0-9a-f]{16}$/);
    await context.close();
  });
});
