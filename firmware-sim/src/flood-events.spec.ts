import { FLOOD_EVENT_IDS, FLOOD_EVENTS, floodLevel, rainShare, scaledFloodLevel } from './flood-events.ts';
import { discharge, outflowShare } from './runoff.ts';

/** Base, peak and the halves of the wave of a modelled curve, a minute at a time. */
function figuresOf(id: (typeof FLOOD_EVENT_IDS)[number]) {
  const { spanH, observed } = FLOOD_EVENTS[id];
  const levels = Array.from({ length: Math.round(spanH * 60) + 1 }, (_, minute) => floodLevel(id, minute / 60));
  const peakM = Math.max(...levels);
  const peakIndex = levels.indexOf(peakM);
  const half = (observed.baseM + peakM) / 2;
  let up = peakIndex;
  while (up > 0 && levels[up]! >= half) up -= 1;
  let down = peakIndex;
  while (down < levels.length && levels[down]! >= half) down += 1;
  return { baseM: levels[0]!, peakM, peakAfterH: peakIndex / 60, halfRiseH: (peakIndex - up) / 60, halfFallH: (down - peakIndex) / 60 };
}

describe.each(FLOOD_EVENT_IDS)('%s', (id) => {
  const { observed } = FLOOD_EVENTS[id];
  const model = figuresOf(id);
  const rise = observed.peakM - observed.baseM;
  // The middle of a rise between two observations is known to about half their distance at either end.
  const toleranceH = (observedH: number) => Math.max(observed.samplingH / 2, observedH * 0.15);

  it('begins at the base of the real flood', () => {
    expect(model.baseM).toBeCloseTo(observed.baseM, 2);
  });

  it('reaches the peak of the real flood within 2 % of its rise', () => {
    expect(Math.abs(model.peakM - observed.peakM)).toBeLessThan(0.02 * rise);
  });

  it('reaches it at the same time', () => {
    expect(Math.abs(model.peakAfterH - observed.peakAfterH)).toBeLessThan(Math.max(observed.samplingH / 2, 0.1));
  });

  it('rises and falls as fast as the real flood', () => {
    expect(Math.abs(model.halfRiseH - observed.halfRiseH)).toBeLessThan(toleranceH(observed.halfRiseH));
    expect(Math.abs(model.halfFallH - observed.halfFallH)).toBeLessThan(toleranceH(observed.halfFallH));
  });
});

it('lets the flood of Obihiro reach Moiwa seven hours later', () => {
  const travelH = figuresOf('moiwa-2016').peakAfterH - figuresOf('obihiro-2016').peakAfterH;
  expect(Math.abs(travelH - 7)).toBeLessThan(0.5);
});

it('shapes a flood between another base and peak', () => {
  const levels = Array.from({ length: 43 * 60 }, (_, minute) => scaledFloodLevel('kumadani-2026', { baseM: 1, peakM: 4 }, minute / 60));
  expect(levels[0]).toBeCloseTo(1, 2);
  expect(Math.max(...levels)).toBeCloseTo(4, 1);
});

it('is dry before the rain and after it', () => {
  expect([rainShare('kumadani-2026', -1), rainShare('kumadani-2026', 16.5), rainShare('kumadani-2026', 99)]).toEqual([0, 1, 0]);
});

it('gives back all of the rain in the end, however many reservoirs it went through', () => {
  const catchment = { reservoirs: 4, storageH: 2, lagH: 3, slowShare: 0.3, slowStorageH: 20 };
  const rain = { stepH: 1, steps: [1, 0, 0.5] };
  let volume = 0;
  for (let minute = 0; minute < 300 * 60; minute += 1) volume += discharge(rain, catchment, minute / 60) / 60;
  expect(volume).toBeCloseTo(1.5, 2);
});

it('lets nothing flow before its time, and in the end everything', () => {
  expect([outflowShare(3, 2, 0), outflowShare(3, 2, -1)]).toEqual([0, 0]);
  expect(outflowShare(3, 2, 100)).toBeCloseTo(1, 9);
});
