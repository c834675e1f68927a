import {
  type CheckInAsk,
  type CheckInEntry,
  type CheckInOutcome,
  type CheckInParty,
  type CheckInRegister,
  CheckIns,
  decideCheckIn,
  emptyRegister,
  numberedCheckIns,
} from '#core';

/** Who came to shelters and who went, without durability and without an audit, for tests. */
export class MemoryCheckIns extends CheckIns {
  #entries: readonly CheckInEntry[] = [];
  readonly #registers = new Map<string, CheckInRegister>();
  readonly #parties = new Map<string, CheckInParty>();
  #numbered = 0;

  async act(ask: CheckInAsk): Promise<CheckInOutcome> {
    const register = this.#registers.get(ask.shelter) ?? emptyRegister(ask.shelter);
    const undoes = ask.act === 'undo' ? this.#entry(ask.of) : null;
    const id = ask.act === 'come' || ask.act === 'leave' ? ask.party : (undoes?.party ?? null);
    const known = id === null ? null : (this.#parties.get(id) ?? null);
    const party = known?.shelter === ask.shelter ? known : null;
    const decision = decideCheckIn(ask, {
      register,
      party,
      repeated: this.#entry(ask.id),
      undoes: undoes && { entry: undoes, undone: this.#isUndone(undoes.id) },
    });
    if (decision.kind === 'refused') return { kind: 'refused', why: decision.why, register, party };
    if (decision.kind === 'repeat') return { kind: 'kept', entry: decision.entry, register, party };
    const kept = numberedCheckIns(decision, this.#numbered + 1);
    this.#numbered += kept.entries.length;
    this.#entries = [...this.#entries, ...kept.entries];
    this.#registers.set(ask.shelter, kept.register);
    if (decision.party) this.#parties.set(decision.party.id, decision.party);
    if (decision.allOut)
      for (const one of this.#parties.values())
        if (one.shelter === ask.shelter && one.state === 'in')
          this.#parties.set(one.id, { ...one, state: 'out', turn: one.turn + 1, at: ask.at });
    return { kind: 'kept', entry: kept.entries.at(-1)!, register: kept.register, party: decision.party };
  }

  async registers(): Promise<ReadonlyMap<string, CheckInRegister>> {
    return new Map(this.#registers);
  }

  async party(id: string): Promise<CheckInParty | null> {
    return this.#parties.get(id) ?? null;
  }

  async partiesIn(shelter: string, limit: number): Promise<readonly CheckInParty[]> {
    return [...this.#parties.values()]
      .filter((one) => one.shelter === shelter && one.state === 'in')
      .toSorted((a, b) => b.ticket - a.ticket)
      .slice(0, limit);
  }

  async entries(shelter: string, limit: number): Promise<readonly (CheckInEntry & { readonly undone: boolean })[]> {
    return this.#entries
      .filter((entry) => entry.shelter === shelter)
      .toReversed()
      .slice(0, limit)
      .map((entry) => ({ ...entry, undone: this.#isUndone(entry.id) }));
  }

  async renewSheet({ shelter, replaces }: { readonly shelter: string; readonly replaces: number }): Promise<number> {
    const register = this.#registers.get(shelter) ?? emptyRegister(shelter);
    if (register.sheet !== replaces) return register.sheet;
    this.#registers.set(shelter, { ...register, sheet: replaces + 1 });
    return replaces + 1;
  }

  async forget(before: number): Promise<number> {
    const kept = this.#entries.filter(({ at }) => at >= before);
    const gone = [...this.#parties.values()].filter(({ at }) => at < before);
    for (const { id } of gone) this.#parties.delete(id);
    const count = this.#entries.length - kept.length + gone.length;
    this.#entries = kept;
    return count;
  }

  #entry(id: string): CheckInEntry | null {
    return this.#entries.find((entry) => entry.id === id) ?? null;
  }

  #isUndone(id: string): boolean {
    return this.#entries.some(({ of }) => of === id);
  }
}
