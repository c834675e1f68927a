import type { Browser, Page } from 'playwright-core';
import { button } from '#core';
import { loadPlaybook } from '#playbook';
import { lineId, passwordOf, Station } from '../support/station.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { faultsOf, StaffPages, tonesOf } from './staff-page.ts';

const NAM = lineId('Nam');
/** Inside 本町 of the sample city. */
const HONMACHI = { latitude: 34.2925123, longitude: 137.6905123 };

describe('residents and shelters on the page of headquarters', () => {
  let browser: Browser;
  let pages: StaffPages;
  let station: Station;

  beforeAll(async () => {
    await builtPage();
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    pages = new StaffPages(browser);
    station = await Station.start({
      playbook,
      env: { SONAE_LINE_SECRET: 'secret-of-the-station' },
      staff: [
        { name: 'sato', role: 'duty' },
        { name: 'miru', role: 'viewer' },
      ],
    });
    station.line.addUser({ userId: NAM, displayName: 'Nam' });
  });
  afterEach(async () => {
    await pages.close();
    await station.stop();
  });

  const open = (name: string, path: string): Promise<Page> =>
    pages.open(`${station.httpUrl}/hq/${path}`, { name, password: passwordOf(name) });
  const happens = async (type: string, fields: Readonly<Record<string, unknown>>): Promise<void> => {
    const said = await station.line.sendWebhook(`${station.httpUrl}/webhooks/line`, [station.line.eventOf(NAM, type, fields)]);
    expect(said.status).toBe(200);
  };
  const presses = (data: string) => happens('postback', { postback: { data } });

  it('sounds on every place when somebody needs help, until a person says to act on it; the place is on list and map', async () => {
    const page = await open('sato', '');
    // A browser makes no sound on a page that nobody has touched.
    await page.keyboard.press('Shift');
    await presses(button.topic('flooding'));
    await happens('message', { message: { type: 'text', text: '橋の下が<b>膝</b>まで' } });
    await presses(button.topic('needHelp'));
    await happens('message', { message: { type: 'location', ...HONMACHI } });
    await page.getByText('助けを求める通報があります').waitFor();
    await page.waitForFunction(() => (globalThis as unknown as { tones: number }).tones >= 1);
    await page.getByRole('link', { name: '通報を見る' }).click();
    const first = page.getByRole('region', { name: '通報', exact: true }).getByRole('listitem').first();
    await first.getByText('助けが必要').waitFor();
    await first.getByText('本町', { exact: true }).waitFor();
    await first.getByText('北緯 34.2925・東経 137.6905（約10m）').waitFor();
    await page.getByText('橋の下が<b>膝</b>まで').waitFor();
    await page.locator('[data-mark="report"]').waitFor();
    await page.locator('[data-mark="shelter"]').nth(3).waitFor();
    expect(await page.locator('[data-mark="report"]').count()).toBe(1);
    expect(await page.locator('[data-mark="shelter"]').count()).toBe(4);
    expect(await faultsOf(page)).toEqual([]);

    await first.getByRole('button', { name: /への対応を記録する$/ }).click();
    await first.getByLabel('メモ（任意）').fill('消防に連絡');
    await first.getByRole('button', { name: /に対応していると記録する$/ }).click();
    await page.getByText('助けを求める通報があります').waitFor({ state: 'detached' });
    await first.getByText('対応中').waitFor();
    await first.getByText(/^sato が .+ に記録：消防に連絡$/).waitFor();
    const tones = await tonesOf(page);
    await first.getByRole('button', { name: /への対応を記録する$/ }).click();
    await first.getByRole('button', { name: /を終える$/ }).click();
    await page.getByText('終了', { exact: true }).waitFor();
    await page.locator('[data-mark="report"]').waitFor({ state: 'detached' });
    expect(await tonesOf(page)).toBe(tones);

    const looker = await open('miru', 'reports');
    await looker.getByText('（あなたは閲覧）').waitFor();
    expect(await looker.getByText('助けが必要', { exact: true }).count()).toBe(0);
    expect(pages.complaints).toEqual([]);
  });

  it('opens and closes a shelter for everybody who looks, with the note and how full it is', async () => {
    const page = await open('sato', 'shelters');
    const looker = await open('miru', 'shelters');
    await looker.getByText('4か所のうち 0か所を開設中。').waitFor();
    expect(await looker.getByRole('button', { name: /開設・閉鎖を知らせる$/ }).count()).toBe(0);
    const row = page.getByRole('listitem').filter({ hasText: '本町公民館' });
    await row.getByText('人数不明 / 定員 180人').waitFor();
    await row.getByRole('button', { name: '本町公民館 の開設・閉鎖を知らせる' }).click();
    await row.getByLabel(/^伝えること/).fill('南側の入口から');
    expect(await faultsOf(page)).toEqual([]);
    await row.getByRole('button', { name: '「本町公民館」は開いていると知らせる' }).click();
    await looker.getByText('4か所のうち 1か所を開設中。').waitFor();
    await looker.getByText(/^sato が .+ に確認：南側の入口から$/).waitFor();
    const counted = await page.evaluate(async () => {
      const answer = await fetch('/api/v1/gauges/shelter-honmachi/count', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ count: 93 }),
      });
      return answer.status;
    });
    expect(counted).toBeLessThan(300);
    await looker.getByText('93人 / 定員 180人（52%）').waitFor();
    expect(await row.getByRole('link', { name: /^本町公民館 の受付/ }).getAttribute('href')).toBe('/hq/shelters/shelter-honmachi');
    await row.getByRole('button', { name: '本町公民館 の開設・閉鎖を知らせる' }).click();
    await row.getByRole('button', { name: '「本町公民館」は閉まっていると知らせる' }).click();
    await looker.getByText('4か所のうち 0か所を開設中。').waitFor();
    await looker.getByText(/閉鎖$/).waitFor();
    expect(pages.complaints).toEqual([]);
  });
});
