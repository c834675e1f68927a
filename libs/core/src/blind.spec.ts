import { aGauge, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { expectedMs } from './blind.ts';
import type { Mode } from './report.ts';

const gauge = aGauge({ standbyIntervalMs: 24 * HOUR, observeIntervalMs: 10 * MINUTE });
const said = (mode: Mode | null, intervalMs: number | null) => ({ gauge: gauge.id, recent: {}, heardAt: T0, mode, intervalMs });

describe('how often a gauge is expected to speak', () => {
  it.each([
    ['as the playbook says while it observes', 'observe', null, 10 * MINUTE],
    ['as it says itself while it observes', 'observe', 2 * MINUTE, 2 * MINUTE],
    ['as it says itself, also more rarely than the playbook thinks', 'observe', HOUR, HOUR],
    ['once a day while it stands by, however often it measures', 'standby', 10 * MINUTE, 24 * HOUR],
    ['P6 once a day at least while it observes, when it tells milliseconds for seconds', 'observe', 600_000_000, 24 * HOUR],
    ['P6 once a day at least while it stands by, when it tells milliseconds for seconds', 'standby', 600_000_000, 24 * HOUR],
  ] as const)('%s', (_, mode, intervalMs, expected) => {
    expect(expectedMs(gauge, said(mode, intervalMs))).toBe(expected);
  });
});
