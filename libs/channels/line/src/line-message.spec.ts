import { GIVEN_AT, orderTold } from '../../../../test/support/order-told.ts';
import { LEVEL_COLOURS, type Message, messageOf, renderOrder, seenData, seenOf } from '#core';
import { altTextOf, lineMessage } from './line-message.ts';

const city = { code: '992011', name: '見本市', timeZone: 'Asia/Tokyo', languages: ['ja'] as const };
const publicUrl = 'https://bousai.example.jp';

function told(set: Parameters<typeof orderTold>[1] = {}, kind: Parameters<typeof orderTold>[0] = 'given'): Message {
  const transition = orderTold(kind, set);
  const words = renderOrder({ playbook: { city, wordings: new Map() }, transition, language: 'ja', publicUrl });
  return messageOf({
    transition: { id: 't', status: transition.status, decidedAt: GIVEN_AT },
    route: { id: 'r', expiresAfterMs: 1 },
    language: 'ja',
    ...words,
  });
}

const bubbleOf = (message: Message) => {
  const shown = lineMessage(message, null);
  return JSON.stringify(shown.type === 'flex' ? shown.contents : null);
};

const buttonsOf = (message: Message, data: string | null) => {
  const shown = lineMessage(message, data);
  const footer = shown.type === 'flex' && shown.contents.type === 'bubble' ? shown.contents.footer : undefined;
  return (footer?.contents ?? []).filter((one) => one.type === 'button').map(({ action }) => action);
};

describe('a message on LINE', () => {
  it.each([3, 4, 5] as const)(
    'wears the official colour of level %i with number and name, and text that reaches AA on it',
    (municipalLevel) => {
      const { contents } = lineMessage(told({ content: { municipalLevel } }), null) as {
        contents: { header: { contents: readonly unknown[] } };
      };
      const { fill, text } = LEVEL_COLOURS[municipalLevel];
      expect(contents.header.contents).toMatchObject([
        { backgroundColor: fill, borderWidth: 'light', contents: [{ text: `警戒レベル${municipalLevel}`, color: text }, { color: text }] },
      ]);
    },
  );

  it('shows the line between 5 and 4 wherever both levels are, and fills only the level that holds', () => {
    const bubble = bubbleOf(told());
    const inOrder = ['緊急安全確保', '警戒レベル4までに必ず避難', '避難指示 ◀ いま', '"高齢者等避難"'].map((words) =>
      bubble.indexOf(words),
    );
    expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
    expect(inOrder[0]).toBeGreaterThan(0);
    expect(bubble.split(`"backgroundColor":"${LEVEL_COLOURS[5].fill}"`)).toHaveLength(1);
    expect(bubble.split(`"backgroundColor":"${LEVEL_COLOURS[4].fill}"`)).toHaveLength(3);
  });

  it('asks from level 3 on whether it was seen, by a button that names the delivery, and asks nobody else', () => {
    const seen = seenData({ id: 'o1/given/r/ja/line/0', status: 'actual' });
    const [pressed] = buttonsOf(told(), seen);
    expect(pressed).toEqual({ type: 'postback', label: '見ました', data: seen, displayText: '見ました' });
    expect(seenOf(seen!)).toEqual({ deliveryId: 'o1/given/r/ja/line/0', status: 'actual' });
    for (const [message, data] of [
      [told(), null],
      [told({}, 'lifted'), seen],
    ] as const)
      expect(buttonsOf(message, data).filter(({ type }) => type === 'postback')).toEqual([]);
  });

  it('breaks no sentence where a mail would', () => {
    expect(bubbleOf(told())).toContain('瀬口・本町に、大瀬川の氾濫のおそれがあるため、警戒レベル4 避難指示を発令しました。');
  });

  it('makes a button of the link, and says all words in altText for phones without bubbles', () => {
    const shown = lineMessage(told(), null);
    const bubble = JSON.stringify(shown);
    expect(bubble).toContain('"action":{"type":"uri","label":"くわしく見る","uri":"https://bousai.example.jp/?lang=ja"}');
    expect(bubble.split('https://bousai.example.jp')).toHaveLength(3);
    expect(shown).toMatchObject({
      type: 'flex',
      altText: expect.stringMatching(/^【緊急】見本市 警戒レベル4 避難指示（大瀬川）\n\n[^]*全員、危険な場所から避難/),
    });
    expect(bubbleOf({ ...told(), link: null })).not.toContain('"footer"');
  });

  it.each([
    ['an end', told({}, 'lifted')],
    ['a fact', { ...told(), level: null }],
  ])('is plain text when it is %s: to be selected, tapped and read aloud', (_, message) => {
    expect(lineMessage(message, null)).toMatchObject({ type: 'text', text: expect.stringContaining('https://bousai.example.jp/?lang=ja') });
  });

  it.each([
    ['exercise', '【訓練】'],
    ['test', '【試験】'],
  ] as const)(
    'promise 7 frames an %s also where it is a fact, with its mark in the head, the subject, the first and the last line',
    (status, mark) => {
      for (const message of [told({ transition: { status } }), told({ transition: { status } }, 'lifted')]) {
        const shown = lineMessage(message, null) as {
          contents: { header: { contents: readonly unknown[] }; body: { contents: readonly { text?: string }[] } };
        };
        expect(shown).toMatchObject({ type: 'flex', contents: { body: { borderWidth: '4px' } } });
        expect(shown.contents.header.contents[0]).toMatchObject({ contents: [{ text: mark }] });
        const texts = shown.contents.body.contents.flatMap(({ text }) => text ?? []);
        expect(texts[0]).toMatch(new RegExp(`^${mark}`));
        expect(texts.slice(1).join('\n').split('\n').at(0)).toMatch(new RegExp(`^${mark}`));
        expect(texts.join('\n').split('\n').at(-1)).toMatch(new RegExp(`^${mark}`));
      }
    },
  );

  it('goes out as text when its bubble would be too large', () => {
    expect(lineMessage({ ...told(), body: 'あ'.repeat(11_000) }, null).type).toBe('text');
  });

  it('has no empty part when there is no subject', () => {
    expect(bubbleOf({ ...told(), subject: '' })).not.toContain('"text":""');
  });
});

describe('what stands for a bubble on a lock screen', () => {
  it.each([
    ['a short text as it is', '逃げてください。', '逃げてください。'],
    ['a long one up to the end of a sentence', `${'あ'.repeat(1_400)}。${'い'.repeat(200)}。`, `${'あ'.repeat(1_400)}。`],
    ['a long one without an end, cut', 'あ'.repeat(1_600), 'あ'.repeat(1_500)],
    ['no half of a character', `あ${'🌊'.repeat(800)}`, `あ${'🌊'.repeat(749)}`],
  ])('is %s', (_, text, expected) => {
    expect(altTextOf(text)).toBe(expected);
  });
});
