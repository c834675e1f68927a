import type { Gauge, LogEntry } from '#core';
import { aGauge, aReading, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { Tuner } from './tuner.ts';

const entry = (position: number, value: number): LogEntry => ({
  position,
  reading: aReading({ value, observedAt: T0 + position * MINUTE }),
});

describe('the closed loop', () => {
  let gauge: Gauge;
  let asked: string[];
  let tuner: Tuner;
  beforeEach(() => {
    gauge = aGauge();
    asked = [];
    tuner = new Tuner({
      playbook: {
        get gauges() {
          return new Map([[gauge.id, gauge]]);
        },
      },
      publish: (device, { mode, intervalMs }, rev) => asked.push(`${rev} ${device} ${mode} ${intervalMs / MINUTE}`),
    });
  });

  it('asks a gauge once for each change of what it should do', () => {
    tuner.committed([entry(1, 3), entry(2, 3.1), entry(3, 3.6), entry(4, 3.7), entry(5, 3.1)]);
    expect(asked).toEqual(['1 tama-03 standby 1440', '3 tama-03 observe 10', '5 tama-03 standby 1440']);
  });

  it('asks anew when a changed playbook names another rhythm or another device', () => {
    tuner.committed([entry(1, 3.6)]);
    gauge = aGauge({ observeIntervalMs: 5 * MINUTE });
    tuner.committed([entry(2, 3.6), entry(3, 3.6)]);
    gauge = aGauge({ observeIntervalMs: 5 * MINUTE, device: 'tama-03b' });
    tuner.committed([entry(4, 3.6)]);
    expect(asked).toEqual(['1 tama-03 observe 10', '2 tama-03 observe 5', '4 tama-03b observe 5']);
  });
});
