import { readingsCsv } from './csv.ts';

describe('CSV of readings', () => {
  it('F72 quotes text and disarms formulas, and leaves negative figures alone', () => {
    const at = Date.UTC(2026, 6, 1, 14, 41, 7);
    const csv = readingsCsv({
      gauge: '=HYPERLINK("x")',
      quantity: 'level',
      unit: 'm',
      points: [
        { at, receivedAt: at + 1_000, raw: -0.5, value: -0.53, quality: 'ok', why: '@cmd\nx' },
        {
          at: at + 2_000,
          receivedAt: at + 3_000,
          raw: 15.1,
          value: 15.1,
          quality: 'stepTooLarge',
          why: '',
          corrected: { value: 3.15, by: 'sato', at: at + 9_000, reason: '=水位標' },
        },
      ],
    });
    expect(csv).toBe(
      '\uFEFFgauge,time,level,received,raw,quality,why,corrected,correctedBy,correctedWhy\r\n' +
        `"'=HYPERLINK(""x"")",2026-07-01T23:41:07.000+09:00,-0.53,2026-07-01T23:41:08.000+09:00,-0.5,"ok","'@cmd\nx",,,\r\n` +
        `"'=HYPERLINK(""x"")",2026-07-01T23:41:09.000+09:00,15.1,2026-07-01T23:41:10.000+09:00,15.1,"stepTooLarge","",3.15,"sato","'=水位標"\r\n`,
    );
  });
});
