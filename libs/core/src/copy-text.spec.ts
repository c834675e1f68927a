import { GIVEN_AT, orderTold } from '../../../test/support/order-told.ts';
import { type CopyText, orderCopy } from './copy-text.ts';
import { type Language, LANGUAGES } from './delivery.ts';
import type { OrderTransition } from './order.ts';
import type { Wording } from './playbook.ts';
import { renderOrder } from './wording-order.ts';

const easy: Wording = {
  language: 'ja-easy',
  reviewer: 'x',
  names: { 瀬口: '瀬口(せぐち)', 本町: '本町(ほんまち)', 港町: '港町(みなとまち)' },
  messages: {},
};
const playbook = {
  city: { code: '992011', name: '見本市', timeZone: 'Asia/Tokyo', languages: LANGUAGES },
  wordings: new Map<Language, Wording>([['ja-easy', easy]]),
};

const copyOf = (transition: OrderTransition, told: readonly OrderTransition[] = [transition]) => orderCopy({ playbook, transition, told });
const areaMail = (transition: OrderTransition): { readonly short: CopyText; readonly long: CopyText } => {
  const { areaMail: mail } = copyOf(transition);
  if ('refused' in mail) throw new Error(mail.refused);
  return mail;
};
const manyDistricts = Array.from({ length: 40 }, (_, i) => ({ code: `d${i}`, name: `第${i}町内会地区`, households: 10, persons: 20 }));

describe('the text for an area mail', () => {
  it('says the canonical sentences in at most 200 and 500 characters, without the address of a page', () => {
    const { short, long } = areaMail(orderTold('given'));
    expect(short).toEqual({
      title: '避難指示 見本市',
      body: [
        '瀬口・本町に、大瀬川の氾濫のおそれがあるため、警戒レベル4 避難指示を発令しました。',
        '対象の地区にいる方は全員、危険な場所から避難してください。',
        '避難場所へ行くことが危険なときは、近くの安全な建物や、建物の中の少しでも安全な部屋へ移動してください。',
        '避難先：本町公民館、北原体育館',
        '見本市 災害対策本部（7月1日 23:55 発表）',
      ].join('\n'),
      cut: [],
    });
    expect(long.body).toBe(short.body);
    const canonical = renderOrder({ playbook, transition: orderTold('given'), language: 'ja' }).body.replaceAll(' \n', '');
    for (const sentence of short.body.split('\n').filter((line) => line.endsWith('。'))) expect(canonical).toContain(sentence);
  });

  it.each([3, 4, 5] as const)(
    'keeps at level %i within its limits however many districts and places there are, and says what was cut',
    (municipalLevel) => {
      const destinations = Array.from({ length: 10 }, (_, i) => ({ id: `s${i}`, name: `第${i}中学校体育館`, address: '' }));
      const { short, long } = areaMail(orderTold('given', { content: { municipalLevel, districts: manyDistricts, destinations } }));
      expect([short.title.length <= 15, short.body.length <= 200, long.body.length <= 500]).toEqual([true, true, true]);
      expect(short.body).toContain('など40地区に、大瀬川の氾濫');
      expect(short.body).not.toContain('http');
      expect(short.cut[0]).toMatch(/^200字に収めるため、地区名は\d+件だけです（全40件）。$/);
      expect(short.cut).toContain('避難先は0か所だけです（全10か所）。');
      expect(long.cut.length).toBeGreaterThan(0);
    },
  );

  it('leaves the city out of a title that would be too long', () => {
    const long = { ...playbook, city: { ...playbook.city, name: 'かすみがうら南アルプス市' } };
    const transition = orderTold('given', { content: { municipalLevel: 3 } });
    expect(orderCopy({ playbook: long, transition, told: [transition] }).areaMail).toMatchObject({ short: { title: '高齢者等避難' } });
  });

  it('is refused for a drill, and says of an announced test that it is one', () => {
    expect(copyOf(orderTold('given', { transition: { status: 'exercise' } })).areaMail).toEqual({
      refused: expect.stringContaining('訓練のお知らせに緊急速報メールは使えません'),
    });
    const { short } = areaMail(orderTold('given', { transition: { status: 'test' } }));
    const rows = short.body.split('\n');
    expect([short.title, rows[0], rows.at(-1)]).toEqual(['試験 避難指示 見本市', 'これは試験です。', 'これは試験です。']);
  });

  it.each<[string, OrderTransition, string | null]>([
    ['an update', orderTold('updated'), '避難指示 見本市'],
    ['an end', orderTold('lifted'), null],
    [
      'an order that was a mistake',
      orderTold('corrected', { transition: { corrects: { id: 'x', kind: 'given' } } }),
      '訂正 避難指示 見本市',
    ],
    ['an end that was a mistake', orderTold('corrected', { transition: { corrects: { id: 'x', kind: 'lifted' } } }), '避難指示継続 見本市'],
    ['an update that was a mistake', orderTold('corrected', { transition: { corrects: { id: 'x', kind: 'updated' } } }), null],
  ])('is there or refused for %s', (_, transition, title) => {
    const mail = copyOf(transition).areaMail;
    expect('refused' in mail ? null : mail.short.title).toBe(title);
  });
});

describe('the text for the portal', () => {
  it('has the canonical subject and the sentences that fit', () => {
    expect(copyOf(orderTold('given')).portal).toMatchObject({ title: '【緊急】見本市 警戒レベル4 避難指示（大瀬川）', cut: [] });
    const lifted = copyOf(orderTold('lifted')).portal;
    expect(lifted).toMatchObject({ body: expect.stringMatching(/^瀬口・本町に発令していた警戒レベル4 避難指示を解除しました。/) });
  });

  it('shortens a subject that is too long, and says so', () => {
    const long = { ...playbook, city: { ...playbook.city, name: '見本市'.repeat(8) } };
    const transition = orderTold('given');
    const { portal } = orderCopy({ playbook: long, transition, told: [transition] });
    expect(portal).toMatchObject({ title: `${'見本市'.repeat(8)} 警戒レベル4 避難指示`, cut: ['件名が40字を超えるため、短くしました。'] });
  });

  it.each(['exercise', 'test'] as const)('is refused for an %s', (status) => {
    expect(copyOf(orderTold('given', { transition: { status } })).portal).toHaveProperty('refused');
  });
});

describe('the document for the hub', () => {
  const first = orderTold('given');

  it('names the order with its areas, readings, times and totals', () => {
    expect(copyOf(first).hub).toEqual({
      documentId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      documentRevision: 1,
      status: '通常',
      distributionType: 'Report',
      issuerCode: '992011',
      issuerName: '見本市',
      reportedAt: '2026-07-01T23:55:00+09:00',
      disasterName: '大瀬川の氾濫',
      orders: [
        {
          sort: '避難指示',
          issueOrLift: '発令',
          level: 4,
          areas: [
            { code: 'seguchi', name: '瀬口', kana: 'セグチ', time: '2026-07-01T23:55:00+09:00', households: 940, persons: 2210 },
            { code: 'honmachi', name: '本町', kana: 'ホンマチ', time: '2026-07-01T23:55:00+09:00', households: 1870, persons: 4360 },
          ],
          totalHouseholds: 2810,
          totalPersons: 6570,
        },
      ],
      notes: [],
    });
  });

  it('keeps its id over the revisions of one order, in real life apart from a drill', () => {
    const lifted = orderTold('lifted', { transition: { id: 'order/o1/2' } });
    const [one, two] = [copyOf(first, [first, lifted]).hub, copyOf(lifted, [first, lifted]).hub];
    expect([one.documentRevision, two.documentRevision, two.documentId === one.documentId]).toEqual([1, 2, true]);
    expect(two).toMatchObject({ distributionType: 'Update', orders: [{ issueOrLift: '解除' }] });
    const drill = copyOf(orderTold('given', { transition: { status: 'exercise' } })).hub;
    expect([drill.status, drill.documentId === one.documentId]).toEqual(['訓練', false]);
    expect(copyOf(orderTold('given', { transition: { status: 'test' } })).hub.status).toBe('試験');
  });

  it('lifts for the districts that an update leaves out', () => {
    const before = {
      ...first.order.content,
      municipalLevel: 3 as const,
      districts: [...first.order.content.districts, { code: 'minato', name: '港町', households: 5, persons: null }],
    };
    expect(copyOf(orderTold('updated', { transition: { before } })).hub.orders).toMatchObject([
      { sort: '避難指示', issueOrLift: '発令' },
      {
        sort: '高齢者等避難',
        issueOrLift: '解除',
        areas: [{ code: 'minato', kana: 'ミナトマチ' }],
        totalHouseholds: 5,
        totalPersons: null,
      },
    ]);
  });

  it('takes back what was sent by mistake, and what a wrong update added', () => {
    const mistaken = orderTold('corrected', { transition: { id: 'order/o1/2', corrects: { id: first.id, kind: 'given' } } });
    expect(copyOf(mistaken, [first, mistaken]).hub).toMatchObject({
      distributionType: 'Cancel',
      documentRevision: 2,
      orders: [{ issueOrLift: '解除' }],
    });

    const wider = orderTold('updated', {
      content: { districts: [...first.order.content.districts, { code: 'minato', name: '港町', households: 5, persons: 9 }] },
      transition: { id: 'order/o1/2' },
    });
    const back = orderTold('corrected', { transition: { id: 'order/o1/3', corrects: { id: wider.id, kind: 'updated' } } });
    expect(copyOf(back, [first, wider, back]).hub).toMatchObject({
      distributionType: 'Update',
      documentRevision: 3,
      orders: [{ issueOrLift: '発令' }, { issueOrLift: '解除', areas: [{ code: 'minato' }] }],
    });
  });

  it('says which districts have no reading', () => {
    const districts = [{ code: 'x', name: '一番町', households: null, persons: null }];
    const { orders, notes } = copyOf(orderTold('given', { content: { districts } })).hub;
    expect(orders[0]?.areas[0]?.kana).toBeNull();
    expect(notes).toEqual(['読みがなが分からない地区：一番町（wording/ja-easy.yaml の names に書きます）']);
  });
});

describe('the texts of the law', () => {
  it('report to the governor what was ordered, when, where, for how many, and why (art. 60-4)', () => {
    expect(copyOf(orderTold('given')).governorReport).toBe(
      [
        '災害対策基本法第60条第4項に基づく報告',
        '',
        '見本市長から知事へ',
        '1 内容　警戒レベル4 避難指示の発令',
        '2 日時　2026年7月1日 23時55分',
        '3 地区　瀬口、本町',
        '4 対象　2,810世帯　6,570人',
        '5 避難先　本町公民館、北原体育館',
        '6 根拠',
        '　大瀬川 瀬口 危険水位（2回続けて危険水位以上）',
      ].join('\n'),
    );
    expect(copyOf(orderTold('given', { content: { municipalLevel: 3 } })).governorReport).not.toContain('第60条');
    expect(copyOf(orderTold('corrected', { transition: { corrects: { id: 'x', kind: 'given' } } })).governorReport).toBeNull();
  });

  it('tell the public when evacuation is no longer needed (art. 60-5), which level 3 does not rest on', () => {
    expect(copyOf(orderTold('lifted', { transition: { at: GIVEN_AT + 6 * 3_600_000 } })).publicNotice).toBe(
      [
        '避難指示の解除について（公示）',
        '',
        '2026年7月1日 23時55分に瀬口、本町に発令した避難指示（警戒レベル4）について、避難の必要がなくなったため、災害対策基本法第60条第5項の規定により公示します。',
        '解除した日時　2026年7月2日 5時55分',
        '',
        '2026年7月2日',
        '見本市長',
      ].join('\n'),
    );
    expect(copyOf(orderTold('lifted', { content: { municipalLevel: 3 } })).publicNotice).not.toContain('第60条');
    expect(copyOf(orderTold('given')).publicNotice).toBeNull();
  });

  it('promise 7 are marked when they are of a drill', () => {
    const rows = copyOf(orderTold('lifted', { transition: { status: 'exercise' } })).publicNotice!.split('\n');
    expect([rows[0], rows.at(-1)]).toEqual(['【訓練】', '【訓練】']);
  });
});
