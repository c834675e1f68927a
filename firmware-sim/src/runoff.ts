/**
 * Rain to water level: rain falls on a catchment, leaves it through a cascade of linear reservoirs (Nash 1957) with a slow part for
 * the ground water beside it, and a power law turns discharge into a level. Closed form, so a level can be asked at any instant and
 * thousands of gauges cost no state.
 */

/** Effective rain in steps of equal length from hour 0. Relative: 1 is the heaviest step of the event, and the rating holds the scale. */
export interface Rain {
  readonly stepH: number;
  readonly steps: readonly number[];
}

/** How a catchment delays water. A gauge further down has more reservoirs or a longer lag: that is its travel time. */
export interface Catchment {
  readonly reservoirs: number;
  /** Storage of one reservoir: the larger, the flatter the flood. */
  readonly storageH: number;
  /** Pure delay of the channel. */
  readonly lagH: number;
  /** Share of the rain, 0–1, that leaves through one slow reservoir: the long tail of a recession. */
  readonly slowShare: number;
  readonly slowStorageH: number;
}

/** level = baseM + coefficientM · discharge ^ exponent. Wide channels have an exponent near 0.6 (Manning); narrow and banked-up ones differ. */
export interface Rating {
  readonly baseM: number;
  readonly coefficientM: number;
  readonly exponent: number;
}

/** The part of a rain lasting for ever that flows out `tH` hours after it began: 0 before, towards 1 later. */
export function outflowShare(reservoirs: number, storageH: number, tH: number): number {
  if (tH <= 0) return 0;
  const x = tH / storageH;
  let term = 1;
  let sum = 1;
  for (let i = 1; i < reservoirs; i += 1) {
    term *= x / i;
    sum += term;
  }
  return 1 - Math.exp(-x) * sum;
}

/** Discharge at hour `tH` in the relative unit of the rain. */
export function discharge(rain: Rain, catchment: Catchment, tH: number): number {
  const { reservoirs, storageH, lagH, slowShare, slowStorageH } = catchment;
  const at = tH - lagH;
  let flow = 0;
  for (const [index, intensity] of rain.steps.entries()) {
    const since = at - index * rain.stepH;
    if (since <= 0) break;
    const ended = since - rain.stepH;
    const fast = outflowShare(reservoirs, storageH, since) - outflowShare(reservoirs, storageH, ended);
    const slow = slowShare === 0 ? 0 : outflowShare(1, slowStorageH, since) - outflowShare(1, slowStorageH, ended);
    flow += intensity * ((1 - slowShare) * fast + slowShare * slow);
  }
  return flow;
}

/** Level in metres for a discharge. */
export const stage = ({ baseM, coefficientM, exponent }: Rating, flow: number): number => baseM + coefficientM * flow ** exponent;
