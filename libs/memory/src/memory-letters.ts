import {
  INVITATION_GAP_MS,
  INVITATIONS_A_DAY_MAX,
  type Letter,
  type LetterEnd,
  Letters,
  LETTERS_MAX,
  LINK_MS,
  lookupForm,
  type SignUpLink,
} from '#core';

interface Waiting {
  readonly letter: Letter;
  readonly attempt: number;
  readonly dueAt: number;
}

/** Letters without durability, for tests. */
export class MemoryLetters extends Letters {
  readonly #links = new Map<string, SignUpLink & { readonly at: number }>();
  readonly #letters = new Map<string, Waiting>();
  readonly #lettersMax: number;

  constructor({ lettersMax = LETTERS_MAX }: { readonly lettersMax?: number } = {}) {
    super();
    this.#lettersMax = lettersMax;
  }

  async invite({
    tokenHash,
    at,
    letter,
  }: {
    readonly tokenHash: string;
    readonly at: number;
    readonly letter: Letter;
  }): Promise<'kept' | 'tooSoon' | 'full'> {
    const who = lookupForm('disaster-mail', letter.address);
    const before = [...this.#links.values()].filter((link) => lookupForm('disaster-mail', link.address) === who && link.at > at - LINK_MS);
    if (before.length >= INVITATIONS_A_DAY_MAX || before.some((link) => link.at > at - INVITATION_GAP_MS)) return 'tooSoon';
    if (this.#letters.size >= this.#lettersMax) return 'full';
    this.#links.set(tokenHash, { address: letter.address, state: 'open', expiresAt: letter.expiresAt, at });
    await this.add(letter, at);
    return 'kept';
  }

  async link(tokenHash: string, now: number): Promise<SignUpLink | null> {
    const link = this.#links.get(tokenHash);
    if (!link || link.expiresAt <= now) return null;
    const { address, state, expiresAt } = link;
    return { address, state, expiresAt };
  }

  async closeLink(tokenHash: string, state: 'chosen' | 'left', letter: Letter): Promise<boolean> {
    const link = this.#links.get(tokenHash);
    if (link?.state !== 'open') return false;
    this.#links.set(tokenHash, { ...link, state });
    await this.add(letter, 0);
    return true;
  }

  async add(letter: Letter, now: number): Promise<void> {
    if (!this.#letters.has(letter.id)) this.#letters.set(letter.id, { letter, attempt: 0, dueAt: now });
  }

  async claim({
    now,
    limit,
    leaseUntil,
  }: {
    readonly now: number;
    readonly limit: number;
    readonly leaseUntil: number;
  }): Promise<readonly { readonly letter: Letter; readonly attempt: number }[]> {
    for (const [id, { letter }] of this.#letters) if (letter.expiresAt <= now) this.#letters.delete(id);
    const due = [...this.#letters.values()].filter(({ dueAt }) => dueAt <= now).toSorted((a, b) => a.dueAt - b.dueAt);
    return due.slice(0, limit).map(({ letter, attempt }) => {
      this.#letters.set(letter.id, { letter, attempt: attempt + 1, dueAt: leaseUntil });
      return { letter, attempt: attempt + 1 };
    });
  }

  async depth(): Promise<number> {
    return this.#letters.size;
  }

  async settle({ id, attempt, state, dueAt }: LetterEnd): Promise<void> {
    const waiting = this.#letters.get(id);
    if (waiting?.attempt !== attempt) return;
    if (state === 'queued') this.#letters.set(id, { ...waiting, dueAt });
    else this.#letters.delete(id);
  }

  async forgetLinks(now: number): Promise<number> {
    const over = [...this.#links].filter(([, { expiresAt }]) => expiresAt <= now);
    for (const [tokenHash] of over) this.#links.delete(tokenHash);
    return over.length;
  }
}
