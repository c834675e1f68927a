import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { decodeReports, DEPTH_MAX, PACKET_BYTES_MAX, reportPacket, REPORTS_MAX } from './index.ts';

const EXAMPLES = new URL('../examples/', import.meta.url);
const bytes = (text: string) => Buffer.from(text, 'utf8');
const refused = (text: string | Uint8Array) => {
  const decoded = decodeReports(typeof text === 'string' ? bytes(text) : text);
  return 'reason' in decoded ? decoded : null;
};

const at = (t: unknown) => {
  const decoded = decodeReports(bytes(JSON.stringify({ t, level: 1 })));
  return 'reports' in decoded ? decoded.reports[0]?.at : decoded;
};
const batch = (count: number) => JSON.stringify(Array.from({ length: count }, (_, seq) => ({ seq, t: seq, level: 1 })));
const spelled = (key: string, escaped: boolean) => (escaped ? `\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}` : key);

describe('decodeReports', () => {
  it('reads a report in the units of the core', () => {
    const decoded = decodeReports(readFileSync(new URL('valid/river-observe.json', EXAMPLES)));
    expect(decoded).toEqual({
      reports: [
        {
          seq: 1812,
          at: Date.UTC(2026, 5, 30, 18, 10),
          values: { level: 12.34 },
          mode: 'observe',
          intervalMs: 300_000,
          batteryV: 3.58,
          rssiDbm: -97,
          firmware: '1.4.2',
        },
      ],
    });
  });

  it('takes the same instant from every way of writing it', () => {
    for (const t of ['2026-07-01T03:10:00+09:00', '2026-06-30T18:10Z', '2026-06-30T18:10:00.000Z', 1782843000000])
      expect(at(t)).toBe(1782843000000);
    expect(at('2024-02-29T00:00:00Z')).toBe(Date.UTC(2024, 1, 29));
  });

  it.each(readdirSync(new URL('valid/', EXAMPLES)))('admits the example %s', (name) => {
    const decoded = decodeReports(readFileSync(new URL(`valid/${name}`, EXAMPLES)));
    expect(decoded).toEqual({ reports: expect.arrayContaining([expect.objectContaining({ at: expect.any(Number) })]) });
  });

  it.each(readdirSync(new URL('invalid/', EXAMPLES)))('refuses the example %s for the reason in its name', (name) => {
    expect(refused(readFileSync(new URL(`invalid/${name}`, EXAMPLES)))?.reason).toBe(name.split('--')[0]);
  });

  it('names the place of a mistake in a batch', () => {
    expect(refused('[{"t":1,"level":1},{"t":2,"level":"high"}]')?.detail).toBe('[1].level: must be a finite number');
  });

  it('keeps a batch of the greatest size and refuses a greater one', () => {
    expect(decodeReports(bytes(batch(REPORTS_MAX)))).toMatchObject({ reports: { length: REPORTS_MAX } });
    expect(refused(batch(REPORTS_MAX + 1))?.detail).toMatch(/1 to 500 reports, not 501/);
  });

  it('leaves no trace of __proto__ on anything (F41)', () => {
    expect(refused('{"t":1,"level":1,"__proto__":{"polluted":true}}')?.reason).toBe('badShape');
    expect(refused('[{"t":1,"constructor":{"prototype":{"polluted":true}}}]')?.reason).toBe('badShape');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['opening brackets without end', '['.repeat(PACKET_BYTES_MAX)],
    ['brackets in brackets', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['objects in objects', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['thousands of keys', `{${Array.from({ length: 6000 }, (_, key) => `"k${key}":1`).join(',')}}`],
    ['thousands of keys in a batch', `[{${Array.from({ length: 6000 }, (_, key) => `"k${key}":1`).join(',')}}]`],
    ['one endless number', `{"t":${'1'.repeat(60_000)}}`],
    ['one endless text', `{"t":"${'2'.repeat(60_000)}"}`],
    ['a text that never ends', `{"fw":"${'\\'.repeat(60_000)}`],
    ['a megabyte', ' '.repeat(1_000_000)],
    ['a megabyte of reports', `[${Array.from({ length: 20_000 }, () => '{"t":1782843300000,"level":12.3}').join(',')}]`],
  ])('refuses %s in bounded time (F41)', (_, text) => {
    const payload = bytes(text);
    const began = performance.now();
    const decoded = refused(payload);
    const tookMs = performance.now() - began;
    expect(decoded).not.toBeNull();
    expect(decoded!.detail.length).toBeLessThanOrEqual(200);
    // Some milliseconds; what grows with the square of its length takes minutes.
    expect(tookMs).toBeLessThan(5_000);
  });

  it(`reads ${DEPTH_MAX} levels before it calls a document too deep`, () => {
    expect(refused('['.repeat(DEPTH_MAX) + ']'.repeat(DEPTH_MAX))?.reason).toBe('badShape');
    expect(refused('['.repeat(DEPTH_MAX + 1) + ']'.repeat(DEPTH_MAX + 1))?.reason).toBe('tooDeep');
  });

  it('never throws and never answers anything else, whatever the bytes (F41)', () => {
    const anyBytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map(bytes),
      fc.string({ maxLength: 300 }).map(bytes),
      fc
        .object({ key: fc.constantFrom('seq', 't', 'level', 'rain', 'mode', 'fw', '__proto__') })
        .map((value) => bytes(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(anyBytes, (payload) => {
        const decoded = decodeReports(payload);
        expect('reason' in decoded ? ['notJson', 'badShape', 'tooDeep'].includes(decoded.reason) : decoded.reports.length > 0).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('admits exactly what the published schema admits, when no key is written twice', () => {
    const value = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.constantFrom('observe', 'standby', '2026-07-01T03:10:00+09:00', '1.4.2', null, true),
    );
    const keys = ['seq', 't', 'level', 'distance', 'rain', 'count', 'mode', 'interval', 'fw', 'batV', 'extra'];
    const report = fc.oneof(
      fc.dictionary(fc.constantFrom(...keys), value, { noNullPrototype: true }),
      fc.record({ seq: fc.nat(), t: fc.integer(), level: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
    );
    fc.assert(
      fc.property(fc.oneof(report, fc.array(report, { maxLength: 5 })), (document) => {
        const text = JSON.stringify(document);
        expect('reports' in decodeReports(bytes(text))).toBe(reportPacket.safeParse(JSON.parse(text)).success);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds a key written twice at every place and in every spelling', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(['seq', 'level', 'rain', 'batV'], { minLength: 1 }),
        fc.boolean(),
        fc.constantFrom('1.4.2', 'a:b', '\\":\\"', '\\u003a', '{[:'),
        (keys, escaped, fw) => {
          const once = ['"t":1', `"fw":"${fw}"`, ...keys.map((key) => `"${key}":1`)];
          const twice = [...once, `"${spelled(keys[0]!, escaped)}":2`];
          expect(refused(`{${once.join(',')}}`)).toBeNull();
          expect(refused(`{${twice.join(',')}}`)?.detail).toBe('a key is written twice');
        },
      ),
    );
  });
});
