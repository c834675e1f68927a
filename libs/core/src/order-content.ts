import { WIDE_FACTOR } from './decide-order.ts';
import {
  DESIGNATIONS,
  type OrderContent,
  type OrderDecision,
  type OrderDestination,
  type OrderDistrict,
  type OrderHazard,
  type OrderLevel,
} from './order.ts';
import { ordersOf } from './order-plan.ts';
import type { Playbook, Shelter } from './playbook.ts';

/** Places named in one order; a longer list is no help to somebody who has to leave. */
const DESTINATIONS_MAX = 10;

type Places = Pick<Playbook, 'districts' | 'shelters' | 'areasGeoJson'>;

/** What an order would say: districts with their people, and the nearest places that are designated for the hazard. */
export function orderContent(
  playbook: Places,
  { level, hazard, districts }: { readonly level: OrderLevel; readonly hazard: OrderHazard; readonly districts: readonly string[] },
): OrderContent {
  return {
    municipalLevel: level,
    hazard,
    districts: [...new Set(districts)].map((code) => districtOf(playbook, code)),
    destinations: destinationsOf(playbook, { level, hazard, districts }),
  };
}

/** How many people an order concerns; null when the playbook says it of none of its districts. */
export function personsOf(districts: readonly Pick<OrderDistrict, 'persons'>[]): number | null {
  const known = districts.flatMap(({ persons }) => persons ?? []);
  return known.length === 0 ? null : known.reduce((sum, persons) => sum + persons, 0);
}

/** How many households an order concerns; null when the playbook says it of none of its districts. */
export function householdsOf(districts: readonly Pick<OrderDistrict, 'households'>[]): number | null {
  const known = districts.flatMap(({ households }) => households ?? []);
  return known.length === 0 ? null : known.reduce((sum, households) => sum + households, 0);
}

/**
 * Whether an area is much wider than usual, in persons. Usual is the middle one of the playbook's presets for the hazard, or without presets of
 * the areas of its gauges: one preset for the whole city must not make the whole city usual.
 */
export function wideOf(playbook: Places & Pick<Playbook, 'gauges' | 'orders'>, { hazard, districts }: OrderContent): OrderDecision['wide'] {
  const presets = ordersOf(playbook).presets.filter((preset) => preset.hazard === hazard);
  const areas = presets.length > 0 ? presets.map((preset) => preset.districts) : [...playbook.gauges.values()].map((gauge) => gauge.areas);
  const sizes = areas
    .map((codes) => personsOf(codes.map((code) => districtOf(playbook, code))))
    .filter((persons) => persons !== null && persons > 0)
    .toSorted((a, b) => a! - b!);
  const usualPersons = sizes[Math.floor((sizes.length - 1) / 2)];
  const persons = personsOf(districts);
  return usualPersons && persons !== null && persons > WIDE_FACTOR * usualPersons ? { persons, usualPersons } : null;
}

function districtOf({ districts }: Pick<Places, 'districts'>, code: string): OrderDistrict {
  const known = districts.get(code);
  return { code, name: known?.name ?? code, households: known?.households ?? null, persons: known?.population ?? null };
}

/** At level 5 leaving is itself dangerous, so no place is named (art. 60-3). */
function destinationsOf(
  { shelters, areasGeoJson }: Places,
  { level, hazard, districts }: { readonly level: OrderLevel; readonly hazard: OrderHazard; readonly districts: readonly string[] },
): readonly OrderDestination[] {
  if (level === 5) return [];
  const corners = cornersOf(areasGeoJson, new Set(districts));
  const away = (shelter: Shelter): number => Math.min(...corners.map(([lon, lat]) => flatDistance(shelter, { lon, lat })));
  return shelters
    .filter(({ hazards }) => hazards.includes(DESIGNATIONS[hazard]))
    .map((shelter) => ({ shelter, distance: away(shelter) }))
    .toSorted((a, b) => a.distance - b.distance || a.shelter.id.localeCompare(b.shelter.id))
    .slice(0, DESTINATIONS_MAX)
    .map(({ shelter: { id, name, address } }) => ({ id, name, address }));
}

/** In degrees of latitude; only compared, and within one city. */
function flatDistance(a: { readonly lat: number; readonly lon: number }, b: { readonly lat: number; readonly lon: number }): number {
  const narrowing = Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(a.lat - b.lat, (a.lon - b.lon) * narrowing);
}

/** The corners of the outlines of some districts; none when the map does not show them, and then no shelter is nearer than another. */
function cornersOf(geoJson: unknown, codes: ReadonlySet<string>): readonly (readonly [number, number])[] {
  const { features = [] } = (geoJson ?? {}) as { readonly features?: readonly Feature[] };
  const drawn = features.filter(({ properties }) => typeof properties?.code === 'string' && codes.has(properties.code));
  return drawn.flatMap(({ geometry }) => positionsIn(geometry?.coordinates));
}

interface Feature {
  readonly properties?: { readonly code?: unknown };
  readonly geometry?: { readonly coordinates?: unknown };
}

function positionsIn(coordinates: unknown): readonly (readonly [number, number])[] {
  if (!Array.isArray(coordinates)) return [];
  const [lon, lat] = coordinates as readonly unknown[];
  if (typeof lon === 'number' && typeof lat === 'number') return [[lon, lat]];
  return coordinates.flatMap(positionsIn);
}
