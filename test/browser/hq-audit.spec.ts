import type { Browser, Page } from 'playwright-core';
import { loadPlaybook } from '#playbook';
import { codeAt } from '#runtime';
import { passwordOf, secretFor, Station } from '../support/station.ts';
import { axeOn } from './axe-on.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';

const type = async (page: Page, name: string, code: string): Promise<void> => {
  await page.getByLabel('利用者名').fill(name);
  await page.getByLabel('パスワード').fill(passwordOf(name));
  await page.getByLabel('確認コード').fill(code);
  await page.getByRole('button', { name: 'サインイン' }).click();
};
const axe = async (page: Page): Promise<unknown> => {
  const { violations } = await axeOn(page).analyze();
  return violations.map(({ id, nodes }) => ({ id, html: nodes.map((node) => node.html) }));
};

describe('signing in with a code, and the page of who did what', () => {
  let browser: Browser;
  let station: Station;

  beforeAll(async () => {
    await builtPage();
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    station = await Station.start({
      playbook,
      withCodes: true,
      staff: [
        { name: 'admin', role: 'admin' },
        { name: 'viewer', role: 'viewer' },
      ],
    });
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await station.stop();
  });

  const open = async (path: string): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
    const page = await context.newPage();
    await page.goto(`${station.httpUrl}${path}`);
    return page;
  };
  it('S9 lets an administrator in with the code, refuses the password alone, and shows both in sentences', async () => {
    const page = await open('/hq/audit');
    await type(page, 'admin', '');
    await page.getByText('利用者名、パスワード、確認コードのどれかが違います').waitFor();
    expect(await axe(page)).toEqual([]);
    await type(page, 'admin', codeAt(secretFor('admin'), Date.now()));
    await page.getByRole('heading', { name: '監査記録' }).waitFor();
    await page.getByText('admin（管理者）がサインインしました。').waitFor();
    await page.getByText('admin（管理者）がサインインを断られました。').waitFor();
    await page.getByText('理由: wrong code').waitFor();
    await page.getByText(/書き換えや欠けはありません/).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByLabel('種類').selectOption('rights');
    await page.getByText('この種類の記録はありません。').waitFor();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByLabel('Kind').selectOption('signIn');
    await page
      .getByText(/^admin \(.+\) signed in\./)
      .first()
      .waitFor();
  });

  it('is reached from the records by whoever may read it, and by nobody else', async () => {
    const page = await open('/hq/records');
    await type(page, 'viewer', '');
    await page.getByRole('heading', { name: '記録' }).waitFor();
    expect(await page.getByRole('link', { name: /監査記録/ }).count()).toBe(0);
    await page.goto(`${station.httpUrl}/hq/audit`);
    await page.getByText(/監査記録を見られる役割: 監査・管理者/).waitFor();
  });
});
