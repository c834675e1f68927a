import type { Shelter } from './playbook.ts';
import { isUsable, type Quality } from './reading.ts';
import type { ShelterOpening } from './shelter-opening.ts';
import { isHeard, type PlaceNow, type ShelterNow } from './talk-facts.ts';

/** What the counters and people of a shelter's gauge say. */
export interface CountedPlace extends PlaceNow {
  readonly alerts: readonly (PlaceNow['alerts'][number] & { readonly stepName: string })[];
  readonly fullHouse: { readonly stepName: string } | null;
}

/** The gauge that counts a shelter: the one of its id, or the one of its name. */
export const countsOf = <T extends Pick<PlaceNow, 'id' | 'name' | 'kind'>>(
  shelter: Pick<Shelter, 'id' | 'name'>,
  places: readonly T[],
): T | null =>
  places.find(({ kind, id }) => kind === 'shelter' && id === shelter.id) ??
  places.find(({ kind, name }) => kind === 'shelter' && name === shelter.name) ??
  null;

/** The shelter that a gauge counts; null for a gauge that counts none. */
export const shelterCountedBy = <S extends Pick<Shelter, 'id' | 'name'>>(
  gauge: { readonly id: string; readonly name: string; readonly kind: string },
  shelters: readonly S[],
): S | null => (gauge.kind === 'shelter' ? (shelters.find(({ id, name }) => id === gauge.id || name === gauge.name) ?? null) : null);

/** A shelter as it stands: what staff said of it, and how full it is as far as anybody knows now. */
export function shelterNow(shelter: Shelter, place: CountedPlace | null, opening: ShelterOpening | null, now: number): ShelterNow {
  const { id, name, address, lat, lon, hazards } = shelter;
  const capacity = shelter.capacity ?? place?.capacity ?? null;
  const known = place?.latest && isHeard(place, now) && isUsable(place.latest.quality as Quality) ? place.latest : null;
  return {
    id,
    name,
    address,
    lat,
    lon,
    hazards,
    opening,
    occupancyPercent: known && capacity !== null && capacity > 0 ? Math.round((known.value / capacity) * 100) : null,
    full: place?.alerts.some(({ state, stepName }) => state === 'raised' && stepName === place.fullHouse?.stepName) ?? false,
  };
}
