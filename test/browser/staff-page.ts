import type { Browser, BrowserContext, Page } from 'playwright-core';
import { axeOn, axeOnColours } from './axe-on.ts';

/** Where list and detail stand side by side, and a phone. */
export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 390, height: 844 };

/** What somebody signs in with. */
export interface Proof {
  readonly name: string;
  readonly password: string;
  readonly code?: string;
}

/** People of headquarters, each at a PC of their own, and what their browsers complained about. */
export class StaffPages {
  readonly complaints: string[] = [];
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Opens an address as somebody who signs in by the form. Counts the tones that the page begins (`tonesOf`). */
  async open(url: string, { name, password, code = '' }: Proof, viewport = WIDE): Promise<Page> {
    const context = await this.#browser.newContext({ viewport, locale: 'ja-JP', timezoneId: 'Asia/Tokyo' });
    this.#contexts.push(context);
    const page = await context.newPage();
    await page.addInitScript({ content: COUNT_TONES });
    page.on('console', (message) => {
      // A refusal is an answer like any other; Chromium tells of each.
      const isAnswer = message.location().url.includes('/api/v1/') && /status of 4\d\d|ERR_FAILED/.test(message.text());
      if (['error', 'warning'].includes(message.type()) && !isAnswer) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => void this.complaints.push(error.message));
    await page.goto(url);
    await page.getByLabel('利用者名').fill(name);
    await page.getByLabel('パスワード').fill(password);
    await page.getByLabel('確認コード').fill(code);
    await page.getByRole('button', { name: 'サインイン' }).click();
    await page.getByRole('navigation', { name: '画面' }).waitFor();
    return page;
  }

  async close(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }
}

/** Runs in the page. */
const COUNT_TONES = `
  globalThis.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...args) {
    globalThis.tones += 1;
    start.apply(this, args);
  };
`;

/** How many tones a page has begun. A page that nobody has touched yet makes none. */
export const tonesOf = (page: Page): Promise<number> => page.evaluate(() => (globalThis as unknown as { tones: number }).tones);

/** What is wrong with a page as it stands, at both widths and in both themes: what axe objects to, and what sticks out at the side. */
export async function faultsOf(page: Page): Promise<readonly unknown[]> {
  const before = page.viewportSize() ?? WIDE;
  const faults: unknown[] = [];
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await (colorScheme === 'light' ? axeOn(page) : axeOnColours(page)).analyze();
      faults.push(...violations.map(({ id, nodes }) => ({ ...viewport, colorScheme, id, html: nodes.map((node) => node.html) })));
    }
    const overflow = await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
    if (overflow > 0) faults.push({ ...viewport, overflow });
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
  return faults;
}
