/** What a battery has given so far, counted in measurements: a report over the mobile network costs as much as fifty of them. */
export interface Battery {
  readonly spent: number;
}

export const FULL: Battery = { spent: 0 };

const REPORT_COST = 50;
/** Five years without a change (D§1.1): a measurement every 10 minutes and a sign of life a day, plus forty days of floods at 5 minutes. */
const CAPACITY = 5 * 365 * (144 + REPORT_COST) + 40 * 288 * REPORT_COST;
/** A lithium thionyl chloride cell holds its voltage nearly to the end and then falls. */
const FULL_V = 3.65;
const FLAT_V = 3.55;
const EMPTY_V = 2.8;
const KNEE = 0.85;

/** The battery after one measurement, sent or not. */
export const drain = ({ spent }: Battery, sent: boolean): Battery => ({ spent: spent + 1 + (sent ? REPORT_COST : 0) });

/** Volts to two decimals, as devices report them. */
export function batteryVolt({ spent }: Battery): number {
  const used = Math.min(1, spent / CAPACITY);
  const volt = used < KNEE ? FULL_V - ((FULL_V - FLAT_V) * used) / KNEE : FLAT_V - ((FLAT_V - EMPTY_V) * (used - KNEE)) / (1 - KNEE);
  return Math.round(volt * 100) / 100;
}
