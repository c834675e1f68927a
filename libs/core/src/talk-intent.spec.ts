import { describe, expect, it } from '@jest/globals';
import type { TalkExpects } from './talk.ts';
import { button, intentOf } from './talk-intent.ts';
import { TALK_TOPICS } from './talk-synonyms.ts';

const NOW = Date.parse('2026-07-01T23:41:00+09:00');
const DISTRICTS = [
  { code: 'honmachi', names: ['honmachi', '本町', '本町(ほんまち)', 'Honmachi'] },
  { code: 'seguchi', names: ['seguchi', '瀬口'] },
];
const REPORT: TalkExpects = {
  kind: 'report',
  report: { id: 'e', kind: 'flooding', at: NOW, place: null, text: '' },
  until: NOW + 1,
};
const TICKET: TalkExpects = { kind: 'ticket', gauge: 'window-shimin', until: NOW + 1 };
const meaning = (text: string, expects: TalkExpects | null = null) => intentOf({ kind: 'text', text }, { expects }, DISTRICTS, NOW);
const topic = (name: string) => ({ kind: 'topic', topic: name });

describe('intentOf a text', () => {
  it.each([
    ['水位', 'levels'],
    [' すいい！ ', 'levels'],
    ['川の水位は？', 'levels'],
    ['River', 'levels'],
    ['MỰC NƯỚC', 'levels'],
    ['muc nuoc', 'levels'],
    ['수위', 'levels'],
    ['避難所', 'shelters'],
    ['避難所はどこですか', 'shelters'],
    ['避难所', 'shelters'],
    ['where is the nearest shelter?', 'shelters'],
    ['nơi trú ẩn', 'shelters'],
    ['abrigos', 'shelters'],
    ['こんざつ', 'crowding'],
    ['窓口', 'windows'],
    ['안부', 'safety'],
    ['安否', 'safety'],
    ['無事です', 'safe'],
    ['Tôi an toàn', 'safe'],
    ['助けて！！', 'needHelp'],
    ['避難所で動けない', 'needHelp'],
    ['SOS', 'needHelp'],
    ['道が冠水しています', 'flooding'],
    ['配信停止', 'leave'],
    ['STOP', 'leave'],
    ['hủy đăng ký', 'leave'],
    ['登録', 'settings'],
    ['đăng ký', 'settings'],
    ['設定', 'settings'],
    ['言語', 'language'],
    ['ヘルプ', 'help'],
    ['SOSです', 'needHelp'],
    ['no shelters here?', 'shelters'],
    ['家族全員無事です', 'safe'],
    ['二階にいます。水が階段まで来ています。足が悪くて外に出られません。誰か助けてください。', 'needHelp'],
    ['Water is coming up the stairs, we are three people with a baby on the roof, please help me', 'needHelp'],
  ])('hears in "%s" the topic %s', (text, name) => {
    expect(meaning(text)).toMatchObject(topic(name));
  });

  it('keeps the words of a cry for help and of a flood that say more than that', () => {
    expect(meaning('避難所で動けない')).toEqual({ ...topic('needHelp'), words: '避難所で動けない' });
    expect(meaning('道が冠水しています')).toEqual({ ...topic('flooding'), words: '道が冠水しています' });
    expect([meaning('助けて！！'), meaning('避難所はどこですか')]).toEqual([topic('needHelp'), topic('shelters')]);
  });

  it.each([
    ['避難指示の解除はいつ', '解除 alone would mean to leave'],
    ['寒川に住んでいます', '川 is in many names'],
    ['please do not stop', 'stop alone would mean to leave'],
    ['こんにちは', 'nobody asked anything'],
    ['', 'nothing'],
    ['Quero avisos sobre chuva', 'sos is only between two words'],
    ['it was also some rain', 'sos is only between two words'],
    ['this evening apples', 'ngap is only between two words'],
    ['ここは安全ですか？', 'who asks whether it is safe does not say so'],
    ['父は無事ですか', 'who asks does not say so'],
    ['estou seguro?', 'who asks does not say so'],
    ['きのうの夜は雨がひどくて家の前の道がとても心配でしたが、朝になって避難所の前を通りました', 'a story is no question'],
  ])('hears no topic in "%s": %s', (text) => {
    expect(meaning(text)).toEqual({ kind: 'unknown' });
  });

  it.each([
    ['日本語', 'ja'],
    ['やさしい日本語', 'ja-easy'],
    ['English', 'en'],
    ['中文', 'zh-Hans'],
    ['繁體中文', 'zh-Hant'],
    ['한국어', 'ko'],
    ['Tiếng Việt', 'vi'],
    ['ベトナム語', 'vi'],
    ['portugues', 'pt'],
  ])('takes "%s" for a language', (text, language) => {
    expect(meaning(text)).toEqual({ kind: 'setLanguage', language });
  });

  it('knows a district by each of its names', () => {
    for (const name of ['本町', 'honmachi', '本町（ほんまち）'])
      expect(meaning(name)).toEqual({ kind: 'setDistrict', district: 'honmachi', on: true, page: 0 });
  });

  it.each([
    ['47', { kind: 'ticket', gauge: 'window-shimin', number: 47 }],
    ['４７番', { kind: 'notATicket', gauge: 'window-shimin' }],
    ['４７', { kind: 'ticket', gauge: 'window-shimin', number: 47 }],
    ['0', { kind: 'notATicket', gauge: 'window-shimin' }],
    ['12345', { kind: 'notATicket', gauge: 'window-shimin' }],
    ['水位', topic('levels')],
  ])('reads "%s" as the answer to the question for a ticket', (text, intent) => {
    expect(meaning(text, TICKET)).toEqual(intent);
  });

  it('takes a number without a question for nothing, and one after the question was forgotten too', () => {
    expect(meaning('47')).toEqual({ kind: 'unknown' });
    expect(meaning('47', { ...TICKET, until: NOW })).toEqual({ kind: 'unknown' });
  });

  it('leaves a report only by a whole word of the menu', () => {
    expect(meaning('避難所の前が膝まで冠水', REPORT)).toEqual({ kind: 'reportWords', text: '避難所の前が膝まで冠水' });
    expect(meaning('避難所', REPORT)).toEqual(topic('shelters'));
  });
});

const pressed = (data: string) => intentOf({ kind: 'button', data }, { expects: null }, DISTRICTS, NOW);

describe('intentOf a button', () => {
  it.each([
    ...TALK_TOPICS.map((name) => [button.topic(name), topic(name)] as const),
    [button.language('zh-Hant'), { kind: 'setLanguage', language: 'zh-Hant' }],
    [button.district('a&b=1', false, 2), { kind: 'setDistrict', district: 'a&b=1', on: false, page: 2 }],
    [button.districtPage(3), { kind: 'districtPage', page: 3 }],
    [button.districtsDone, { kind: 'districtsDone' }],
    [button.category('flood', true, 1), { kind: 'setCategory', category: 'flood', on: true, page: 1 }],
    [button.categoryPage(1), { kind: 'categoryPage', page: 1 }],
    [button.windowPage(2), { kind: 'windowPage', page: 2 }],
    ['of=streets&page=2', { kind: 'districtPage', page: 2 }],
    [button.categoriesDone, { kind: 'categoriesDone' }],
    [button.window('window-shimin'), { kind: 'window', gauge: 'window-shimin' }],
    [button.reportDone, { kind: 'reportDone' }],
    ['topic=toString', { kind: 'unknown' }],
    ['language=xx', { kind: 'unknown' }],
    ['page=-1', { kind: 'districtPage', page: 0 }],
    ['page=Infinity', { kind: 'districtPage', page: Number.POSITIVE_INFINITY }],
    ['', { kind: 'unknown' }],
    ['of another menu', { kind: 'unknown' }],
  ])('reads %s', (data, intent) => {
    expect(pressed(data)).toEqual(intent);
  });
});
