import { readingsCsv } from './csv.ts';

describe('CSV of readings', () => {
  it('F72 quotes text and disarms formulas, and leaves negative figures alone', () => {
    const at = Date.UTC(2026, 6, 1, 14, 41, 7);
    const csv = readingsCsv({
      gauge: '=HYPERLINK("x")',
      quantity: 'level',
      unit: 'm',
      points: [{ at, receivedAt: at + 1_000, raw: -0.5, value: -0.53, quality: 'ok', why: '@cmd\nx' }],
    });
    expect(csv).toBe(
      '\uFEFFgauge,time,level,received,raw,quality,why\r\n' +
        `"'=HYPERLINK(""x"")",2026-07-01T23:41:07.000+09:00,-0.53,2026-07-01T23:41:08.000+09:00,-0.5,"ok","'@cmd\nx"\r\n`,
    );
  });
});
