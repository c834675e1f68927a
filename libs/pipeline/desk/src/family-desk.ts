import {
  type CheckInParty,
  type CheckIns,
  type Clock,
  codeIn,
  DOOR_CODE_MS,
  familyAnswer,
  type FamilyCode,
  familyCodeFrom,
  type FamilyCodes,
  type FamilyWord,
  type Keys,
  LINE_CODE_MS,
  type Playbook,
  WRONG_ASKS_MAX,
  WRONG_ASKS_SPAN_MS,
} from '#core';

export interface FamilyDeskOptions {
  readonly families: FamilyCodes;
  readonly checkIns: CheckIns;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly playbook: Playbook;
}

/** Askers whose wrong codes are remembered; when there are more, all begin anew: this bounds memory, and 50 bits bound the trying. */
const ASKERS_MAX = 10_000;

/** Whether family may ask for somebody, and what they hear. Who asks for whom is kept nowhere, in no log and in no figure. */
export class FamilyDesk {
  readonly #options: FamilyDeskOptions;
  /** Not kept: a restart gives whoever tries one span more, which 50 bits do not notice, and who asks is kept nowhere. */
  readonly #wrong = new Map<string, { readonly since: number; readonly asks: number }>();
  readonly #counts = { told: 0, nothing: 0, refused: 0 };

  constructor(options: FamilyDeskOptions) {
    this.#options = options;
  }

  /** Questions since this process began, by how they ended. */
  get counts(): Readonly<Record<'told' | 'nothing' | 'refused', number>> {
    return this.#counts;
  }

  /** Answers whoever has a code. `asker` bounds trying: a network address, or somebody of LINE. */
  async ask(typed: string, asker: string): Promise<FamilyWord> {
    const { families, checkIns, clock, playbook } = this.#options;
    // Before anything is looked up: to somebody who tries, a right code looks like a wrong one.
    if (this.#isTrying(asker)) {
      this.#counts.refused += 1;
      return { kind: 'tooMany' };
    }
    const code = codeIn(typed);
    const now = clock.now();
    const found = code === null ? null : await families.find(code, now);
    const party = found?.holder.kind === 'party' ? await checkIns.party(found.holder.party) : null;
    const shelterName = (id: string): string | null => playbook.shelters.find((shelter) => shelter.id === id)?.name ?? null;
    const answer = familyAnswer(found, { party, shelterName, now });
    if (answer) this.#counts.told += 1;
    else this.#counts.nothing += 1;
    if (!answer) this.#countWrong(asker);
    return answer ?? { kind: 'nothing' };
  }

  /** Lets family ask for a party from now on. Who has a code keeps it. */
  consentAtDoor(party: CheckInParty, { namesShelter }: { readonly namesShelter: boolean }): Promise<FamilyCode> {
    const { families, keys, clock } = this.#options;
    const at = clock.now();
    // With the instant: a code that was given back never answers again.
    const code = familyCodeFrom(keys, `party ${party.id} ${at}`);
    return families.give({ code, holder: { kind: 'party', party: party.id }, namesShelter, at, expiresAt: at + DOOR_CODE_MS });
  }

  withdrawAtDoor(party: Pick<CheckInParty, 'id'>): Promise<boolean> {
    return this.#options.families.withdraw({ kind: 'party', party: party.id });
  }

  /** The consent of a party; null without one, and after its end. */
  ofParty(party: Pick<CheckInParty, 'id'>): Promise<FamilyCode | null> {
    return this.#options.families.of({ kind: 'party', party: party.id });
  }

  /** The consent of somebody of LINE; null without one. */
  ofLine(person: string): Promise<FamilyCode | null> {
    return this.#options.families.of({ kind: 'line', person });
  }

  /** Lets family ask for somebody of LINE; `event` is what they said it with, so that a repeat is the same. */
  async consentOnLine(person: string, { event, safeAt }: { readonly event: string; readonly safeAt: number | null }): Promise<FamilyCode> {
    const { families, keys, clock } = this.#options;
    const at = clock.now();
    const expiresAt = at + LINE_CODE_MS;
    const given = await families.give({
      code: familyCodeFrom(keys, `line ${event}`),
      holder: { kind: 'line', person },
      namesShelter: false,
      at,
      expiresAt,
    });
    if (safeAt !== null) await families.saidSafe(person, { safeAt, expiresAt });
    return given;
  }

  withdrawOnLine(person: string): Promise<boolean> {
    return this.#options.families.withdraw({ kind: 'line', person });
  }

  /** Somebody of LINE said to be safe, or cried for help (null): then an older word of being safe is not told any more. */
  saidOnLine(person: string, safeAt: number | null): Promise<void> {
    const expiresAt = this.#options.clock.now() + LINE_CODE_MS;
    return this.#options.families.saidSafe(person, { safeAt, expiresAt });
  }

  #isTrying(asker: string): boolean {
    const known = this.#wrong.get(asker);
    return known !== undefined && this.#options.clock.monotonic() - known.since < WRONG_ASKS_SPAN_MS && known.asks >= WRONG_ASKS_MAX;
  }

  #countWrong(asker: string): void {
    const now = this.#options.clock.monotonic();
    const known = this.#wrong.get(asker);
    if (this.#wrong.size >= ASKERS_MAX) this.#wrong.clear();
    this.#wrong.set(asker, known && now - known.since < WRONG_ASKS_SPAN_MS ? { ...known, asks: known.asks + 1 } : { since: now, asks: 1 });
  }
}
