import { createHash } from 'node:crypto';
import {
  type CheckInAsk,
  type CheckInOutcome,
  type CheckInParty,
  type CheckInRefusal,
  type CheckInRegister,
  type CheckIns,
  type Clock,
  countsOf,
  DOOR_ACTS_PER_MINUTE_MAX,
  DOOR_CEILING_UNKNOWN,
  emptyRegister,
  isHeard,
  isUsable,
  type Keys,
  type Playbook,
  type Quality,
  type Shelter,
  shelterCountedBy,
} from '#core';
import type { CheckInDto, CheckInEntryDto, CheckInStaffAsk, GaugeDto, ShelterDto } from '#wire';
import { Refusal } from './refusal.ts';

export interface CheckInDeskOptions {
  readonly checkIns: CheckIns;
  readonly keys: Keys;
  readonly clock: Clock;
  /** The one in force. */
  readonly playbook: Playbook;
  readonly gauges: () => Promise<readonly GaugeDto[]>;
  readonly shelters: () => Promise<readonly ShelterDto[]>;
  /** In front of the addresses of the place, and of the service: a code of a drill leads into the drill, and is none of real life. */
  readonly root: string;
  readonly publicUrl: string;
  /** Told after something was counted. */
  readonly onCounted: () => void;
}

/** A door as its code names it. */
export interface CheckInDoor {
  readonly shelter: Shelter;
  readonly register: CheckInRegister;
}

/** How a request at a door ended. `busy`: more people used this door within a minute than can pass it. */
export type DoorOutcome =
  | { readonly kind: 'done'; readonly party: CheckInParty }
  | { readonly kind: 'refused'; readonly why: CheckInRefusal | 'busy'; readonly party: CheckInParty | null };

const PURPOSE = 'shelter door';
/** Of a party's own page: 128 bits, made by the form that it first got. */
const PAGE_KEY = /^[\w-]{22}$/;
/** As many lines and parties as a volunteer looks through; what is older is put right by a correction. */
const LINES_MAX = 50;
const PARTIES_MAX = 300;
const MINUTE_MS = 60_000;

/**
 * Who comes to shelters and who goes: at the door by a code that leads to a page without script, at the desk by staff. A code names one shelter and
 * one sheet of paper; a photograph of it counts from anywhere, so what a code can do is bounded: so many acts a minute, so many persons a form, and
 * never more than the shelter has room for. A new sheet ends all photographs of the one before. Nobody is turned away by any of these: beyond them
 * people are counted by staff.
 */
export class CheckInDesk {
  readonly #options: CheckInDeskOptions;
  /** Acts at doors in the present minute, by shelter; forgotten with the process. */
  readonly #minutes = new Map<string, { readonly since: number; readonly acts: number }>();

  constructor(options: CheckInDeskOptions) {
    this.#options = options;
  }

  // --- at the door

  /** The door that a code leads to; null for a code of no sheet that hangs now. */
  async door(token: string): Promise<CheckInDoor | null> {
    const registers = await this.#options.checkIns.registers();
    for (const shelter of this.#options.playbook.shelters) {
      const register = registers.get(shelter.id) ?? emptyRegister(shelter.id);
      if (this.#options.keys.isToken(token, PURPOSE, this.#options.root, shelter.id, String(register.sheet))) return { shelter, register };
    }
    return null;
  }

  /** The party of a page with its shelter, whatever sheet hangs there now: whoever came in by an older one still leaves by their page. */
  async partyOf(pageKey: string): Promise<{ readonly party: CheckInParty; readonly shelter: Shelter } | null> {
    if (!PAGE_KEY.test(pageKey)) return null;
    const party = await this.#options.checkIns.party(partyId(pageKey));
    const shelter = this.#options.playbook.shelters.find(({ id }) => id === party?.shelter);
    return party && shelter ? { party, shelter } : null;
  }

  /** Counts people who came, or came back, by their page as it stood. The same form twice counts once. */
  async come(
    shelter: Shelter,
    pageKey: string,
    { persons, turn }: { readonly persons: number; readonly turn: number },
  ): Promise<DoorOutcome> {
    const party = partyId(pageKey);
    const place = countsOf(shelter, await this.#options.gauges());
    return this.#atDoor(shelter, pageKey, {
      act: 'come',
      id: `${party}/${turn}`,
      party,
      turn,
      persons,
      households: 1,
      ceiling: ceilingOf(shelter, place),
      known: this.#known(place),
    });
  }

  /** Counts people away who go. */
  leave(shelter: Shelter, pageKey: string, turn: number): Promise<DoorOutcome> {
    const party = partyId(pageKey);
    return this.#atDoor(shelter, pageKey, { act: 'leave', id: `${party}/${turn}`, party, turn });
  }

  // --- at the desk

  /** A shelter with its count, its newest lines, and who is in. */
  async view(name: string): Promise<CheckInDto> {
    const { checkIns, clock, shelters, gauges, keys, root, publicUrl } = this.#options;
    const shelter = this.#shelter(name);
    const { id } = shelter;
    const [registers, entries, parties, shown, places] = await Promise.all([
      checkIns.registers(),
      checkIns.entries(id, LINES_MAX),
      checkIns.partiesIn(id, PARTIES_MAX),
      shelters(),
      gauges(),
    ]);
    const register = registers.get(id) ?? emptyRegister(id);
    const { households, persons, number, sheet } = register;
    // A party is undone by its newest line only.
    const moved = new Set<string>();
    return {
      shelter: shown.find((one) => one.id === id)!,
      households,
      persons,
      number,
      ceiling: ceilingOf(shelter, countsOf(shelter, places)),
      door: { url: `${publicUrl}${root}/shelter/${keys.tokenFor(PURPOSE, root, id, String(sheet))}`, sheet },
      entries: entries.map((entry): CheckInEntryDto => {
        const isNewest = entry.party === null || !moved.has(entry.party);
        if (entry.party !== null) moved.add(entry.party);
        const { party: _party, of: _of, shelter: _shelter, ...line } = entry;
        const isMove = entry.kind === 'came' || entry.kind === 'left';
        return { ...line, undoable: isMove && isNewest && !entry.undone && register.open && entry.number > register.correctedNumber };
      }),
      parties: parties.map((party) => ({
        id: party.id,
        ticket: party.ticket,
        households: party.households,
        persons: party.persons,
        since: party.at,
      })),
      serverTime: clock.now(),
    };
  }

  /** Does what staff ask. A repeat with the same key changes nothing; without a key each request counts. */
  async act(name: string, ask: CheckInStaffAsk, { by, key }: { readonly by: string; readonly key: string }): Promise<CheckInDto> {
    const { checkIns, clock, gauges, onCounted } = this.#options;
    const shelter = this.#shelter(name);
    const { id } = shelter;
    const base = { id: `${by}/${key}`, shelter: id, way: 'desk' as const, by, at: clock.now() };
    const outcome = await checkIns.act(
      ask.act === 'come'
        ? { ...base, ...ask, party: partyId(base.id), turn: null, ceiling: null, known: this.#known(countsOf(shelter, await gauges())) }
        : ask.act === 'leave'
          ? { ...base, ...ask, turn: null }
          : { ...base, ...ask },
    );
    if (outcome.kind === 'refused') throw new Refusal('conflict', REFUSALS[outcome.why], `urn:sonae:check-in:${outcome.why}`);
    onCounted();
    return this.view(id);
  }

  /** Hangs a new sheet; the code on the one before leads nowhere from now on. A repeat changes nothing. */
  async renewSheet(name: string, { replaces, by }: { readonly replaces: number; readonly by: string }): Promise<CheckInDto> {
    const { id } = this.#shelter(name);
    await this.#options.checkIns.renewSheet({ shelter: id, replaces, by, at: this.#options.clock.now() });
    return this.view(id);
  }

  async #atDoor(
    shelter: Shelter,
    pageKey: string,
    ask: CheckInAsk extends infer One
      ? One extends { readonly act: 'come' | 'leave' }
        ? Omit<One, 'shelter' | 'way' | 'by' | 'at'>
        : never
      : never,
  ): Promise<DoorOutcome> {
    if (!PAGE_KEY.test(pageKey)) return { kind: 'refused', why: 'unknown', party: null };
    const { checkIns, clock, onCounted } = this.#options;
    if (this.#isBusy(shelter.id)) return { kind: 'refused', why: 'busy', party: await checkIns.party(ask.party) };
    const outcome: CheckInOutcome = await checkIns.act({ ...ask, shelter: shelter.id, way: 'door', by: '', at: clock.now() });
    // What repeats is answered by how things stand now.
    const party = outcome.party ?? (await checkIns.party(ask.party));
    if (outcome.kind === 'refused' || !party) return { kind: 'refused', why: outcome.kind === 'refused' ? outcome.why : 'unknown', party };
    onCounted();
    return { kind: 'done', party };
  }

  #isBusy(shelter: string): boolean {
    const now = this.#options.clock.monotonic();
    const known = this.#minutes.get(shelter);
    const minute = known && now - known.since < MINUTE_MS ? { ...known, acts: known.acts + 1 } : { since: now, acts: 1 };
    this.#minutes.set(shelter, minute);
    return minute.acts > DOOR_ACTS_PER_MINUTE_MAX;
  }

  /** How many are in a place by what is known now. */
  #known(place: GaugeDto | null): number {
    const { latest } = place ?? {};
    return place && latest && isHeard(place, this.#options.clock.now()) && isUsable(latest.quality as Quality)
      ? Math.max(0, Math.round(latest.value))
      : 0;
  }

  /** By its own id, or by that of the gauge that counts it. */
  #shelter(id: string): Shelter {
    const { shelters, gauges } = this.#options.playbook;
    const gauge = gauges.get(id);
    const shelter = shelters.find((one) => one.id === id) ?? (gauge ? shelterCountedBy(gauge, shelters) : null);
    if (!shelter) throw new Refusal('notFound', `there is no shelter ${id} in the playbook`);
    return shelter;
  }
}

const ceilingOf = (shelter: Shelter, place: GaugeDto | null): number => shelter.capacity ?? place?.capacity ?? DOOR_CEILING_UNKNOWN;

/** The key of a page opens the party; what is kept of it opens nothing (S16). */
const partyId = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 22);

const REFUSALS: Readonly<Record<CheckInRefusal, string>> = {
  unknown: 'その世帯、またはその記録は見つかりません。',
  stale: '画面が古くなっています。読み直してください。',
  alreadyIn: 'この世帯はすでに受付済みです。',
  alreadyOut: 'この世帯はすでに退所しています。',
  beyondCeiling: '入口の受付は定員までです。係員が数えてください。',
  tooFew: '数えている人数より多く退所することはできません。「人数を訂正する」で数え直した人数を入れてください。',
  alreadyUndone: 'この記録はすでに取り消されています。',
  notUndoable: 'この記録のあとに訂正や出入りがあったため、取り消せません。「人数を訂正する」で数え直した人数を入れてください。',
  idUsed: 'この Idempotency-Key は別の操作に使われています。',
};
