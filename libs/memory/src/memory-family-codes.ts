import { type CodeHolder, type FamilyCode, FamilyCodes } from '#core';

interface Kept {
  readonly consent: FamilyCode;
  readonly expiresAt: number;
}

const keyOf = (holder: CodeHolder): string => (holder.kind === 'line' ? `line ${holder.person}` : `party ${holder.party}`);

/** Who lets family ask, in the open and without durability, for tests. */
export class MemoryFamilyCodes extends FamilyCodes {
  readonly #kept = new Map<string, Kept>();

  async give({
    code,
    holder,
    namesShelter,
    at,
    expiresAt,
  }: Pick<FamilyCode, 'code' | 'holder' | 'namesShelter'> & { readonly at: number; readonly expiresAt: number }): Promise<FamilyCode> {
    const known = await this.of(holder);
    const consent = known ? { ...known, namesShelter } : { code, holder, namesShelter, givenAt: at, safeAt: null };
    this.#kept.set(keyOf(holder), { consent, expiresAt });
    return consent;
  }

  async withdraw(holder: CodeHolder): Promise<boolean> {
    return this.#kept.delete(keyOf(holder));
  }

  async of(holder: CodeHolder): Promise<FamilyCode | null> {
    return this.#kept.get(keyOf(holder))?.consent ?? null;
  }

  async find(code: string, now: number): Promise<FamilyCode | null> {
    return [...this.#kept.values()].find(({ consent, expiresAt }) => consent.code === code && expiresAt > now)?.consent ?? null;
  }

  async saidSafe(person: string, { safeAt, expiresAt }: { readonly safeAt: number | null; readonly expiresAt: number }): Promise<void> {
    const key = keyOf({ kind: 'line', person });
    const known = this.#kept.get(key);
    if (known) this.#kept.set(key, { consent: { ...known.consent, safeAt }, expiresAt });
  }

  async forget(before: number): Promise<number> {
    const ended = [...this.#kept].filter(([, { expiresAt }]) => expiresAt < before);
    for (const [key] of ended) this.#kept.delete(key);
    return ended.length;
  }
}
