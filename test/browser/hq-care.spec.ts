import type { Browser, BrowserContext, Page } from 'playwright-core';
import { loadPlaybook } from '#playbook';
import { passwordOf, Station } from '../support/station.ts';
import { axeOn } from './axe-on.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';

const GAUGE = 'ose-seguchi';
const MINUTE = 60_000;

/** Opens what is folded, by the keyboard. */
const unfold = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).press('Enter');
const axe = async (page: Page): Promise<unknown> => {
  const { violations } = await axeOn(page).analyze();
  return violations.map(({ id, nodes }) => ({ id, html: nodes.map((node) => node.html) }));
};

describe('the care of a gauge on the page of headquarters, by the real service', () => {
  let browser: Browser;
  let station: Station;
  const contexts: BrowserContext[] = [];

  beforeAll(async () => {
    await builtPage();
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      staff: [
        { name: 'keeper', role: 'operator' },
        { name: 'looker', role: 'viewer' },
      ],
    });
    browser = await startChromium();
    // A value that no water has, between two that stand.
    const levels = [3.1, 3.9, 3.12];
    const reports = levels.map((level, index) => ({ seq: index, t: Date.now() - (levels.length - index) * 10 * MINUTE, level }));
    const response = await fetch(`${station.httpUrl}/api/v1/devices/${GAUGE}/obs`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${GAUGE}:${station.keys[GAUGE]!}`).toString('base64')}`,
      },
      body: JSON.stringify(reports),
    });
    if (!response.ok) throw new Error(`the report was refused: ${response.status}`);
    await station.settled();
  });

  afterAll(async () => {
    for (const context of contexts) await context.close();
    await browser.close();
    await station.stop();
  });

  const open = async (name: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`${station.httpUrl}/hq/gauges/${GAUGE}`);
    await page.locator('input').first().and(page.locator(':focus')).waitFor();
    await page.keyboard.type(name);
    await page.keyboard.press('Tab');
    await page.keyboard.type(passwordOf(name));
    await page.keyboard.press('Enter');
    return page;
  };
  const logbook = async () => {
    const { logbook: kept } = station.service.adapters;
    return (await kept.entries({ gauge: GAUGE, limit: 20 })).toReversed();
  };

  it('corrects a reading of the table, takes it back, writes a note and puts the gauge into maintenance, by the keyboard', async () => {
    const page = await open('keeper');
    await unfold(page, '同じ内容を表で見る');
    await page.getByRole('button', { name: /の 3\.90 m を訂正$/ }).press('Enter');
    // The focus waits in the field, so that whoever types goes on at once.
    await page.getByLabel('正しい値（m）').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('3.11');
    const correct = page.getByRole('button', { name: '訂正する' });
    expect(await correct.isDisabled()).toBe(true);
    await page.getByLabel('訂正の理由（必須）').fill('水位標で確認');
    expect(await axe(page)).toEqual([]);
    await correct.press('Enter');
    await page.getByRole('cell', { name: '訂正 3.11 m(keeper)' }).waitFor();
    await correct.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: /の 3\.90 m を訂正$/ }).press('Enter');
    await page.getByLabel('訂正の理由（必須）').fill('見まちがい');
    await page.getByRole('button', { name: '訂正を取り消す' }).press('Enter');
    await page.getByRole('cell', { name: '訂正 3.11 m(keeper)' }).waitFor({ state: 'detached' });

    await unfold(page, '手入れと記録');
    await page.getByLabel('この観測所で気づいたこと').fill('草が絡んでいます');
    await page.getByRole('button', { name: '記録に残す' }).press('Enter');
    await page.getByRole('listitem').filter({ hasText: '草が絡んでいます' }).waitFor();

    const begin = page.getByRole('button', { name: '保守中にする' });
    await page.getByLabel('保守の時間').selectOption('3');
    expect(await begin.isDisabled()).toBe(true);
    await page.getByLabel('保守の内容（必須）').fill('センサー清掃');
    await begin.press('Enter');
    await page.getByText('・センサー清掃 (keeper)').waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole('button', { name: '保守を終える' }).press('Enter');
    await page.getByText('・センサー清掃 (keeper)').waitFor({ state: 'detached' });

    expect(await logbook()).toMatchObject([
      { kind: 'correction', was: 3.9, value: 3.11, reason: '水位標で確認', by: 'keeper' },
      { kind: 'correction', value: null, reason: '見まちがい' },
      { kind: 'note', reason: '草が絡んでいます' },
      { kind: 'maintenance', reason: 'センサー清掃' },
      { kind: 'maintenanceEnded' },
    ]);
  });

  it('speaks English, and offers nothing to whoever may only look', async () => {
    const page = await open('keeper');
    await page.getByRole('button', { name: 'English' }).click();
    await unfold(page, 'Care and logbook');
    await page.getByRole('button', { name: 'Put into maintenance' }).waitFor();
    await page.getByLabel('Noticed at this gauge').waitFor();

    const looking = await open('looker');
    await unfold(looking, '手入れと記録');
    await looking.getByRole('listitem').filter({ hasText: '草が絡んでいます' }).waitFor();
    await unfold(looking, '同じ内容を表で見る');
    await looking.getByRole('cell', { name: '3.90' }).waitFor();
    for (const name of ['保守中にする', '記録に残す']) expect(await looking.getByRole('button', { name }).count()).toBe(0);
    expect(await looking.getByRole('button', { name: /訂正/ }).count()).toBe(0);
  });
});
