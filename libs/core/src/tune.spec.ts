import { aGauge, MINUTE, T0 } from '../../../test/support/builders.ts';
import type { Mode } from './report.ts';
import { tuningOf } from './tune.ts';

const gauge = aGauge();

describe('tuningOf', () => {
  it.each<[string, number, Mode | null, Mode]>([
    ['asks a gauge below start to stand by', 3.4, null, 'standby'],
    ['asks it to observe at start', 3.5, 'standby', 'observe'],
    ['lets it go on observing just below start', 3.45, 'observe', 'observe'],
    ['lets it go on observing a decimetre below start', 3.4, 'observe', 'observe'],
    ['lets it stand by again when the water is clearly below', 3.3, 'observe', 'standby'],
  ])('%s', (_, value, before, mode) => {
    expect(tuningOf(gauge, { at: T0, value }, before)?.mode).toBe(mode);
  });

  it('gives the short interval while observing', () => {
    expect(tuningOf(gauge, { at: T0, value: 4 }, null)).toEqual({ mode: 'observe', intervalMs: 10 * MINUTE });
  });

  it('leaves counters and gauges without start to their own rhythm', () => {
    expect(tuningOf(aGauge({ quantity: 'count' }), { at: T0, value: 4 }, null)).toBeNull();
    expect(tuningOf(aGauge({ quantity: 'count', thresholds: [] }), { at: T0, value: 4 }, null)).toBeNull();
    expect(tuningOf(aGauge({ thresholds: [] }), { at: T0, value: 4 }, null)).toBeNull();
  });

  it.each<[string, number, Mode]>([
    ['the older start before the newer one is in force', T0 - 1, 'observe'],
    ['the newer start from its first instant on', T0, 'standby'],
  ])('asks by %s, in whatever order they stand', (_, at, mode) => {
    const older = { code: 'start', value: 3.5, validFrom: 0 };
    const newer = { code: 'start', value: 4.5, validFrom: T0 };
    for (const thresholds of [
      [older, newer],
      [newer, older],
    ])
      expect(tuningOf(aGauge({ thresholds }), { at, value: 4 }, null)?.mode).toBe(mode);
  });

  it('takes the later row of two starts from the same instant', () => {
    const starts = [3.5, 4.5].map((value) => ({ code: 'start', value, validFrom: 0 }));
    expect(tuningOf(aGauge({ thresholds: starts }), { at: T0, value: 4 }, null)?.mode).toBe('standby');
  });
});
