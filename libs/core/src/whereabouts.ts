/** A place on earth in degrees. */
export interface Whereabouts {
  readonly lat: number;
  readonly lon: number;
}

/** About 100 m: near enough for the nearest shelter, and it tells no house (S39). */
export const ANSWER_DECIMALS = 3;
/** About 10 m: a flooded corner must be found again. */
export const REPORT_DECIMALS = 4;

const EARTH_RADIUS_M = 6_371_000;
const RADIANS = Math.PI / 180;

/** The same place with so many decimals of a degree. */
export const rounded = ({ lat, lon }: Whereabouts, decimals: number): Whereabouts => ({
  lat: Number(lat.toFixed(decimals)),
  lon: Number(lon.toFixed(decimals)),
});

/** Great-circle distance in metres. */
export function distanceM(a: Whereabouts, b: Whereabouts): number {
  const halfLat = ((b.lat - a.lat) * RADIANS) / 2;
  const halfLon = ((b.lon - a.lon) * RADIANS) / 2;
  const chord = Math.sin(halfLat) ** 2 + Math.cos(a.lat * RADIANS) * Math.cos(b.lat * RADIANS) * Math.sin(halfLon) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

type Ring = readonly (readonly number[])[];

/** The outline of a district: polygons, each an outer ring followed by its holes, positions as longitude and latitude. */
export interface DistrictOutline {
  readonly code: string;
  readonly polygons: readonly (readonly Ring[])[];
}

interface Feature {
  readonly properties?: { readonly code?: unknown } | null;
  readonly geometry?: { readonly type?: unknown; readonly coordinates?: unknown } | null;
}

/** The outlines in the playbook's GeoJSON, which was checked when the playbook was read. A feature without polygon is left out. */
export function districtOutlines(geoJson: unknown): readonly DistrictOutline[] {
  const { features } = (geoJson ?? {}) as { readonly features?: unknown };
  if (!Array.isArray(features)) return [];
  return (features as readonly Feature[]).flatMap(({ properties, geometry }) => {
    const code = properties?.code;
    if (typeof code !== 'string' || !geometry) return [];
    if (geometry.type === 'Polygon') return [{ code, polygons: [geometry.coordinates as readonly Ring[]] }];
    if (geometry.type === 'MultiPolygon') return [{ code, polygons: geometry.coordinates as readonly (readonly Ring[])[] }];
    return [];
  });
}

/** The district that a place lies in; null outside of all. Of two that overlap the first. */
export const districtAt = (outlines: readonly DistrictOutline[], place: Whereabouts): string | null =>
  outlines.find(({ polygons }) => polygons.some(([outer, ...holes]) => inRing(outer, place) && !holes.some((hole) => inRing(hole, place))))
    ?.code ?? null;

/** Ray casting: a line eastwards from the place crosses the ring an odd number of times from inside. */
function inRing(ring: Ring | undefined, { lat, lon }: Whereabouts): boolean {
  let inside = false;
  for (const [index, [lonA = 0, latA = 0]] of (ring ?? []).entries()) {
    const [lonB = 0, latB = 0] = ring!.at(index - 1)!;
    if (latA > lat !== latB > lat && lon < ((lonB - lonA) * (lat - latA)) / (latB - latA) + lonA) inside = !inside;
  }
  return inside;
}

/** The middle of some districts: the mean of the corners of their outer rings, good enough to order shelters by. Null without any. */
export function middleOf(outlines: readonly DistrictOutline[]): Whereabouts | null {
  // The last position of a ring repeats the first.
  const corners = outlines.flatMap(({ polygons }) => polygons.flatMap(([outer = []]) => outer.slice(0, -1)));
  if (corners.length === 0) return null;
  const mean = (at: 0 | 1): number => corners.reduce((sum, corner) => sum + (corner[at] ?? 0), 0) / corners.length;
  return { lat: mean(1), lon: mean(0) };
}
