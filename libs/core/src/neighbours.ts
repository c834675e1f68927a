import type { Gauge, GaugeId } from './gauge.ts';

/** So many speak for the water around a gauge; more of them are further away. */
const NEIGHBOURS_MAX = 3;
/** Beyond this another river rains and falls differently. */
const NEAR_KM_MAX = 20;
const EARTH_KM = 6_371;

/**
 * Gauges whose water a gauge shares: those next to it on the same river, up and down; without any the nearest of its kind. They judge the
 * same quantity as the gauge.
 */
export function neighboursOf(gauge: Gauge, gauges: Iterable<Gauge>): readonly GaugeId[] {
  const others = [...gauges].filter(({ id, quantity }) => id !== gauge.id && quantity === gauge.quantity);
  const next = others.filter(({ id, upstream }) => id === gauge.upstream || upstream === gauge.id);
  const near =
    next.length > 0
      ? next
      : nearest(
          gauge,
          others.filter(({ kind }) => kind === gauge.kind),
        );
  return near.slice(0, NEIGHBOURS_MAX).map(({ id }) => id);
}

/** Gauges of rain that falls on the same ground, the nearest first. */
export function rainNear(gauge: Gauge, gauges: Iterable<Gauge>): readonly GaugeId[] {
  const rain = [...gauges].filter(({ quantity }) => quantity === 'rain');
  return nearest(gauge, rain)
    .slice(0, 1)
    .map(({ id }) => id);
}

function nearest(gauge: Gauge, others: readonly Gauge[]): readonly Gauge[] {
  return others
    .map((other) => ({ other, km: distanceKm(gauge, other) }))
    .filter(({ km }) => km <= NEAR_KM_MAX)
    .toSorted((a, b) => a.km - b.km || a.other.id.localeCompare(b.other.id))
    .map(({ other }) => other);
}

/** On a sphere, which is right to half a percent; infinite for a gauge without a position. */
function distanceKm(a: Gauge, b: Gauge): number {
  if (a.lat === null || a.lon === null || b.lat === null || b.lon === null) return Number.POSITIVE_INFINITY;
  const [aLat, bLat] = [radians(a.lat), radians(b.lat)];
  const half = Math.sin((bLat - aLat) / 2) ** 2 + Math.cos(aLat) * Math.cos(bLat) * Math.sin(radians(b.lon - a.lon) / 2) ** 2;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(half));
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
