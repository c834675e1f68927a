import type { Browser, Page } from 'playwright-core';
import type { Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { faultsOf, StaffPages } from './staff-page.ts';

const pupil: Subscriber = {
  channel: 'line',
  address: lineId('pupil'),
  language: 'ja',
  districts: ['honmachi'],
  categories: ['exercise/flood'],
};

describe('drills on the page of headquarters', () => {
  let browser: Browser;
  let pages: StaffPages;
  let station: Station;

  beforeAll(async () => {
    await builtPage();
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      folder: 'infra/playbooks/mihon',
      subscribers: [pupil],
      staff: [
        { name: 'sato', role: 'duty' },
        { name: 'suzuki', role: 'decider' },
        { name: 'kato', role: 'decider' },
      ],
    });
    browser = await startChromium();
    pages = new StaffPages(browser);
  });
  afterAll(async () => {
    await pages.close();
    await browser.close();
    await station.stop();
  });

  const open = (name: string, path: string): Promise<Page> => pages.open(`${station.httpUrl}${path}`, { name, password: passwordOf(name) });
  const heard = (): readonly string[] => station.line.inboxOf(pupil.address).map(({ text }) => text);

  it('S13: is prepared by one, begun by another, watched as it plays, and ended by anybody on duty with a reason', async () => {
    const [suzuki, kato] = [await open('suzuki', '/hq/drills'), await open('kato', '/hq/drills')];
    await suzuki.getByText('いま行っている訓練も、準備中の訓練もありません。').waitFor();
    const prepare = suzuki.getByRole('button', { name: '「台風の出水訓練」を準備する（まだ始めません）' });
    expect(await prepare.isDisabled()).toBe(true);
    await suzuki.getByLabel('訓練の目的').fill('年に一度の訓練');
    await prepare.click();
    await suzuki.getByText('あなたが準備しました。始めるには、別の決定者か管理者の確認が必要です。').waitFor();
    expect(await suzuki.getByRole('button', { name: '「台風の出水訓練」を始め、参加者に知らせる' }).count()).toBe(0);
    expect(await faultsOf(suzuki)).toEqual([]);
    expect(heard()).toEqual([]);

    await kato.getByRole('button', { name: '「台風の出水訓練」を始め、参加者に知らせる' }).click();
    const running = suzuki.getByRole('article', { name: '台風の出水訓練' });
    await running.getByText(/^訓練の時刻 .+ ・参加 1人$/).waitFor();
    await running.getByText('過去の出水「taifu」を 60倍の速さで流す').waitFor();
    await running.getByText(/^出水の \d+% まで進みました$/).waitFor();
    expect(await running.getByRole('link', { name: '訓練の画面を開く' }).getAttribute('href')).toBe('/drill/hq/');
    expect(await faultsOf(suzuki)).toEqual([]);
    await station.line.until(() => heard().some((text) => text.includes('【訓練】')));

    const inside = await open('sato', '/drill/hq/drills');
    await inside.getByText('訓練の準備と終了は、実運用の画面で行います。').waitFor();
    expect(await inside.locator('[data-drill-frame]').count()).toBe(1);
    await inside.goto(`${station.httpUrl}/drill/hq/reports`);
    await inside.getByText('訓練では、住民からの通報は受けません。').waitFor();

    const sato = await open('sato', '/hq/drills');
    await sato.getByText('訓練を準備し、始められるのは決定者と管理者です（あなたは当番）。').waitFor();
    await sato.getByRole('button', { name: '訓練を終える', exact: true }).click();
    await sato.getByLabel('終える理由').fill('予定より早く済んだ');
    await sato.getByRole('button', { name: '「台風の出水訓練」を終え、参加者に終了を知らせる' }).click();
    await suzuki.getByText('職員が終えた：予定より早く済んだ').waitFor();
    await suzuki.getByText('いま行っている訓練も、準備中の訓練もありません。').waitFor();
    expect(await faultsOf(suzuki)).toEqual([]);
    expect(pages.complaints).toEqual([]);
  });

  it('prepares one of its own, with a past flood at another speed, which can be dropped before it began', async () => {
    const page = await open('kato', '/hq/drills');
    await page.getByLabel('訓練の目的').fill('夜間の連絡');
    await page.getByRole('button', { name: 'ほかの訓練を準備する' }).click();
    await page.getByLabel('訓練の名前').fill('夜の小さな訓練');
    await page.getByLabel(/^長さ/).fill('30');
    await page.getByText(/^いま始めると .+ に終わります。$/).waitFor();
    await page.getByLabel('流す水位').selectOption('taifu');
    await page.getByLabel('速さ（倍）').fill('120');
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'この訓練を準備する（まだ始めません）' }).click();
    const card = page.getByRole('article', { name: '夜の小さな訓練' });
    await card.getByText('過去の出水「taifu」を 120倍の速さで流す').waitFor();
    await card.getByRole('button', { name: '準備をやめる', exact: true }).click();
    await card.getByLabel('終える理由').fill('日を改める');
    await card.getByRole('button', { name: '「夜の小さな訓練」の準備をやめる' }).click();
    await page.getByText('職員が終えた：日を改める').waitFor();
    expect(heard().filter((text) => text.includes('夜の小さな訓練'))).toEqual([]);
    expect(pages.complaints).toEqual([]);
  });
});
