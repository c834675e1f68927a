/** Japan with its remote islands, for telling swapped coordinates from real ones. */
const JAPAN = { latMin: 20, latMax: 46, lonMin: 122, lonMax: 154 };

/** Why a latitude and longitude cannot be right, or null. Swapped ones are the usual slip: GeoJSON has lon first, CAP lat first. */
export function geographicProblem(lat: number, lon: number): string | null {
  if (inJapan(lon, lat)) return `${lat}, ${lon} look swapped; latitude is ${lon} and longitude ${lat}`;
  if (Math.abs(lat) > 90 || Math.abs(lon) > 180) return `${lat}, ${lon} is no place on earth; write degrees such as 34.4021 and 137.6012`;
  return null;
}

const inJapan = (lat: number, lon: number): boolean =>
  lat >= JAPAN.latMin && lat <= JAPAN.latMax && lon >= JAPAN.lonMin && lon <= JAPAN.lonMax;
