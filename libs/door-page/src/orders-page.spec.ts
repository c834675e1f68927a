import { LANGUAGES, languageTag, levelTextGlossed } from '#core';
import { type OrderInForce, ordersPage } from './orders-page.ts';

const anOrder = (level: OrderInForce['level']): OrderInForce => ({ level, subject: `level ${level}`, body: 'Leave <now>.\nGo up.' });
const page = (orders: readonly OrderInForce[], language: (typeof LANGUAGES)[number] = 'en', root = ''): string =>
  ordersPage({ city: 'Mihon City', language, isDrill: root !== '', root, orders, timeText: '1 Jul, 03:10' }).markup;

describe('the page of orders in force', () => {
  it.each(LANGUAGES)('says the order in full in %s, with number, name and colour, and leads to the other languages', (language) => {
    const markup = page([anOrder(4)], language);
    expect(markup).toContain(`<html lang="${languageTag(language)}">`);
    expect(markup).toContain(`<span class="level level4">${levelTextGlossed(4, language)}</span>`);
    expect(markup).toContain('.level4 { color: #FFFFFF; background: #AA00AA; }');
    expect(markup).toContain('Leave &#60;now&#62;.\nGo up.');
    for (const other of LANGUAGES.filter((one) => one !== language)) expect(markup).toContain(`href="/?lang=${other}"`);
  });

  it('says that there is none, and as of when', () => {
    const markup = page([]);
    expect(markup).toContain('No evacuation order is in force now.');
    expect(markup).toContain('As of 1 Jul, 03:10');
    expect(markup).not.toContain('<article>');
  });

  it('divides level 5 from what comes before it', () => {
    const divider = 'Be sure to evacuate by Alert Level 4';
    expect(page([anOrder(5), anOrder(4)]).split(divider)).toHaveLength(2);
    expect(page([anOrder(5)])).not.toContain(divider);
    expect(page([anOrder(4), anOrder(3)])).not.toContain(divider);
  });

  it('is a page of the drill within a drill', () => {
    const markup = page([anOrder(4)], 'ja', '/drill');
    expect(markup).toContain('<title>【訓練】');
    expect(markup).toContain('href="/drill/?lang=en"');
  });
});
