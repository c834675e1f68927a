import type { District } from '#core';
import { z } from 'zod';
import { decode } from './decode.ts';
import { geographicProblem } from './position.ts';
import type { Findings, Place } from './problem.ts';

export interface Areas {
  readonly districts: ReadonlyMap<string, District>;
  /** The file as it was read, for the map. */
  readonly geoJson: unknown;
}

const properties = z.object({
  code: z
    .string({ error: 'code is missing or no text; write one in quotes such as "seguchi"' })
    .min(1, { error: 'code is empty; give the district a code' }),
  name: z
    .string({ error: 'name is missing or no text; write the name of the district' })
    .min(1, { error: 'name is empty; write the name of the district' }),
  population: z
    .int({ error: 'population is no whole number; write one, or null' })
    .min(0, { error: 'population is negative; correct it' })
    .nullable()
    .default(null),
  households: z
    .int({ error: 'households is no whole number; write one, or null' })
    .min(0, { error: 'households is negative; correct it' })
    .nullable()
    .default(null),
});

const position = z.array(z.number()).min(2);
const polygon = z.array(z.array(position)).min(1);
const geometry = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Polygon'), coordinates: polygon }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(polygon).min(1) }),
]);

/** Reads `areas.geojson`: a FeatureCollection of districts as polygons, with the properties code, name and population. Null when it is none. */
export function readAreas(file: string, bytes: Uint8Array, findings: Findings): Areas | null {
  const text = decode(file, bytes, findings);
  if (text === null) return null;
  const geoJson = parsed(file, text, findings);
  if (geoJson === undefined) return null;
  const collection = z.object({ type: z.literal('FeatureCollection'), features: z.array(z.unknown()) }).safeParse(geoJson);
  if (!collection.success) {
    findings.error({ file, line: 1 }, 'this is not a FeatureCollection with features; export the districts as GeoJSON again');
    return null;
  }
  const lines = featureLines(text);
  const districts = new Map<string, District>();
  for (const [i, feature] of collection.data.features.entries()) {
    const place = { file, line: lines[i] ?? 1 };
    const district = districtOf(feature, place, findings);
    if (!district) continue;
    if (districts.has(district.code)) findings.error(place, `the district code "${district.code}" is there twice; give each its own`);
    districts.set(district.code, district);
  }
  if (collection.data.features.length === 0)
    findings.error({ file, line: 1 }, 'there is no district; residents choose by district, add one feature for each');
  return { districts, geoJson };
}

function districtOf(feature: unknown, place: Place, findings: Findings): District | null {
  const { properties: said, geometry: shape } = (feature ?? {}) as { readonly properties?: unknown; readonly geometry?: unknown };
  const known = properties.safeParse(said ?? {});
  if (!known.success) {
    for (const { message } of known.error.issues) findings.error(place, message);
    return null;
  }
  const { code, name } = known.data;
  const drawn = geometry.safeParse(shape);
  if (!drawn.success) {
    findings.error(place, `the district "${code}" (${name}) has no Polygon or MultiPolygon of numbers; draw its outline`);
    return known.data;
  }
  const rings = drawn.data.type === 'Polygon' ? drawn.data.coordinates : drawn.data.coordinates.flat();
  for (const ring of rings) {
    const problem = ringProblem(ring);
    if (problem !== null) findings.error(place, `the district "${code}" (${name}): ${problem}`);
  }
  return known.data;
}

function ringProblem(ring: readonly (readonly number[])[]): string | null {
  const first = ring[0];
  const last = ring.at(-1);
  if (!first || !last || ring.length < 4) return 'a ring has fewer than four positions; an outline needs three corners and the first again';
  if (first[0] !== last[0] || first[1] !== last[1]) return 'a ring is not closed; repeat its first position at the end';
  for (const [lon, lat] of ring) {
    const problem = geographicProblem(lat!, lon!);
    if (problem !== null) return `${problem} (GeoJSON writes longitude first)`;
  }
  return null;
}

/** `JSON.parse` tells where it stumbled by a character position. */
function parsed(file: string, text: string, findings: Findings): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const offset = /position (\d+)/.exec(message)?.[1];
    const line = offset === undefined ? text.trimEnd().split('\n').length : text.slice(0, Number(offset)).split('\n').length;
    findings.error({ file, line }, 'this is not JSON; look for a missing comma, quote or bracket here, or export the file again');
    return undefined;
  }
}

/** On which line each feature begins: the objects in the array `features`, found by counting brackets outside of texts. */
function featureLines(text: string): readonly number[] {
  const lines: number[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[[\]{}\n]/g;
  let line = 1;
  let depth = 0;
  let inFeatures = false;
  let key = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '\n') line += 1;
    else if (token === '{' || token === '[') {
      if (depth === 1) inFeatures = token === '[' && key === '"features"';
      if (depth === 2 && inFeatures && token === '{') lines.push(line);
      depth += 1;
    } else if (token === '}' || token === ']') depth -= 1;
    else if (depth === 1) key = token;
  }
  return lines;
}
