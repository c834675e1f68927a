import { AUDIT_ROOT, auditHash, type AuditHead, type AuditRow } from './audit.ts';

/** What was done to a chain, as far as it can be told; the numbers are those of the places in the chain, both inclusive. */
export type AuditFault =
  /** What stands there is not what was hashed. */
  | { readonly kind: 'changed'; readonly from: number; readonly to: number }
  /** One of the two was changed and hashed anew, so that they do not fit together any more. */
  | { readonly kind: 'unlinked'; readonly from: number; readonly to: number }
  /** Nothing stands there. */
  | { readonly kind: 'removed'; readonly from: number; readonly to: number }
  /** The entries of one stretch stand in the place of another, and the other way round. */
  | { readonly kind: 'swapped'; readonly from: number; readonly to: number; readonly withFrom: number; readonly withTo: number }
  /** Here stands what was written under numbers that are higher by `by`, which may be negative. */
  | { readonly kind: 'moved'; readonly from: number; readonly to: number; readonly by: number }
  /** The end of the chain is missing. */
  | { readonly kind: 'cut'; readonly from: number; readonly to: number }
  /** The stretch fits together, but the hash that was signed at its end was another one: it was written anew as a whole. */
  | { readonly kind: 'rewritten'; readonly from: number; readonly to: number }
  /** More entries than the database itself has counted: these were put in beside the service. */
  | { readonly kind: 'added'; readonly from: number; readonly to: number };

/** Faults told one by one; when there are more, the first ones say what was done. */
const FAULTS_MAX = 200;

export interface AuditFindings {
  /** Entries that were looked at. */
  readonly entries: number;
  readonly faults: readonly AuditFault[];
  /** Faults beyond those that are told. */
  readonly faultsMore: number;
  /** The highest number whose hash is the one that was signed; 0 when there was none. */
  readonly signedTo: number;
}

export interface AuditVerifierOptions {
  /** The chain up to there is taken as given. */
  readonly after?: AuditHead;
  /** How many entries the database says there are, read before the first row. */
  readonly count: number;
  /** Hashes that were signed, by the number of their entry; those whose signature is wrong left out. */
  readonly signed?: ReadonlyMap<number, string>;
}

/** Walks along a chain, row by row in ascending order, and names what was done to it. What it keeps does not grow with the chain. */
export class AuditVerifier {
  readonly #count: number;
  readonly #signed: ReadonlyMap<number, string>;
  readonly #faults: AuditFault[] = [];
  readonly #moves: { from: number; to: number; readonly by: number }[] = [];
  #faultsMore = 0;
  #entries = 0;
  #last: AuditHead;
  /** Whether the row before can be believed, so that the next one has to fit to it. */
  #lastIsSound = true;
  #signedTo = 0;
  /** How many faults were known at the last place whose hash was the one that was signed. */
  #faultsThen = 0;

  constructor({ after = { number: 0, hash: AUDIT_ROOT }, count, signed = new Map() }: AuditVerifierOptions) {
    this.#last = after;
    this.#signedTo = after.number;
    this.#count = count;
    this.#signed = signed;
  }

  /** The next row. */
  take(row: AuditRow): void {
    this.#entries += 1;
    const { number } = row;
    if (number <= this.#last.number) {
      this.#found({ kind: 'added', from: number, to: number });
      return;
    }
    const isNext = number === this.#last.number + 1;
    if (!isNext) this.#found({ kind: 'removed', from: this.#last.number + 1, to: number - 1 });
    const stated = statedIn(row);
    const isMoved = stated !== null && stated.number !== number;
    const isWhole = stated !== null && stated.fits && auditHash(row.previous, row.text) === row.hash;
    if (isMoved) this.#moved(number, stated.number - number);
    else if (!isWhole) this.#found({ kind: 'changed', from: number, to: number });
    else if (isNext && this.#lastIsSound && row.previous !== this.#last.hash)
      this.#found({ kind: 'unlinked', from: Math.max(1, number - 1), to: number });
    this.#last = { number, hash: row.hash };
    this.#lastIsSound = isWhole && !isMoved;
    const signed = this.#signed.get(number);
    if (signed === undefined) return;
    if (signed === row.hash) {
      this.#signedTo = number;
      this.#faultsThen = this.#faultsFound;
      return;
    }
    // What lies behind a change has other hashes as well; the first place says where it was.
    if (this.#faultsFound === this.#faultsThen) this.#found({ kind: 'rewritten', from: this.#signedTo + 1, to: number });
  }

  /** After the last row. `countNow` is how many entries the database says there are by now: a service that runs goes on writing. */
  end(countNow: number): AuditFindings {
    const { number } = this.#last;
    let known = this.#count;
    for (const signed of this.#signed.keys()) known = Math.max(known, signed);
    if (known > number) this.#found({ kind: 'cut', from: number + 1, to: known });
    if (number > countNow) this.#found({ kind: 'added', from: countNow + 1, to: number });
    this.#tellMoves();
    return { entries: this.#entries, faults: this.#faults, faultsMore: this.#faultsMore, signedTo: this.#signedTo };
  }

  get #faultsFound(): number {
    return this.#faults.length + this.#faultsMore + this.#moves.length;
  }

  #found(fault: AuditFault): void {
    const before = this.#faults.at(-1);
    if (before?.kind === 'changed' && fault.kind === 'changed' && before.to + 1 === fault.from)
      this.#faults[this.#faults.length - 1] = { ...before, to: fault.to };
    else if (this.#faults.length < FAULTS_MAX) this.#faults.push(fault);
    else this.#faultsMore += 1;
  }

  #moved(number: number, by: number): void {
    const before = this.#moves.at(-1);
    if (before && before.to + 1 === number && before.by === by) before.to = number;
    else if (this.#moves.length < FAULTS_MAX) this.#moves.push({ from: number, to: number, by });
    else this.#faultsMore += 1;
  }

  #tellMoves(): void {
    const moves = this.#moves.splice(0);
    const paired = new Set<object>();
    for (const move of moves) {
      if (paired.has(move)) continue;
      const other = moves.find(({ from, to, by }) => from === move.from + move.by && to === move.to + move.by && by === -move.by);
      if (other) {
        paired.add(other);
        this.#found({ kind: 'swapped', from: move.from, to: move.to, withFrom: other.from, withTo: other.to });
      } else this.#found({ kind: 'moved', ...move });
    }
  }
}

/** The number that the hashed text gives itself, and whether what lies beside it says the same; null when it is no entry at all. */
function statedIn({ number, at, act, by, subject, text }: AuditRow): { readonly number: number; readonly fits: boolean } | null {
  try {
    const entry = JSON.parse(text) as Partial<Readonly<Record<string, unknown>>>;
    const stated = entry['number'];
    if (typeof stated !== 'number') return null;
    const fits = entry['at'] === at && entry['act'] === act && entry['by'] === by && entry['subject'] === subject;
    return { number: stated, fits };
  } catch {
    return { number, fits: false };
  }
}
