import {
  type CheckInRegister,
  type CheckIns,
  type Clock,
  countsOf,
  isHeard,
  type Playbook,
  type Shelter,
  shelterNow,
  type ShelterOpenings,
} from '#core';
import type { GaugeDto, ShelterDto, ShelterOpeningAsk } from '#wire';
import { Refusal } from './refusal.ts';

export interface ShelterDeskOptions {
  readonly openings: ShelterOpenings;
  readonly checkIns: CheckIns;
  readonly clock: Clock;
  /** The one in force. */
  readonly playbook: Playbook;
  /** How the gauges stand, among them those that count shelters. */
  readonly gauges: () => Promise<readonly GaugeDto[]>;
}

/** Which shelters are open and how full they are. Only a person opens or closes one (R1). */
export class ShelterDesk {
  readonly #options: ShelterDeskOptions;

  constructor(options: ShelterDeskOptions) {
    this.#options = options;
  }

  /** Every shelter of the playbook, in its order. */
  async list(): Promise<readonly ShelterDto[]> {
    const { openings, checkIns, playbook, gauges } = this.#options;
    const [said, registers, places] = await Promise.all([openings.current(), checkIns.registers(), gauges()]);
    return playbook.shelters.map((shelter) =>
      this.#shown(shelter, places, { opening: said.get(shelter.id) ?? null, register: registers.get(shelter.id) }),
    );
  }

  /** Says that a shelter is open or closed; of a closed one nobody is counted any more. A repeat with the same key changes nothing. */
  async say(
    id: string,
    { state, note }: ShelterOpeningAsk,
    { by, key }: { readonly by: string; readonly key: string | null },
  ): Promise<ShelterDto> {
    const { openings, checkIns, clock, playbook, gauges } = this.#options;
    const shelter = playbook.shelters.find((one) => one.id === id);
    if (!shelter) throw new Refusal('notFound', `there is no shelter ${id} in the playbook`);
    const at = clock.now();
    const kept = await openings.say({ id: `${by}/${key ?? `${id}/${state}/${at}`}`, shelter: id, state, note, by, at });
    if (kept.shelter !== id || kept.state !== state)
      throw new Refusal('conflict', 'this Idempotency-Key was used for something else; take a new one');
    // By the id of the word: if the process dies in between, the repeat of the request closes the count.
    if (kept.state === 'closed' && (await checkIns.registers()).get(id)?.open === true)
      await checkIns.act({ act: 'close', id: `closed/${kept.id}`, shelter: id, way: 'desk', by, at });
    const current = (await openings.current()).get(id) ?? kept;
    return this.#shown(shelter, await gauges(), { opening: current, register: (await checkIns.registers()).get(id) });
  }

  #shown(
    shelter: Shelter,
    places: readonly GaugeDto[],
    { opening, register }: { readonly opening: Parameters<typeof shelterNow>[2]; readonly register: CheckInRegister | undefined },
  ): ShelterDto {
    const now = this.#options.clock.now();
    const place = countsOf(shelter, places);
    const { occupancyPercent, full } = shelterNow(shelter, place, opening, now);
    const latest = place && isHeard(place, now) ? place.latest : null;
    const { id, name, address, lat, lon, hazards } = shelter;
    const { open = false, households = 0, persons = 0, at = 0 } = register ?? {};
    return {
      id,
      name,
      address,
      lat,
      lon,
      occupancyPercent,
      full,
      hazards: [...hazards],
      capacity: shelter.capacity ?? place?.capacity ?? null,
      opening: opening && { state: opening.state, note: opening.note, by: opening.by, at: opening.at },
      occupancy: latest && { count: latest.value, at: latest.at, quality: latest.quality },
      checkedIn: open ? { households, persons, at } : null,
    };
  }
}
