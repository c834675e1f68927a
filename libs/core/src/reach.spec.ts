import { csvCell, reachCsv, reachLines, reachOfRows, type ReachRow } from './reach.ts';

const row = (set: Partial<ReachRow>): ReachRow => ({
  channel: 'line',
  language: 'ja',
  state: 'sent',
  attempted: true,
  note: null,
  original: null,
  districts: ['A'],
  recipients: 10,
  ...set,
});
const mail = (set: Partial<ReachRow>, original: ReachRow['original']): ReachRow => row({ channel: 'disaster-mail', original, ...set });
const refused = { state: 'refused', attempted: true, note: null } as const;

describe('reachOfRows', () => {
  it.each<readonly [string, readonly ReachRow[], object]>([
    ['nobody', [], { addressed: 0, accepted: 0 }],
    ['accepted', [row({})], { addressed: 10, accepted: 10 }],
    ['waiting', [row({ state: 'queued', attempted: false })], { addressed: 10, waiting: 10 }],
    ['tried before: nobody knows', [row({ state: 'queued' })], { addressed: 10, waiting: 0, unknown: 10 }],
    ['under way: nobody knows', [row({ state: 'sending' })], { unknown: 10 }],
    ['a dead letter: nobody knows', [row({ state: 'dead' })], { unknown: 10 }],
    [
      'refused, too late, settled by hand',
      [row({ state: 'refused' }), row({ state: 'expired' }), row({ state: 'closed' })],
      { failed: 30 },
    ],
    ['held back: not addressed', [row({ state: 'suppressed' })], { addressed: 0, suppressed: 10 }],
    ['some confirmed', [row({}), row({ note: 'confirmed', recipients: 3 })], { addressed: 10, accepted: 10, confirmed: 3 }],
    ['some came back', [row({}), row({ note: 'bounced', recipients: 3 })], { addressed: 10, accepted: 7, failed: 3, bounced: 3 }],
    [
      'confirmed although nobody knew',
      [row({ state: 'dead' }), row({ state: 'dead', note: 'confirmed', recipients: 1 })],
      { addressed: 10, accepted: 1, unknown: 9 },
    ],
    ['reached the other way', [row({ state: 'refused' }), mail({ recipients: 4 }, refused)], { addressed: 10, accepted: 4, failed: 6 }],
    [
      'the other way waits',
      [row({ state: 'refused' }), mail({ state: 'queued', attempted: false, recipients: 4 }, refused)],
      { addressed: 10, waiting: 4, failed: 6 },
    ],
    [
      'LINE took it after all',
      [row({}), mail({ recipients: 4 }, { state: 'sent', attempted: true, note: null })],
      { addressed: 10, accepted: 10 },
    ],
    [
      'the other way failed as well',
      [row({}), mail({ state: 'refused', recipients: 4 }, { state: 'sent', attempted: true, note: null })],
      { addressed: 10, accepted: 10, failed: 0 },
    ],
    [
      'held back on LINE and told the other way',
      [row({ state: 'suppressed' }), mail({ recipients: 4 }, { state: 'suppressed', attempted: false, note: null })],
      { addressed: 4, accepted: 4, suppressed: 6 },
    ],
    [
      'who blocked us is reached the other way',
      [row({}), row({ note: 'blocked', recipients: 1 }), mail({ recipients: 1 }, { state: 'sent', attempted: true, note: 'blocked' })],
      { addressed: 10, accepted: 10, failed: 0, blocked: 0 },
    ],
    [
      'and is not when that mail comes back',
      [row({ state: 'refused', recipients: 1 }), mail({ recipients: 1 }, refused), mail({ recipients: 1, note: 'bounced' }, refused)],
      { addressed: 1, accepted: 0, failed: 1, bounced: 1 },
    ],
  ])('%s', (_, rows, counts) => {
    const { residents } = reachOfRows(rows);
    expect(residents).toMatchObject(counts);
    expect(residents.addressed).toBe(residents.accepted + residents.waiting + residents.unknown + residents.failed);
  });

  it('counts who chose two districts in both and in all once, and staff apart', () => {
    const reach = reachOfRows([
      row({ districts: ['A', 'B'], recipients: 2 }),
      row({}),
      row({ districts: null, language: 'en', recipients: 5 }),
    ]);
    expect(reach.residents.addressed).toBe(12);
    expect(reach.others.addressed).toBe(5);
    expect(reach.districts.map(({ code, addressed }) => [code, addressed])).toEqual([
      ['A', 12],
      ['B', 2],
    ]);
    expect(reach.languages.map(({ language, addressed }) => [language, addressed])).toEqual([
      ['en', 5],
      ['ja', 12],
    ]);
  });

  it('tells of each channel what it did itself', () => {
    const reach = reachOfRows([row({ state: 'refused' }), mail({ recipients: 4 }, refused)]);
    expect(reach.channels).toMatchObject([
      { channel: 'disaster-mail', addressed: 4, accepted: 4 },
      { channel: 'line', addressed: 10, failed: 10 },
    ]);
    expect(reach.districts[0]?.channels).toMatchObject([{ accepted: 4 }, { failed: 10 }]);
  });
});

describe('the sheet for the loudspeaker cars', () => {
  const known = new Map([
    ['A', { name: '瀬口', population: 1_000, households: 400 }],
    ['B', { name: '=HYPERLINK("x")', population: 10 }],
    ['C', { name: '本町', population: null }],
  ]);
  const reach = reachOfRows([
    row({ recipients: 900 }),
    row({ state: 'refused', recipients: 50 }),
    row({ districts: ['B'], recipients: 3 }),
  ]);

  it('begins where the fewest were reached, a district without subscribers before all', () => {
    expect(
      reachLines(reach, known, ['C', 'A']).map(({ code, addressed, notReached, percent }) => [code, addressed, notReached, percent]),
    ).toEqual([
      ['C', 0, 0, null],
      ['B', 3, 0, 30],
      ['A', 950, 50, 90],
    ]);
  });

  it('never tells more than all of a population, and nothing of an unknown one', () => {
    expect(reachLines(reachOfRows([row({ districts: ['B'], recipients: 30 })]), known, []).map(({ percent }) => percent)).toEqual([100]);
  });

  it('F72 is a CSV that no spreadsheet calculates', () => {
    const text = reachCsv(reachLines(reach, known, []));
    expect(text.startsWith('\uFEFF地区コード,')).toBe(true);
    expect(text.split('\r\n').slice(1)).toEqual([`"B","'=HYPERLINK(""x"")",10,,3,3,0,30`, '"A","瀬口",1000,400,950,900,50,90', '']);
  });

  it.each([
    ['=1+1', `"'=1+1"`],
    ['+1', `"'+1"`],
    ['-1', `"'-1"`],
    ['@x', `"'@x"`],
    ['\tx', `"'\tx"`],
    ['\rx', `"'\rx"`],
    ['\0x', `"'\0x"`],
    ['1=1', '"1=1"'],
    [-1, '-1'],
    [null, ''],
  ])('F72 writes %j as %j', (value, cell) => {
    expect(csvCell(value)).toBe(cell);
  });
});
