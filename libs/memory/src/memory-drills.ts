import { type AuditDraft, type Drill, type DrillDraft, type DrillId, Drills, newDrill } from '#core';

/** The record of drills without durability: for tests. */
export class MemoryDrills extends Drills {
  readonly #drills: Drill[] = [];
  /** What went into the audit, in its order. */
  readonly audited: AuditDraft[] = [];

  async prepare(draft: DrillDraft, audit: (drill: Drill) => readonly AuditDraft[]): Promise<Drill> {
    const known = draft.key === null ? undefined : this.#drills.find(({ key }) => key === draft.key);
    if (known) return known;
    const drill = newDrill(draft, this.#drills.length + 1);
    this.#drills.push(drill);
    this.audited.push(...audit(drill));
    return drill;
  }

  async replace(drill: Drill, audit: readonly AuditDraft[]): Promise<boolean> {
    const at = this.#drills.findIndex(({ id, version }) => id === drill.id && version === drill.version - 1);
    if (at < 0) return false;
    this.#drills[at] = drill;
    this.audited.push(...audit);
    return true;
  }

  async drill(id: DrillId): Promise<Drill | null> {
    return this.#drills.find((drill) => drill.id === id) ?? null;
  }

  async drills({ before = Infinity, limit }: { readonly before?: number; readonly limit: number }): Promise<readonly Drill[]> {
    return this.#drills
      .filter(({ number }) => number < before)
      .toReversed()
      .slice(0, limit);
  }

  async openDrills(): Promise<readonly Drill[]> {
    return this.#drills.filter(({ isClosed }) => !isClosed);
  }
}
