import { between, crowdAt, type OfficeDayId, queueAt, type StreetDayId } from './crowd-days.ts';
import type { Values } from './device.ts';
import { type FloodEventId, rainShare, scaledFloodLevel } from './flood-events.ts';
import { hash32, seeded } from './seeded.ts';

/** What happens at a place. Hours of the scenario, 0 at its begin; crowds and offices go by the hour of the day. */
export type Course =
  | { readonly kind: 'flood'; readonly flood: FloodEventId; readonly baseM: number; readonly peakM: number; readonly beginsAtH: number }
  | { readonly kind: 'points'; readonly points: readonly (readonly [hour: number, level: number])[] }
  | { readonly kind: 'rain'; readonly flood: FloodEventId; readonly peakMmPerH: number; readonly beginsAtH: number }
  | { readonly kind: 'street'; readonly day: StreetDayId; readonly peakPerHour: number; readonly dwellH: number }
  | { readonly kind: 'office'; readonly day: OfficeDayId; readonly peakWaiting: number }
  /** Persons who stay, such as in a shelter. */
  | { readonly kind: 'people'; readonly points: readonly (readonly [hour: number, count: number])[] }
  /** Nothing by itself: the values come by hand. */
  | { readonly kind: 'hand' };

/** ±1 cm is the accuracy of the draft standard (D§1.1); waves and the sensor together move a value by about half of that. */
const LEVEL_NOISE_M = 0.005;

export interface Place {
  readonly device: string;
  readonly course: Course;
  /** Hour of the day at hour 0 of the scenario. */
  readonly dayHour: number;
  /** Rain is told as the sum of one interval. */
  readonly intervalH: number;
}

/** The values that a healthy device would measure `atMs` after the scenario's begin. The same instant gives the same values. */
export function valuesAt({ device, course, dayHour, intervalH }: Place, atMs: number): Values {
  const hour = atMs / 3_600_000;
  switch (course.kind) {
    case 'flood': {
      const water = scaledFloodLevel(course.flood, course, hour - course.beginsAtH);
      return { level: centi(water + noise(device, atMs)) };
    }
    case 'points':
      return { level: centi(between(course.points, hour) + noise(device, atMs)) };
    case 'rain':
      return { rain: Math.round(course.peakMmPerH * rainShare(course.flood, hour - course.beginsAtH) * intervalH * 2) / 2 };
    case 'street':
      return crowdAt(course.day, course, dayHour + hour);
    case 'office':
      return queueAt(course.day, course.peakWaiting, (dayHour + hour) % 24);
    case 'people':
      return { count: Math.round(between(course.points, hour)) };
    case 'hand':
      return {};
  }
}

const noise = (device: string, atMs: number): number => (seeded(hash32(device) ^ Math.floor(atMs))() * 2 - 1) * LEVEL_NOISE_M;

const centi = (value: number): number => Math.round(value * 100) / 100;
