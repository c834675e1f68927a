/** A place on the ground. */
export interface Spot {
  readonly lat: number;
  readonly lon: number;
}

/** Metres in a degree of latitude (WGS 84, to the accuracy that a drawing of a city shows). */
const DEGREE_M = 111_200;
/** A map of one single place still shows some hundred metres around it. */
const SPAN_M_MIN = 500;
/** Between the outermost mark and the edge, as a share of the span. */
const MARGIN = 0.08;
const ROUND_LENGTHS_M = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];

/** How places become points of a drawing whose width is `width`; its height follows from the ground. */
export interface MapFrame {
  readonly width: number;
  readonly height: number;
  readonly point: (spot: Spot) => { readonly x: number; readonly y: number };
  /** A round length that is at most a third of the width. */
  readonly scale: { readonly metres: number; readonly length: number };
}

/** The frame that holds all places, with north at the top and the same scale in both directions; null without any place. */
export function mapFrame(spots: readonly Spot[], width: number): MapFrame | null {
  if (spots.length === 0) return null;
  const lats = spots.map(({ lat }) => lat);
  const lons = spots.map(({ lon }) => lon);
  const middle = { lat: (Math.min(...lats) + Math.max(...lats)) / 2, lon: (Math.min(...lons) + Math.max(...lons)) / 2 };
  const eastM = DEGREE_M * Math.cos((middle.lat * Math.PI) / 180);
  const wideM = spanM(lons, eastM);
  const perM = width / wideM;
  const height = spanM(lats, DEGREE_M) * perM;
  const metres = ROUND_LENGTHS_M.findLast((length) => length <= wideM / 3) ?? ROUND_LENGTHS_M[0]!;
  return {
    width,
    height,
    point: ({ lat, lon }) => ({
      x: width / 2 + (lon - middle.lon) * eastM * perM,
      y: height / 2 - (lat - middle.lat) * DEGREE_M * perM,
    }),
    scale: { metres, length: metres * perM },
  };
}

const spanM = (degrees: readonly number[], degreeM: number): number =>
  Math.max(SPAN_M_MIN, (Math.max(...degrees) - Math.min(...degrees)) * degreeM) * (1 + 2 * MARGIN);
