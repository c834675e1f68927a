import { GIVEN_AT, orderTold } from '../../../test/support/order-told.ts';
import { levelText } from './level-names.ts';
import { type Language, LANGUAGES } from './delivery.ts';
import { foldText, LINE_WIDTH_MAX, unfolded, widthOf } from './fold-text.ts';
import type { OrderTransition } from './order.ts';
import type { Wording } from './playbook.ts';
import { levelAfter, renderOrder, sinceOf } from './wording-order.ts';

const city = { code: '992011', name: '見本市', timeZone: 'Asia/Tokyo', languages: LANGUAGES };
const english: Wording = {
  language: 'en',
  reviewer: 'x',
  names: { 見本市: 'Mihon City', 瀬口: 'Seguchi', 本町: 'Honmachi', 大瀬川: 'Ose River' },
  messages: {},
};
const playbook = { city, wordings: new Map<Language, Wording>([['en', english]]) };
const publicUrl = 'https://bousai.example.jp/';

const told = (transition: OrderTransition, language: Language = 'ja') => renderOrder({ playbook, transition, language, publicUrl });

describe('an order in words', () => {
  it('says in Japanese district, hazard, level, name, who and what to do in this order, then when, where, where to, a link and who says so', () => {
    expect(told(orderTold('given'))).toEqual({
      subject: '【緊急】見本市 警戒レベル4 避難指示（大瀬川）',
      body: [
        '瀬口・本町に、大瀬川の氾濫のおそれがあるため、 ',
        '警戒レベル4 避難指示を発令しました。',
        '対象の地区にいる方は全員、危険な場所から避難してください。',
        '避難場所へ行くことが危険なときは、近くの安全な建物や、 ',
        '建物の中の少しでも安全な部屋へ移動してください。',
        '',
        '発令：7月1日 23:55',
        '地区：瀬口・本町',
        '避難先（この災害で使える場所）：',
        '・本町公民館（見本市本町1-2）',
        '・北原体育館（見本市北原2-4）',
        '',
        'くわしくは',
        'https://bousai.example.jp/?lang=ja',
        '見本市 災害対策本部（7月1日 23:55 発表）',
      ].join('\n'),
      translated: true,
      level: 4,
      link: 'https://bousai.example.jp/?lang=ja',
    });
  });

  it.each<[Language, 3 | 4 | 5, string]>([
    ['ja', 3, '避難に時間がかかる方は'],
    ['ja', 4, '全員、危険な場所から避難してください'],
    ['ja', 5, '直ちに安全を確保してください'],
    ['ja-easy', 3, '避難(ひなん)に 時間(じかん)が かかる 人(ひと)は、 いま \n逃(に)げてください。'],
    ['ja-easy', 4, '全員(ぜんいん) 危(あぶ)ない 場所(ばしょ)から 逃(に)げてください。'],
    ['ja-easy', 5, '命(いのち)が 危(あぶ)ない です。 すぐ 安全(あんぜん)な ことを \nしてください。'],
    ['en', 3, 'The elderly, people with disabilities and others who need time: leave dangerous places now.'],
    ['en', 4, 'Everyone in these districts: leave dangerous places now.'],
    ['en', 5, 'Your life is in danger. Secure your safety at once.'],
    ['zh-Hans', 4, '所有人，请离开危险场所避难'],
    ['zh-Hant', 5, '生命有危險，請立即確保安全'],
    ['ko', 4, '모두 위험한 장소에서 피난하십시오'],
    ['vi', 4, 'Tất cả mọi người trong các khu vực này: hãy rời khỏi nơi nguy hiểm ngay bây giờ.'],
    ['pt', 5, 'Sua vida está em perigo. Proteja-se imediatamente.'],
  ])('asks in %s at level %i of the right people the right thing', (language, municipalLevel, act) => {
    const { subject, body } = told(orderTold('given', { content: { municipalLevel } }), language);
    expect(subject).toContain(levelText(municipalLevel, language));
    expect(body).toContain(act);
  });

  it('keeps the Japanese name for those who hear it from the loudspeakers and cannot read it', () => {
    const { subject, body } = told(orderTold('given'), 'vi');
    expect([subject, body]).toEqual([
      expect.stringContaining('Cảnh báo cấp 4, Chỉ thị sơ tán:'),
      expect.stringContaining('Cảnh báo cấp 4, Chỉ thị sơ tán (避難指示)'),
    ]);
  });

  it('says of level 5 that it happens, and sends nobody to a shelter', () => {
    const { body } = told(orderTold('given', { content: { municipalLevel: 5, destinations: [] } }));
    expect(body).toContain('発生しているか、切迫しているため');
    expect(body).not.toContain('避難先');
  });

  it('says what an update changed: level, districts in and out', () => {
    const { content } = orderTold('given').order;
    const before = {
      ...content,
      municipalLevel: 3 as const,
      districts: [content.districts[1]!, { code: 'kawara', name: '河原', households: null, persons: null }],
    };
    const { subject, body, level } = told(orderTold('updated', { transition: { before } }));
    expect([subject, level]).toEqual(['【緊急・変更】見本市 警戒レベル4 避難指示（大瀬川）', 4]);
    expect(body.split('\n').slice(2, 5)).toEqual([
      '警戒レベル3 高齢者等避難から警戒レベル4 避難指示に変わりました。',
      '新しく対象になった地区：瀬口',
      '対象から外れた地区：河原',
    ]);
  });

  it('says so when only the places to go to changed', () => {
    const { content } = orderTold('given').order;
    const { body } = told(orderTold('updated', { transition: { before: { ...content, destinations: [] } } }));
    expect(body).toContain('避難先が変わりました。');
  });

  it('lifts: what is over, since when, and no place to go to', () => {
    const { subject, body, level } = told(orderTold('lifted'));
    expect([subject, level]).toEqual(['【解除】見本市 警戒レベル4 避難指示を解除（大瀬川）', null]);
    expect(body).toContain('解除：7月1日 23:55');
    expect(body).not.toMatch(/避難先|してください。\n\n発令/);
  });

  it.each([
    ['given', '【訂正】見本市 警戒レベル4 避難指示は発令していません（大瀬川）', null, 'この避難情報は発令していません。'],
    ['updated', '【訂正】見本市 警戒レベル4 避難指示（大瀬川）', 4, '警戒レベル4 避難指示は、次の内容で続いています。'],
    ['lifted', '【訂正】見本市 警戒レベル4 避難指示は続いています（大瀬川）', 4, '先ほどの解除のお知らせは、誤って送ったものです。'],
  ] as const)('F66 takes back a wrong %s, and says what holds', (kind, subject, level, says) => {
    const words = told(orderTold('corrected', { transition: { corrects: { id: 'order/o1/1', kind } } }));
    expect([words.subject, words.level]).toEqual([subject, level]);
    expect(words.body).toContain(says);
    expect(words.body.includes('危険な場所から避難してください')).toBe(level !== null);
  });

  it('names the first five places and counts the rest', () => {
    const destinations = Array.from({ length: 7 }, (_, i) => ({ id: `s${i}`, name: `避難所${i}`, address: '見本市' }));
    const { body } = told(orderTold('given', { content: { destinations } }));
    expect(body).toContain('避難所4');
    expect(body).not.toContain('避難所5');
    expect(body).toContain('・ほか2か所');
  });

  it('speaks of the hazard where no river is known or it is no flood', () => {
    expect(told(orderTold('given', { content: { hazard: 'landslide' } })).subject).toBe('【緊急】見本市 警戒レベル4 避難指示（土砂災害）');
    const grounds = { ...orderTold('given').order.grounds, readings: [] };
    expect(told(orderTold('given', { order: { grounds } })).subject).toBe('【緊急】見本市 警戒レベル4 避難指示（川の氾濫）');
  });

  it('tells every language the same issue time', () => {
    for (const language of LANGUAGES) expect(told(orderTold('given'), language).body.split('\n').slice(-3).join(' ')).toContain('23:55');
  });

  it('promise 7 marks a drill in subject, first and last line', () => {
    const { subject, body } = told(orderTold('given', { transition: { status: 'exercise' } }));
    const lines = body.split('\n');
    expect([subject.slice(0, 8), lines[0], lines.at(-1)]).toEqual([
      '【訓練】【緊急】',
      '【訓練】これは訓練です。',
      '【訓練】これは訓練です。',
    ]);
  });

  it('tells staff of a proposal that nothing is ordered yet, with its grounds and doubts; who reads neither Japanese nor English gets Japanese', () => {
    const { readings } = orderTold('given').order.grounds;
    const grounds = {
      ...orderTold('given').order.grounds,
      readings: [{ ...readings[0]!, doubt: '上流が上がっていません' }],
      reports: [{ text: '堤防の上まで水が来ています', by: '消防団', at: GIVEN_AT }],
    };
    const proposed = orderTold('proposed', { order: { grounds } });
    const { subject, body, translated, level } = told(proposed);
    expect([subject, translated, level]).toEqual(['【職員・発令の案】見本市 警戒レベル4 避難指示（大瀬川）', true, null]);
    expect(body).toContain('まだ発令していません。');
    expect(body).toContain('対象：2,810世帯 6,570人');
    expect(body).toContain(
      '・大瀬川 瀬口 5.21 m（危険水位）\n疑い：上流が上がっていません\n・気象庁の情報：レベル4相当\n・堤防の上まで水が来ています',
    );
    expect(told(proposed, 'vi')).toMatchObject({ subject, translated: false });
    expect(told(proposed, 'en').body).toContain('Concerned: 2,810 households, 6,570 people');
  });

  it('lets the playbook add to the text or say it in its own words', () => {
    const own: Wording = {
      language: 'ja',
      reviewer: 'x',
      messages: {
        'order.given': { subject: '{city}から {level}', body: '{text}\n電話 000-000\n' },
        'order.lifted': { subject: '{city}', body: '{date} {time} {area} {level} {hazard} {act}' },
      },
    };
    const worded = { city, wordings: new Map<Language, Wording>([['ja', own]]) };
    const given = renderOrder({ playbook: worded, transition: orderTold('given'), language: 'ja' });
    expect(given.subject).toBe('見本市から 警戒レベル4 避難指示');
    expect(given.body).toMatch(/^瀬口・本町に、[^]*発表）\n電話 000-000$/);
    expect(given.link).toBeNull();
    const lifted = renderOrder({ playbook: worded, transition: orderTold('lifted'), language: 'ja' });
    expect(lifted.body).toMatch(/^7月1日 23:55 瀬口・本町 警戒レベル4 避難指示 大瀬川の氾濫 対象の地区にいる方は全員、/);
  });
});

const minutesLater = (minutes: number): number => GIVEN_AT + minutes * 60_000;

const row = (n: number, municipalLevel: 3 | 4) => ({
  id: `order/o1/${n}`,
  kind: 'updated' as const,
  at: minutesLater(n),
  content: { ...orderTold('given').order.content, municipalLevel },
});

describe('since when a level holds', () => {
  it.each([
    ['the first giving', [row(1, 4)], 1],
    ['an update that keeps the level', [row(1, 4), row(2, 4)], 1],
    ['an update that raised it', [row(1, 3), row(2, 4)], 2],
    ['an update after the one that raised it', [row(1, 3), row(2, 4), row(3, 4)], 2],
    ['a level that was left and taken again', [row(1, 4), row(2, 3), row(3, 4)], 3],
  ])('counts from %s', (_, rows, since) => {
    const last = rows.at(-1)!;
    expect(sinceOf(orderTold('updated', { order: { told: rows }, transition: { id: last.id, at: last.at } }))).toBe(minutesLater(since));
  });
});

describe('the level after a change', () => {
  it.each([
    ['proposed', undefined, null],
    ['given', undefined, 4],
    ['updated', undefined, 4],
    ['lifted', undefined, null],
    ['corrected', 'given', null],
    ['corrected', 'updated', 4],
    ['corrected', 'lifted', 4],
  ] as const)('of %s (%s) is %s', (kind, corrects, level) => {
    expect(levelAfter(orderTold(kind, corrects ? { transition: { corrects: { id: 'x', kind: corrects } } } : {}))).toBe(level);
  });
});

describe('lines of Japanese', () => {
  it.each([
    ['one that fits', 'あ|い', 'あい'],
    ['one that does not', `${'あ'.repeat(30)}、|${'い'.repeat(10)}`, `${'あ'.repeat(30)}、 \n${'い'.repeat(10)}`],
    ['half-width characters, two for one', `${'a'.repeat(60)}|${'い'.repeat(5)}`, `${'a'.repeat(60)}${'い'.repeat(5)}`],
    ['a piece that is too wide by itself', `あ|${'い'.repeat(40)}|う`, `あ \n${'い'.repeat(40)} \nう`],
    ['spaces at the ends of lines', `${'あ'.repeat(34)} |いい`, `${'あ'.repeat(34)} \nいい`],
    ['lines that stand', 'あ\n|い', 'あ\nい'],
  ])('fold %s', (_, text, expected) => {
    expect(foldText(text)).toBe(expected);
  });

  it('come back as one sentence where a screen breaks them itself', () => {
    const text = foldText(`${'あ'.repeat(30)}、|${'い'.repeat(10)}\nう`);
    expect([unfolded(text), unfolded(text, ' ')]).toEqual([
      `${'あ'.repeat(30)}、${'い'.repeat(10)}\nう`,
      `${'あ'.repeat(30)}、 ${'い'.repeat(10)}\nう`,
    ]);
  });

  it('count full-width characters', () => {
    expect([widthOf('警戒レベル4'), widthOf('abcd'), LINE_WIDTH_MAX]).toEqual([5.5, 2, 35]);
  });
});
