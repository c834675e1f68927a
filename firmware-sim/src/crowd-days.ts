/**
 * Days of crowds and of queues, as a few figures with straight lines between them.
 *
 * Streets: persons per hour past a counter on New Year's Eve 2014 in Melbourne (City of Melbourne, Pedestrian Counting System, CC BY 4.0),
 * read off at the hours where the day turns. Offices: persons waiting and numbers called on 30 December 2019 in Warsaw district offices
 * (api.um.warszawa.pl): hourly means of waiting at the half hour, numbers called at the full hour.
 */

type Points = readonly (readonly [hour: number, value: number])[];

const STREET_DAYS = {
  /** Waterfront City: empty until the afternoon, 4,741 persons in the hour before midnight, gone two hours later. */
  'fireworks-2014': [
    [0, 75],
    [3, 0],
    [8, 55],
    [12, 265],
    [15, 367],
    [17, 507],
    [18, 780],
    [19, 1591],
    [20, 2513],
    [21, 3478],
    [22, 4394],
    [23, 4741],
    [24, 3210],
    [25, 701],
    [27, 208],
    [29, 9],
    [32, 55],
  ],
  /** Town Hall (West): a shopping street, full from noon to midnight. */
  'shopping-2014': [
    [0, 287],
    [3, 49],
    [6, 120],
    [8, 469],
    [9, 1029],
    [10, 1791],
    [11, 2775],
    [12, 3414],
    [14, 4015],
    [16, 3984],
    [18, 3803],
    [20, 2803],
    [22, 3846],
    [23, 2974],
    [25, 3279],
    [26, 2373],
    [28, 585],
    [30, 167],
    [32, 208],
  ],
} as const satisfies Readonly<Record<string, Points>>;

const OFFICE_DAYS = {
  /** Mokotów, letter X: 495 persons a day at a few counters, 257 waiting at the worst. */
  'mokotow-2019': {
    waiting: [
      [8, 0],
      [8.5, 57],
      [9.5, 105],
      [10.5, 177],
      [11.5, 257],
      [12.5, 255],
      [13.5, 193],
      [14.5, 121],
      [15.5, 27],
      [16, 0],
    ],
    called: [
      [8, 0],
      [9, 51],
      [10, 94],
      [11, 142],
      [12, 202],
      [13, 267],
      [14, 331],
      [15, 419],
      [16, 495],
    ],
  },
  /** Praga-Południe, letter A: worst in the morning. */
  'praga-2019': {
    waiting: [
      [8, 0],
      [8.5, 76],
      [9.5, 109],
      [10.5, 98],
      [11.5, 80],
      [12.5, 58],
      [13.5, 42],
      [14.5, 26],
      [15.5, 11],
      [17, 0],
    ],
    called: [
      [8, 0],
      [9, 6],
      [10, 27],
      [11, 46],
      [12, 77],
      [13, 84],
      [14, 106],
      [15, 120],
      [16, 153],
      [17, 170],
    ],
  },
} as const satisfies Readonly<Record<string, { readonly waiting: Points; readonly called: Points }>>;

export type StreetDayId = keyof typeof STREET_DAYS;
export type OfficeDayId = keyof typeof OFFICE_DAYS;
export const STREET_DAY_IDS = Object.keys(STREET_DAYS) as readonly StreetDayId[];
export const OFFICE_DAY_IDS = Object.keys(OFFICE_DAYS) as readonly OfficeDayId[];

/** The value between the figures; the first before them, the last after them. */
export function between(points: Points, x: number): number {
  let previous = points[0];
  if (!previous || x <= previous[0]) return previous?.[1] ?? 0;
  for (const point of points) {
    if (x < point[0]) return previous[1] + ((x - previous[0]) / (point[0] - previous[0])) * (point[1] - previous[1]);
    previous = point;
  }
  return previous[1];
}

/** The area under the figures from the first one to `x`. */
function areaBelow(points: Points, x: number): number {
  let area = 0;
  let previous = points[0];
  if (!previous) return 0;
  for (const point of points) {
    if (x <= previous[0]) break;
    const to = Math.min(point[0], x);
    area += ((to - previous[0]) * (previous[1] + between(points, to))) / 2;
    previous = point;
  }
  return area;
}

const peakOf = (points: Points): number => Math.max(...points.map(([, value]) => value));

/** Persons who came since the day's hour 0, when `peakPerHour` come in the busiest hour. */
function cameBy(day: StreetDayId, peakPerHour: number, hour: number): number {
  const points: Points = STREET_DAYS[day];
  return (areaBelow(points, hour) * peakPerHour) / peakOf(points);
}

/** A place that people enter and leave after `dwellH`: cumulative persons in and out, and those present. */
export function crowdAt(
  day: StreetDayId,
  { peakPerHour, dwellH }: { readonly peakPerHour: number; readonly dwellH: number },
  hour: number,
): { readonly in: number; readonly out: number; readonly count: number } {
  const came = Math.round(cameBy(day, peakPerHour, hour));
  const left = Math.round(cameBy(day, peakPerHour, hour - dwellH));
  return { in: came, out: left, count: came - left };
}

/** A window's queue when `peakWaiting` wait at the worst: waiting, the number being called, and the minutes the last one waits. */
export function queueAt(
  day: OfficeDayId,
  peakWaiting: number,
  hour: number,
): { readonly waiting: number; readonly calling: number; readonly waitMin: number } {
  const { waiting, called }: { readonly waiting: Points; readonly called: Points } = OFFICE_DAYS[day];
  const scale = peakWaiting / peakOf(waiting);
  const persons = hour > (waiting.at(-1)?.[0] ?? 0) ? 0 : Math.round(between(waiting, hour) * scale);
  const calling = Math.round(between(called, hour) * scale);
  const servedPerMin = ((between(called, hour + 0.5) - between(called, hour - 0.5)) * scale) / 60;
  return {
    waiting: persons,
    calling,
    waitMin: persons === 0 ? 0 : Math.min(WAIT_MIN_MAX, Math.round(persons / Math.max(servedPerMin, 1 / 60))),
  };
}

/** A window never announces more than a working day. */
const WAIT_MIN_MAX = 480;
