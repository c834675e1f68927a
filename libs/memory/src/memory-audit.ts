import {
  Audit,
  AUDIT_ROOT,
  type AuditDraft,
  type AuditEntry,
  type AuditHead,
  type AuditQuery,
  type AuditRow,
  auditText,
  chainOn,
} from '#core';

/** The audit chain without durability, for tests. */
export class MemoryAudit extends Audit {
  readonly #entries: AuditEntry[] = [];

  async append(drafts: readonly AuditDraft[]): Promise<readonly AuditEntry[]> {
    const added = chainOn(await this.head(), drafts);
    this.#entries.push(...added);
    return added;
  }

  async entries({
    before = Infinity,
    acts,
    by,
    subject,
    since = -Infinity,
    until = Infinity,
    limit,
  }: AuditQuery): Promise<readonly AuditEntry[]> {
    return this.#entries
      .filter(
        (entry) =>
          entry.number < before &&
          (acts === undefined || acts.includes(entry.act)) &&
          (by === undefined || entry.by === by) &&
          (subject === undefined || entry.subject === subject) &&
          entry.at >= since &&
          entry.at < until,
      )
      .toReversed()
      .slice(0, limit);
  }

  async head(): Promise<AuditHead> {
    return this.#entries.at(-1) ?? { number: 0, hash: AUDIT_ROOT };
  }

  async sumUpSends(): Promise<number> {
    return 0;
  }

  async count(): Promise<number> {
    return this.#entries.length;
  }

  async rows(after: number, limit: number): Promise<readonly AuditRow[]> {
    return this.#entries
      .filter(({ number }) => number > after)
      .slice(0, limit)
      .map((entry) => ({ ...entry, text: auditText(entry.number, entry) }));
  }
}
