import type { Transaction } from 'kysely';
import {
  isUrgent,
  type KeptReport,
  KeyMissing,
  type Keys,
  type ReportCursor,
  reportAfter,
  type ResidentReport,
  type ResidentReportKind,
  ResidentReports,
  type ResidentReportState,
  SealBroken,
} from '#core';
import { appendAudit, roleOf } from './audit-entries.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { ResidentReportRow } from './talk-rows.ts';
import type { Tables } from './tables.ts';
import { read, write } from './write.ts';

/** For what the words of residents are sealed. */
export const REPORT_SEAL = 'report';

/** Shown in place of words that no key at hand opens. */
const UNREADABLE = '（暗号の鍵がないため読めません）';

type Told = Pick<ResidentReport, 'place' | 'text'>;

/** What residents reported, on SQLite or PostgreSQL. Rejects with `LedgerUnavailable` when the database cannot be reached. */
export class SqlResidentReports extends ResidentReports {
  readonly #database: SqlDatabase;
  readonly #keys: Keys;

  constructor(database: SqlDatabase, keys: Keys) {
    super();
    this.#database = database;
    this.#keys = keys;
  }

  list({
    kind,
    state,
    after,
    limit,
  }: {
    readonly kind?: ResidentReportKind;
    readonly state?: ResidentReportState;
    readonly after?: ReportCursor;
    readonly limit: number;
  }): Promise<readonly KeptReport[]> {
    return read(this.#database, 'reading reports of residents', async (db) => {
      let select = db.selectFrom('resident_report').selectAll();
      if (kind !== undefined) select = select.where('kind', '=', kind);
      if (state !== undefined) select = select.where('state', '=', state);
      if (after !== undefined) {
        const urgent = after.urgent ? 1 : 0;
        select = select.where((e) => e.or([e('urgent', '<', urgent), e.and([e('urgent', '=', urgent), e('number', '<', after.number)])]));
      }
      const rows = await select.orderBy('urgent', 'desc').orderBy('number', 'desc').limit(limit).execute();
      return rows.map((row) => this.#kept(row));
    });
  }

  /** What somebody reported, by the hash that they are known by here, oldest first. */
  reportsOf(person: string): Promise<readonly KeptReport[]> {
    return read(this.#database, 'reading reports of a resident', async (db) => {
      const rows = await db.selectFrom('resident_report').selectAll().where('person', '=', person).orderBy('number').execute();
      return rows.map((row) => this.#kept(row));
    });
  }

  report(id: string): Promise<KeptReport | null> {
    return read(this.#database, 'reading a report of a resident', async (db) => {
      const row = await db.selectFrom('resident_report').selectAll().where('id', '=', id).executeTakeFirst();
      return row ? this.#kept(row) : null;
    });
  }

  act(
    id: string,
    { kind, by, note, at }: { readonly kind: 'see' | 'close'; readonly by: string; readonly note: string; readonly at: number },
  ): Promise<KeptReport | null> {
    return write(this.#database, 'acting on a report of a resident', async (t) => {
      await reserve(t, 'resident_report', 0); // Of two members of staff the second one sees what the first has made of it.
      const row = await t.selectFrom('resident_report').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row) return null;
      const state = reportAfter(row.state, kind);
      if (state === null) return this.#kept(row);
      const urgent = isUrgent({ kind: row.kind, state }) ? 1 : 0;
      const changed = { state, urgent, by_name: by, note, acted_at: at };
      await t.updateTable('resident_report').set(changed).where('id', '=', id).execute();
      const role = await roleOf(t, by);
      await appendAudit(t, [
        { at, by, role, act: state === 'seen' ? 'report-seen' : 'report-closed', subject: `report/${id}`, grounds: note },
      ]);
      return this.#kept({ ...row, ...changed });
    });
  }

  forget(before: number): Promise<number> {
    return write(this.#database, 'forgetting reports of residents', async (t) => {
      const { numDeletedRows } = await t.deleteFrom('resident_report').where('at', '<', before).executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    });
  }

  #kept({ number, id, kind, state, at, body, by_name, note, acted_at, safe_since }: ResidentReportRow): KeptReport {
    return { number, id, kind, state, at, ...this.#told(id, body), by: by_name, note, actedAt: acted_at, safeSince: safe_since };
  }

  #told(id: string, body: string): Told {
    try {
      return JSON.parse(this.#keys.open(REPORT_SEAL, body, id)) as Told;
    } catch (cause) {
      if (cause instanceof KeyMissing || cause instanceof SealBroken) return { place: null, text: UNREADABLE };
      throw cause;
    }
  }
}

/** Keeps what a resident told, or replaces place and words of what stands under the same id, in the transaction of the event that told it. */
export async function keepReport(
  t: Transaction<Tables>,
  keys: Keys,
  { person, report }: { readonly person: string; readonly report: ResidentReport },
): Promise<void> {
  const { id, kind, at, place, text } = report;
  const body = keys.seal(REPORT_SEAL, JSON.stringify({ place, text } satisfies Told), id);
  const number = await reserve(t, 'resident_report', 1);
  const state: ResidentReportState = 'new';
  const urgent = isUrgent({ kind, state }) ? 1 : 0;
  const blank = { by_name: '', note: '', acted_at: null, safe_since: null };
  await t
    .insertInto('resident_report')
    .values({ number, id, person, kind, state, urgent, at, body, ...blank })
    .onConflict((c) => c.column('id').doUpdateSet({ body }))
    .execute();
  if (kind !== 'safe') return;
  await t
    .updateTable('resident_report')
    .set({ safe_since: at })
    .where('person', '=', person)
    .where('kind', '=', 'needHelp')
    .where('state', '!=', 'closed')
    .where('at', '<=', at)
    .where('safe_since', 'is', null)
    .execute();
}
