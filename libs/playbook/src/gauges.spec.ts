import { readGauges } from './gauges.ts';
import { Findings } from './problem.ts';

/** Reads a table with one gauge. */
function read(kind: string, closing: string) {
  const findings = new Findings();
  const table = `id,name,kind,closing\nhall,公民館,${kind},${closing}\n`;
  const known = { timeZone: 'Asia/Tokyo', districts: new Set<string>(), thresholds: new Map() };
  const gauges = readGauges('gauges.csv', Buffer.from(table), known, findings)?.gauges;
  return { closing: gauges?.get('hall')?.gauge.closing, said: findings.list().map(({ message }) => message) };
}

describe('readGauges', () => {
  it.each([
    ['22:00', 1_320],
    ['0:05', 5],
  ])('reads when a place is empty every day: %s', (text, minuteOfDay) => {
    expect(read('shelter', text)).toEqual({ closing: { minuteOfDay, timeZone: 'Asia/Tokyo' }, said: [] });
  });

  it('leaves a place open that has no closing time', () => {
    expect(read('shelter', '')).toEqual({ closing: undefined, said: [] });
  });

  it.each([
    ['shelter', '24:00', 'closing: "24:00" is not a time of day such as 22:00; correct it'],
    ['shelter', '夜', 'closing: "夜" is not a time of day such as 22:00; correct it'],
    ['river', '22:00', 'closing empties a place whose people are counted, but this gauge reports level; leave it empty'],
  ])('refuses for a %s: %s', (kind, text, message) => {
    expect(read(kind, text).said).toContain(message);
  });
});
