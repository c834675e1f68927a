import { problemsOf } from './message-rules.ts';

const text = { type: 'text', text: 'あ' };
const bubble = (component: object) => ({ type: 'bubble', body: { type: 'box', layout: 'vertical', contents: [component] } });
const flex = (contents: object) => ({ type: 'flex', altText: 'あ', contents });
const button = (action: object) => flex(bubble({ type: 'button', action }));
const items = (count: number) => ({
  ...text,
  quickReply: {
    items: Array.from({ length: count }, () => ({ type: 'action', action: { type: 'message', label: '水位', text: '水位' } })),
  },
});

describe('the rules of message objects', () => {
  it.each([
    ['a text', text],
    ['a bubble', flex(bubble(text))],
    ['a button', button({ type: 'uri', label: 'くわしく見る', uri: 'https://bousai.example.jp/' })],
    ['13 quick replies', items(13)],
    ['a carousel of 12', flex({ type: 'carousel', contents: Array.from({ length: 12 }, () => bubble(text)) })],
  ])('take %s', (_, message) => {
    expect(problemsOf([message])).toEqual([]);
  });

  const body = 'messages[0].contents.body';
  it.each<[string, object, string]>([
    ['a kind of component that is none', flex(bubble({ type: 'marquee' })), `${body}.contents[0].type`],
    ['a text without words', flex(bubble({ type: 'text', text: '' })), `${body}.contents[0].text`],
    ['a colour by name', flex(bubble({ ...text, color: 'purple' })), `${body}.contents[0].color`],
    ['a field that is unknown', flex(bubble({ ...text, colour: '#AA00AA' })), `${body}.contents[0].colour`],
    ['a size that is none', flex(bubble({ ...text, size: 'huge' })), `${body}.contents[0].size`],
    ['wrap as a word', flex(bubble({ ...text, wrap: 'true' })), `${body}.contents[0].wrap`],
    ['a layout that is none', flex({ type: 'bubble', body: { type: 'box', layout: 'grid', contents: [] } }), `${body}.layout`],
    ['a block that is no box', flex({ type: 'bubble', body: text }), `${body}.type`],
    ['a bubble without blocks', flex({ type: 'bubble' }), 'messages[0].contents'],
    ['a container that is none', flex({ type: 'page' }), 'messages[0].contents.type'],
    ['no contents', { type: 'flex', altText: 'あ' }, 'messages[0].contents'],
    ['a bubble of more than 30 KB', flex(bubble({ type: 'text', text: 'あ'.repeat(10_300) })), 'messages[0].contents'],
    [
      'a carousel of 13',
      flex({ type: 'carousel', contents: Array.from({ length: 13 }, () => bubble(text)) }),
      'messages[0].contents.contents',
    ],
    [
      'a carousel of more than 50 KB',
      flex({ type: 'carousel', contents: [1, 2].map(() => bubble({ type: 'text', text: 'あ'.repeat(9_000) })) }),
      'messages[0].contents',
    ],
    [
      'a label of 21 characters',
      button({ type: 'uri', label: 'あ'.repeat(21), uri: 'https://example.jp' }),
      `${body}.contents[0].action.label`,
    ],
    ['an address that is none', button({ type: 'uri', label: 'あ', uri: 'javascript:alert(1)' }), `${body}.contents[0].action.uri`],
    ['an action that is none', button({ type: 'jump' }), `${body}.contents[0].action.type`],
    ['a postback without data', button({ type: 'postback', label: 'あ' }), `${body}.contents[0].action.data`],
    ['14 quick replies', items(14), 'messages[0].quickReply.items'],
    ['a quick reply without an action', { ...text, quickReply: { items: [{ type: 'action' }] } }, 'messages[0].quickReply.items[0].action'],
    ['an altText of 1,501 units', { ...flex(bubble(text)), altText: 'あ'.repeat(1_501) }, 'messages[0].altText'],
    ['a text of 5,001 units', { type: 'text', text: 'あ'.repeat(5_001) }, 'messages[0].text'],
  ])('refuse %s, and say where', (_, message, property) => {
    expect(problemsOf([message]).map((problem) => problem.property)).toEqual([property]);
  });

  it('refuse boxes in boxes without an end', () => {
    let inner: object = text;
    for (let depth = 0; depth < 12; depth += 1) inner = { type: 'box', layout: 'vertical', contents: [inner] };
    expect(problemsOf([flex(bubble(inner))])).toMatchObject([{ message: 'nested too deeply' }]);
  });
});
