import { type Catchment, discharge, type Rain, type Rating, stage } from './runoff.ts';

/**
 * Floods that happened, as figures of the runoff model. `observed` holds what was measured; rain, catchment and rating were fitted to the
 * curve, and the tests hold the model against both. Hour 0 is `startsAt`; `halfRiseH` and `halfFallH` are the times from the middle
 * of the rise to the peak and from the peak back to the middle, which unlike "start of rise" can be read off any curve.
 */
export interface FloodEvent {
  readonly place: string;
  readonly source: string;
  readonly startsAt: string;
  /** Length of the curve that was fitted. */
  readonly spanH: number;
  readonly observed: {
    readonly baseM: number;
    readonly peakM: number;
    readonly peakAfterH: number;
    readonly halfRiseH: number;
    readonly halfFallH: number;
    /** Distance between two observations near the peak: the peak is not known better than this. */
    readonly samplingH: number;
  };
  readonly rain: Rain;
  readonly catchment: Catchment;
  readonly rating: Rating;
}

const MLIT = '国土交通省 水文水質データベース';
const KAWA = '川の水位情報, about hourly samples, levels above the local datum';

/** Typhoon no. 10 over the Tokachi basin, 29–31 August 2016: the same rain drives the gauge upstream and the one downstream. */
const TOKACHI_RAIN: Rain = { stepH: 4, steps: [0, 0.011, 0.103, 0.147, 0.115, 0.121, 0.186, 0.344, 0.351, 1, 0.239, 0.062] };

export const FLOOD_EVENTS = {
  'obihiro-2016': {
    place: '十勝川 帯広, a large river upstream',
    source: MLIT,
    startsAt: '2016-08-29T12:00:00+09:00',
    spanH: 84,
    observed: { baseM: 33.06, peakM: 38.07, peakAfterH: 40, halfRiseH: 8.7, halfFallH: 12.3, samplingH: 1 },
    rain: TOKACHI_RAIN,
    catchment: { reservoirs: 1, storageH: 7.826, lagH: 0, slowShare: 0.388, slowStorageH: 56.5 },
    rating: { baseM: 33.06, coefficientM: 9.327, exponent: 0.696 },
  },
  // The flood plain on the way keeps most of the wave for a day, hence the great slow share. Peak 7 h after 帯広.
  'moiwa-2016': {
    place: '十勝川 茂岩, the same flood downstream',
    source: MLIT,
    startsAt: '2016-08-29T12:00:00+09:00',
    spanH: 84,
    observed: { baseM: 4.22, peakM: 12.68, peakAfterH: 47, halfRiseH: 10.4, halfFallH: 21.8, samplingH: 1 },
    rain: TOKACHI_RAIN,
    catchment: { reservoirs: 2, storageH: 5.086, lagH: 4.549, slowShare: 0.838, slowStorageH: 24.81 },
    rating: { baseM: 4.22, coefficientM: 19.13, exponent: 0.691 },
  },
  'dead-run-2018': {
    place: 'Dead Run at Franklintown (USGS 01589330), flashy',
    source: 'USGS NWIS, 5 minutes, feet converted',
    startsAt: '2018-06-03T17:00:00Z',
    spanH: 14,
    observed: { baseM: 0.29, peakM: 1.88, peakAfterH: 5.08, halfRiseH: 0.71, halfFallH: 1.13, samplingH: 1 / 12 },
    rain: {
      stepH: 0.25,
      steps: [0, 0, 0.029, 0.498, 0.152, 0, 0, 0.046, 0.33, 0, 0, 0, 0, 0, 0, 0.109, 1, 0.225, 0, 0, 0, 0, 0, 0, 0, 0.336],
    },
    catchment: { reservoirs: 3, storageH: 0.453, lagH: 0, slowShare: 0.269, slowStorageH: 5.306 },
    rating: { baseM: 0.29, coefficientM: 7.255, exponent: 0.864 },
  },
  // Crisis gauge; start 15.56, warn 16.28, flood 17.36 m. 2.8 m over the flood level.
  'kumadani-2026': {
    place: '熊谷川 熊谷大橋 (阿南市), crisis gauge',
    source: KAWA,
    startsAt: '2026-06-02T10:00:00+09:00',
    spanH: 42,
    observed: { baseM: 15.57, peakM: 20.18, peakAfterH: 17.98, halfRiseH: 4.6, halfFallH: 4.1, samplingH: 1.8 },
    rain: { stepH: 2, steps: [0, 0, 0.001, 0.004, 0.002, 0.076, 0.381, 0.483, 1, 0.624, 0.106, 0.026, 0.01, 0.017] },
    catchment: { reservoirs: 2, storageH: 0.438, lagH: 0, slowShare: 0.261, slowStorageH: 7.074 },
    rating: { baseM: 15.57, coefficientM: 5.079, exponent: 0.482 },
  },
  // Crisis gauge; start 21.83, warn 23.51, flood 24.61 m.
  'haragano-2026': {
    place: '日和佐川 原ヶ野橋 (美波町), crisis gauge',
    source: KAWA,
    startsAt: '2026-06-02T11:00:00+09:00',
    spanH: 39.5,
    observed: { baseM: 21.9, peakM: 25.08, peakAfterH: 15.28, halfRiseH: 5, halfFallH: 2.8, samplingH: 2.2 },
    rain: { stepH: 2, steps: [0, 0.01, 0.011, 0.023, 0.104, 0.248, 0.947, 1, 0.126, 0.042, 0.005] },
    catchment: { reservoirs: 1, storageH: 0.313, lagH: 0, slowShare: 0.179, slowStorageH: 4.848 },
    rating: { baseM: 21.9, coefficientM: 3.284, exponent: 0.392 },
  },
  // Crisis gauge; start 2.11, flood 4.21 m. Below its start the gauge is silent, so the base is a guess just under it.
  'miyako-2026': {
    place: '汁谷川 宮古橋 (伊勢市), crisis gauge',
    source: KAWA,
    startsAt: '2026-06-03T00:00:00+09:00',
    spanH: 22.5,
    observed: { baseM: 2, peakM: 4.79, peakAfterH: 10.75, halfRiseH: 6.4, halfFallH: 4.3, samplingH: 1.3 },
    rain: { stepH: 2, steps: [0.099, 0.209, 1, 0.761, 0.977, 0.108, 0.011, 0.022] },
    catchment: { reservoirs: 4, storageH: 0.746, lagH: 0, slowShare: 0, slowStorageH: 8 },
    rating: { baseM: 2, coefficientM: 2.978, exponent: 0.391 },
  },
  // Crisis gauge; start 4.65, flood 5.77 m.
  'watauchi-2026': {
    place: '渡内川 為老橋 (石井町), crisis gauge',
    source: KAWA,
    startsAt: '2026-06-02T14:00:00+09:00',
    spanH: 24.5,
    observed: { baseM: 5.25, peakM: 6.69, peakAfterH: 12.28, halfRiseH: 4.8, halfFallH: 6.6, samplingH: 2.2 },
    rain: { stepH: 2, steps: [0.059, 0, 0.7, 0.522, 1, 0.72, 0.571, 0.541] },
    catchment: { reservoirs: 4, storageH: 0.877, lagH: 0, slowShare: 0, slowStorageH: 17 },
    rating: { baseM: 5.25, coefficientM: 1.781, exponent: 0.88 },
  },
} as const satisfies Readonly<Record<string, FloodEvent>>;

export type FloodEventId = keyof typeof FLOOD_EVENTS;
export const FLOOD_EVENT_IDS = Object.keys(FLOOD_EVENTS) as readonly FloodEventId[];

/** The modelled level in metres, `tH` hours after hour 0 of the event. */
export function floodLevel(id: FloodEventId, tH: number): number {
  const event: FloodEvent = FLOOD_EVENTS[id];
  return stage(event.rating, discharge(event.rain, event.catchment, tH));
}

/** The same curve between another base and peak: a river of the same temper at a place with other figures. */
export function scaledFloodLevel(
  id: FloodEventId,
  { baseM, peakM }: { readonly baseM: number; readonly peakM: number },
  tH: number,
): number {
  const { observed } = FLOOD_EVENTS[id];
  const share = (floodLevel(id, tH) - observed.baseM) / (observed.peakM - observed.baseM);
  return baseM + (peakM - baseM) * share;
}

/** Rain of the event as a share of its heaviest step, 0–1. */
export function rainShare(id: FloodEventId, tH: number): number {
  const { rain }: FloodEvent = FLOOD_EVENTS[id];
  return tH < 0 ? 0 : (rain.steps[Math.floor(tH / rain.stepH)] ?? 0);
}
