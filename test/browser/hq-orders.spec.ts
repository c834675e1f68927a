import type { Browser, Locator, Page } from 'playwright-core';
import type { Role, Subscriber } from '#core';
import { loadPlaybook } from '#playbook';
import { codeAt } from '#runtime';
import type { OrderDetailDto } from '#wire';
import { lineId, passwordOf, secretFor, Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';
import { builtPage } from './built-page.ts';
import { startChromium } from './chromium.ts';
import { faultsOf, NARROW, StaffPages, WIDE } from './staff-page.ts';

const UNDO_MS = 5_000;
const STEP_MS = 30_000;
const PERSON: Subscriber = { channel: 'line', address: lineId('midori'), language: 'ja', districts: ['honmachi'], categories: ['flood'] };
const STAFF: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'sato', role: 'duty' },
  { name: 'suzuki', role: 'decider' },
  { name: 'mori', role: 'decider' },
  { name: 'miru', role: 'viewer' },
];

const go = (page: Page) => page.getByRole('button', { name: '手続きに進む' });
const normally = (page: Page) => page.getByLabel('ふつうの決定');
const undo = (page: Page) => page.getByRole('button', { name: '取り消す（まだ送っていません）' });

async function boxOf(button: Locator): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await button.boundingBox();
  if (!box) throw new Error('it is not on the page');
  return box;
}
const overlap = (a: Awaited<ReturnType<typeof boxOf>>, b: typeof a): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Somebody decides on the page on what waits. */
async function decides(page: Page, button: RegExp): Promise<void> {
  await go(page).click();
  await normally(page).check();
  await page.getByRole('button', { name: button }).click();
}

describe('orders on the page of headquarters', () => {
  let browser: Browser;
  let pages: StaffPages;
  let clock: SteeredClock;
  let station: Station;

  beforeAll(async () => {
    await builtPage();
    browser = await startChromium();
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    const { playbook } = await loadPlaybook('infra/playbooks/mihon');
    if (!playbook) throw new Error('the sample city does not check clean');
    clock = new SteeredClock(Date.parse('2026-07-01T02:00:00+09:00'));
    pages = new StaffPages(browser);
    station = await Station.start({ playbook, clock, withCodes: true, subscribers: [PERSON], staff: STAFF });
  });
  afterEach(async () => {
    await pages.close();
    await station.stop();
  });

  /** A code that nobody has used yet. */
  const freshCode = (name: string): string => {
    clock.moveTo(clock.now() + STEP_MS);
    return codeAt(secretFor(name), clock.now());
  };
  const proofOf = (name: string) => ({ name, password: passwordOf(name), code: freshCode(name) });
  const open = (name: string, path: string, viewport = WIDE): Promise<Page> =>
    pages.open(`${station.httpUrl}/hq/${path}`, proofOf(name), viewport);

  /** Signed in without a browser, for the colleague who is not looked at. */
  async function as(name: string): Promise<(path: string, ask?: object) => Promise<OrderDetailDto>> {
    const { password, code } = proofOf(name);
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ user: name, password, code });
    const signed = await fetch(`${station.httpUrl}/api/v1/session`, { method: 'POST', headers, body });
    const cookie = signed.headers.getSetCookie()[0]!.split(';')[0]!;
    return async (path, ask) => {
      const answer = await fetch(`${station.httpUrl}/api/v1/orders${path}`, {
        method: ask ? 'POST' : 'GET',
        headers: { cookie, ...(ask && headers) },
        ...(ask && { body: JSON.stringify(ask) }),
      });
      expect([path, answer.status < 300]).toEqual([path, true]);
      return (await answer.json()) as OrderDetailDto;
    };
  }
  /** Nobody takes it back. */
  const undoTimePasses = (): void => clock.moveTo(clock.now() + UNDO_MS);
  const heard = (): readonly string[] => station.line.inboxOf(PERSON.address).map(({ text }) => text);
  const hears = (what: string): Promise<unknown> => station.line.until(() => heard().some((text) => text.includes(what)));

  /** An order in force, given by both without a look at the page. */
  async function given(): Promise<string> {
    const [suzuki, mori] = [await as('suzuki'), await as('mori')];
    const { id } = await suzuki('', { preset: 'ose-lower' });
    for (const yes of [suzuki, mori]) await yes(`/${id}/confirm`, { version: (await yes(`/${id}`)).version });
    undoTimePasses();
    await hears('避難指示');
    return id;
  }

  it('says on the first page that an order waits for a decision, and leads to it from there and from the gauge', async () => {
    const page = await open('sato', 'gauges/ose-seguchi');
    await page.getByRole('heading', { name: '大瀬川 瀬口' }).waitFor();
    expect(await page.getByText('決定待ちの案').count()).toBe(0);
    const suzuki = await as('suzuki');
    const { id } = await suzuki('', { preset: 'ose-upper' });
    await page.getByText('決定待ちの案1件').waitFor();
    await page.getByRole('link', { name: '警戒レベル4 避難指示（北原・瀬口）の案を確認する' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('link', { name: '案を確認する', exact: true }).click();
    await page.getByRole('heading', { name: '警戒レベル4 避難指示 洪水 案（未決定）' }).waitFor();
    expect(await page.getByText('決定待ちの案').count()).toBe(0);

    await page.goBack();
    await suzuki(`/${id}/withdraw`, { version: (await suzuki(`/${id}`)).version, reason: '誤り' });
    await page.getByText('決定待ちの案').waitFor({ state: 'detached' });

    await given();
    await page.getByText('発令中1件').waitFor();
    await page.getByRole('link', { name: 'この発令を開く' }).click();
    await page.getByRole('heading', { name: '警戒レベル4 避難指示 洪水 発令中' }).waitFor();
  });

  it('F69: proposes the usual districts in one press, which tells nobody, and reads as a sentence', async () => {
    const page = await open('sato', '');
    await page.getByRole('link', { name: '発令' }).click();
    await page.getByText('発令中の避難情報も、案もありません。').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: '「大瀬川 下流」の案を作る' }).click();
    await page.getByRole('heading', { name: '警戒レベル4 避難指示 洪水 案（未決定）' }).waitFor();
    const said = await page.getByRole('article').innerText();
    const order = [
      '警戒レベル4',
      '3地区・3,380世帯・7,580人',
      'なぜ',
      'だれに届くか',
      'LINE 1人',
      '文面',
      '避難指示を発令しました',
      '経過',
    ];
    expect(order.map((part) => said.indexOf(part))).toEqual(order.map((part) => said.indexOf(part)).toSorted((a, b) => a - b));
    expect(order.filter((part) => !said.includes(part))).toEqual([]);
    await page.getByText('決定できるのは決定者だけです（あなたは当番）。').waitFor();
    expect(await go(page).count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);

    // A link to what is not there, and somebody who may only look.
    await page.goto(`${station.httpUrl}/hq/orders/none`);
    await page.getByText('読み込めませんでした。').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    const looker = await open('miru', 'orders');
    await looker.getByText('案を作れるのは当番・決定者です（あなたは閲覧）。').waitFor();
    expect(heard()).toEqual([]);
    expect(pages.complaints).toEqual([]);
  });

  it.each([
    ['at 1280', WIDE],
    ['at 390', NARROW],
  ])(
    'F66: two persons give it at one desk %s, each with a code; it can be undone, by a button that stands elsewhere',
    async (_, viewport) => {
      const { id } = await (await as('sato'))('', { preset: 'ose-lower' });
      const page = await open('suzuki', `orders/${id}`, viewport);
      const first = (await page.context().cookies())[0]!;
      await decides(page, /「警戒レベル4 避難指示 を 3地区 3,380世帯へ発令する」に同意する/);
      await page.getByText('suzuki が 7/1').waitFor();
      await page.getByText('あなたの同意は記録しました。').waitFor();
      expect(await faultsOf(page)).toEqual([]);

      await page.getByLabel('パスワード').fill(passwordOf('mori'));
      await page.getByLabel('確認コード').fill('000000');
      await page.getByRole('button', { name: 'mori としてサインインする' }).click();
      await page.getByText('確認コードのどれかが違います').waitFor();
      await page.getByLabel('確認コード').fill(freshCode('mori'));
      await page.getByRole('button', { name: 'mori としてサインインする' }).click();
      await page.locator('header').getByText('mori').waitFor();
      const left = await fetch(`${station.httpUrl}/api/v1/session`, { headers: { cookie: `${first.name}=${first.value}` } });
      expect(left.status).toBe(401);

      await go(page).click();
      const give = page.getByRole('button', { name: '警戒レベル4 避難指示 を 3地区 3,380世帯へ発令する' });
      await normally(page).waitFor();
      expect(await page.getByRole('button', { name: /へ発令する/ }).isDisabled()).toBe(true);
      await normally(page).check();
      await page.getByText('押すと5秒後に送り始めます。').waitFor();
      const before = await boxOf(give);
      await give.click();
      await undo(page).waitFor();
      const shown = await boxOf(undo(page));
      expect({ before, shown, overlap: overlap(before, shown) }).toMatchObject({ overlap: false });
      expect(shown.y + shown.height).toBeLessThanOrEqual(viewport.height);
      await undo(page).click();
      await page.getByRole('heading', { name: /案（未決定）/ }).waitFor();
      undoTimePasses();
      expect(heard()).toEqual([]);

      // Taken back as a whole: both have to say it anew.
      await decides(page, /に同意する$/);
      await page.getByText('あなたの同意は記録しました。').waitFor();
      const suzuki = await as('suzuki');
      await suzuki(`/${id}/confirm`, { version: (await suzuki(`/${id}`)).version });
      await undo(page).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      undoTimePasses();
      await page.getByRole('heading', { name: /発令中/ }).waitFor();
      await hears('避難指示');
      expect(heard()).toHaveLength(1);
      expect(pages.complaints).toEqual([]);
    },
  );

  it('F65: of a withdrawal and a confirmation at once one happens, and the other is told clearly; a repeated proposal is refused', async () => {
    const { id } = await (await as('sato'))('', { preset: 'ose-upper' });
    const [one, other] = [await open('suzuki', `orders/${id}`), await open('mori', `orders/${id}`)];
    await go(other).click();
    await normally(other).check();
    // The other one's page does not hear of the withdrawal before the button is pressed.
    await other.route(`**/api/v1/orders/${id}`, (route) => route.abort());
    await one.getByRole('button', { name: '取り下げる' }).click();
    await one.getByLabel('取り下げる理由').fill('水位計の誤り');
    await one.getByRole('button', { name: '発令の案を取り下げる' }).click();
    await one.getByRole('heading', { name: /取り下げ/ }).waitFor();
    await other.getByRole('button', { name: /に同意する/ }).click();
    await other.getByText('できませんでした：この発令・案はもう終わっています').waitFor();
    expect(await faultsOf(other)).toEqual([]);
    await other.unroute(`**/api/v1/orders/${id}`);
    await other.getByRole('heading', { name: /取り下げ/ }).waitFor();
    await other.getByText('水位計の誤り').first().waitFor();

    for (const page of [one, other]) await page.goto(`${station.httpUrl}/hq/orders`);
    await one.getByRole('button', { name: '「桜谷川」の案を作る' }).click();
    await one.getByRole('heading', { name: /案（未決定）/ }).waitFor();
    await other.getByRole('button', { name: '「桜谷川」の案を作る' }).click();
    await other.getByText('同じ地区に同じ内容の案がもうあります').waitFor();
    expect(pages.complaints).toEqual([]);
  });

  it('F66: a wide area is said above the button and takes two, or one with a reason that everybody hears', async () => {
    const page = await open('suzuki', 'orders');
    await page.getByRole('button', { name: 'ほかの地区・レベルで案を作る' }).click();
    for (const district of await page.getByRole('group', { name: '地区' }).getByRole('checkbox').all()) await district.check();
    await page.getByLabel('現地の情報').fill('<b>越水</b>を見た');
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: /^警戒レベル4 避難指示 を \d+地区に出す案を作る（まだ発令しません）$/ }).click();
    const warning = page.getByText('いつもの広さより大きく広がっています').last();
    await warning.waitFor();
    expect((await boxOf(warning)).y).toBeLessThan((await boxOf(go(page))).y);
    await page.getByText('<b>越水</b>を見た').first().waitFor();
    await go(page).click();
    await page.getByLabel('緊急：1人で決める').check();
    const give = page.getByRole('button', { name: /へ発令する$/ });
    expect(await give.isDisabled()).toBe(true);
    await page.getByLabel('1人で決める理由').fill('連絡がつかない');
    expect(await faultsOf(page)).toEqual([]);
    await give.click();
    await undo(page).waitFor();
    undoTimePasses();
    await page.getByRole('heading', { name: /発令中/ }).waitFor();
    await page.getByText('1人で決定した（緊急）：連絡がつかない').waitFor();
    expect(pages.complaints).toEqual([]);
  });

  it('S14: asks anew who it is when the sign-in is old, and goes on with what was begun', async () => {
    const { id } = await (await as('sato'))('', { preset: 'sakura' });
    const page = await open('suzuki', `orders/${id}`);
    clock.moveTo(clock.now() + 16 * 60_000);
    await decides(page, /に同意する/);
    await page.getByText('15分より前のサインインです。').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByLabel('パスワード').fill(passwordOf('suzuki'));
    await page.getByLabel('確認コード').fill(freshCode('suzuki'));
    await page.getByRole('button', { name: '確かめる' }).click();
    await page.getByText('あなたの同意は記録しました。').waitFor();
    expect(pages.complaints).toEqual([]);
  });

  it('updates, lifts, notes the report to the governor, and has the texts for other screens', async () => {
    const id = await given();
    const mori = await as('mori');
    const page = await open('suzuki', `orders/${id}`);
    const morisYes = async (): Promise<void> => {
      await page.getByText('あなたの同意は記録しました。').waitFor();
      await mori(`/${id}/confirm`, { version: (await mori(`/${id}`)).version });
      undoTimePasses();
    };
    await page.getByRole('button', { name: /^ほかの手段への文案/ }).click();
    await page.getByRole('heading', { name: /緊急速報メール 200/ }).waitFor();
    await page.getByRole('heading', { name: /^Yahoo!防災速報/ }).waitFor();
    await page.getByRole('heading', { name: /^Lアラート/ }).waitFor();
    await page.getByRole('button', { name: 'いま報告したと記録する' }).click();
    await page.getByText('に報告（記録 suzuki）').waitFor();
    expect(await faultsOf(page)).toEqual([]);

    await page.getByRole('button', { name: '変更の案を作る', exact: true }).click();
    await page.getByRole('radio', { name: '警戒レベル5 緊急安全確保' }).check();
    await page.getByRole('button', { name: '変更の案を作る（まだ変更しません）' }).click();
    await decides(page, /警戒レベル5 緊急安全確保 を 3地区 3,380世帯へ変更する/);
    await morisYes();
    await hears('緊急安全確保');
    await page.getByRole('heading', { name: '警戒レベル5 緊急安全確保 洪水 発令中' }).waitFor();

    await page.getByRole('button', { name: '解除の案を作る', exact: true }).click();
    await page.getByLabel('解除の理由').fill('水位が下がった');
    await page.getByRole('button', { name: '解除の案を作る（まだ解除しません）' }).click();
    await decides(page, /警戒レベル5 緊急安全確保 を 3地区で解除する/);
    await morisYes();
    await hears('解除');
    await page.getByRole('heading', { name: /解除済み/ }).waitFor();
    await page.getByRole('button', { name: /^ほかの手段への文案/ }).click();
    await page.getByRole('heading', { name: '公示の文案（60条5項）' }).waitFor();
    expect(pages.complaints).toEqual([]);
  });

  it('F68: takes back a wrong message by one person in four presses, to everybody who got it', async () => {
    const id = await given();
    const page = await open('mori', `orders/${id}`);
    await page.getByRole('button', { name: '送り間違いの訂正' }).click();
    await page.getByLabel('なにが誤りか').fill('訓練の文を送った');
    await page.getByRole('button', { name: '「誤って送られました」を、届いた人すべてに送る（5秒は取り消せます）' }).click();
    await undo(page).waitFor();
    undoTimePasses();
    await hears('誤って');
    await page.getByRole('heading', { name: /誤りとして訂正済み/ }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(pages.complaints).toEqual([]);
  });
});
