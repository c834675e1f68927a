import { HOUR, T0 } from '../../../test/support/builders.ts';
import { NO_CLOCK } from './clock-offset.ts';
import { deviceFaults, type DeviceRecord, NEW_DEVICE, noted } from './device-record.ts';
import type { SeqTurn } from './seq-lines.ts';

const after = (turns: readonly (SeqTurn | null)[], everyMs = HOUR): DeviceRecord =>
  turns.reduce<DeviceRecord>(
    (record, turn, index) => noted(record, { turn, clock: NO_CLOCK, batteryV: null, receivedAt: T0 + index * everyMs }),
    NEW_DEVICE,
  );

describe('noted', () => {
  it('counts gaps and restarts, and knows when the last was', () => {
    expect(after(['first', 'gap', 'next', 'gap', 'restart', null])).toMatchObject({
      gaps: 2,
      lastGapAt: T0 + 3 * HOUR,
      restarts: 1,
      lastRestartAt: T0 + 4 * HOUR,
    });
  });

  it('keeps the newest voltage when a report tells none', () => {
    const told = noted(NEW_DEVICE, { turn: null, clock: NO_CLOCK, batteryV: 3.6, receivedAt: T0 });
    expect(noted(told, { turn: null, clock: NO_CLOCK, batteryV: null, receivedAt: T0 }).batteryV).toBe(3.6);
  });
});

const kinds = (record: DeviceRecord, now = T0 + 3 * HOUR) => deviceFaults(record, now).map(({ kind }) => kind);

describe('deviceFaults', () => {
  it.each<[string, readonly (SeqTurn | null)[], number, readonly string[]]>([
    ['nothing about a device that counts on', ['first', 'next', 'gap', 'straggler', 'restart'], HOUR, []],
    ['nothing about a line that goes on once or twice', ['interleaved', 'interleaved'], HOUR, []],
    ['F32 two devices that count side by side', ['interleaved', 'interleaved', 'interleaved'], HOUR, ['cloned']],
    ['nothing when it happened over days', ['interleaved', 'interleaved', 'interleaved'], 13 * HOUR, []],
  ])('says %s', (_, turns, everyMs, expected) => {
    expect(kinds(after(turns, everyMs), T0 + (turns.length - 1) * everyMs)).toEqual(expected);
  });

  it('forgets two devices a day after the last word of one of them', () => {
    expect(kinds(after(['interleaved', 'interleaved', 'interleaved']), T0 + 25 * HOUR)).toEqual([]);
  });

  it.each<[number | null, readonly string[]]>([
    [null, []],
    [3.6, []],
    [3.2, ['battery']],
    [12.4, []],
    [11.2, ['battery']],
    [87, []],
  ])('judges a battery of %s V', (batteryV, expected) => {
    expect(kinds({ ...NEW_DEVICE, batteryV })).toEqual(expected);
  });

  it('says what is wrong with the clock', () => {
    expect(deviceFaults({ ...NEW_DEVICE, clock: { ...NO_CLOCK, trouble: '時計' } }, T0)).toEqual([{ kind: 'clock', why: '時計' }]);
  });
});
