import type { Transaction } from 'kysely';
import {
  type CheckInAsk,
  type CheckInEntry,
  type CheckInGround,
  type CheckInOutcome,
  type CheckInParty,
  type CheckInRegister,
  CheckIns,
  decideCheckIn,
  emptyRegister,
  numberedCheckIns,
} from '#core';
import { appendAudit, roleOf } from './audit-entries.ts';
import { checkInFrom, checkInRow, registerFrom, registerRow } from './check-in-rows.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { read, write } from './write.ts';

/** Who came to shelters and who went, on SQLite or PostgreSQL. Rejects with `LedgerUnavailable` when the database cannot be reached. */
export class SqlCheckIns extends CheckIns {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  act(ask: CheckInAsk): Promise<CheckInOutcome> {
    return write(this.#database, `counting at shelter ${ask.shelter}`, async (t) => {
      // Locks the row of the counter first: whoever counts at the same moment sees what this one kept.
      const first = await reserve(t, 'check_in', 1);
      const ground = await groundOf(t, ask);
      const decision = decideCheckIn(ask, ground);
      if (decision.kind !== 'change') {
        await reserve(t, 'check_in', -1);
        if (decision.kind === 'refused') return { kind: 'refused', why: decision.why, register: ground.register, party: ground.party };
        return { kind: 'kept', entry: decision.entry, register: ground.register, party: ground.party };
      }
      if (decision.entries.length > 1) await reserve(t, 'check_in', decision.entries.length - 1);
      const { entries, register } = numberedCheckIns(decision, first);
      await t.insertInto('check_in').values(entries.map(checkInRow)).execute();
      await keepRegister(t, register);
      const { party } = decision;
      if (party)
        await t
          .insertInto('check_in_party')
          .values(party)
          .onConflict((c) => c.column('id').doUpdateSet(party))
          .execute();
      if (decision.allOut)
        await t
          .updateTable('check_in_party')
          .set((e) => ({ state: 'out', at: ask.at, turn: e('turn', '+', 1) }))
          .where('shelter', '=', ask.shelter)
          .where('state', '=', 'in')
          .execute();
      const entry = entries.at(-1)!;
      await this.#audit(t, ask, { entry, before: ground.register });
      return { kind: 'kept', entry, register, party };
    });
  }

  registers(): Promise<ReadonlyMap<string, CheckInRegister>> {
    return read(this.#database, 'reading who is in shelters', async (db) => {
      const rows = await db.selectFrom('check_in_register').selectAll().execute();
      return new Map(rows.map((row) => [row.shelter, registerFrom(row)]));
    });
  }

  party(id: string): Promise<CheckInParty | null> {
    return read(
      this.#database,
      'reading who came together',
      async (db) => (await db.selectFrom('check_in_party').selectAll().where('id', '=', id).executeTakeFirst()) ?? null,
    );
  }

  partiesIn(shelter: string, limit: number): Promise<readonly CheckInParty[]> {
    return read(this.#database, 'reading who is in a shelter', (db) =>
      db
        .selectFrom('check_in_party')
        .selectAll()
        .where('shelter', '=', shelter)
        .where('state', '=', 'in')
        .orderBy('ticket', 'desc')
        .limit(limit)
        .execute(),
    );
  }

  entries(shelter: string, limit: number): Promise<readonly (CheckInEntry & { readonly undone: boolean })[]> {
    return read(this.#database, 'reading what was counted', async (db) => {
      const rows = await db
        .selectFrom('check_in')
        .selectAll()
        .where('shelter', '=', shelter)
        .orderBy('number', 'desc')
        .limit(limit)
        .execute();
      // What undid a line came after it, so it is among the newest as well.
      const undone = new Set(rows.map(({ of }) => of));
      return rows.map((row) => ({ ...checkInFrom(row), undone: undone.has(row.id) }));
    });
  }

  renewSheet({
    shelter,
    replaces,
    by,
    at,
  }: {
    readonly shelter: string;
    readonly replaces: number;
    readonly by: string;
    readonly at: number;
  }): Promise<number> {
    return write(this.#database, `a new sheet for shelter ${shelter}`, async (t) => {
      await reserve(t, 'check_in', 0);
      const register = await registerOf(t, shelter);
      if (register.sheet !== replaces) return register.sheet;
      const sheet = replaces + 1;
      await keepRegister(t, { ...register, sheet });
      await appendAudit(t, [
        {
          at,
          by,
          role: await roleOf(t, by),
          act: 'shelter-changed',
          subject: `shelter/${shelter}`,
          before: { sheet: replaces },
          after: { sheet },
        },
      ]);
      return sheet;
    });
  }

  forget(before: number): Promise<number> {
    return write(this.#database, 'forgetting who was in shelters', async (t) => {
      const entries = await t.deleteFrom('check_in').where('at', '<', before).executeTakeFirstOrThrow();
      const parties = await t.deleteFrom('check_in_party').where('at', '<', before).executeTakeFirstOrThrow();
      return Number(entries.numDeletedRows + parties.numDeletedRows);
    });
  }

  /** What staff put right is a matter for the record; that families come and go is not. */
  async #audit(
    t: Transaction<Tables>,
    ask: CheckInAsk,
    { entry, before }: { readonly entry: CheckInEntry; readonly before: CheckInRegister },
  ): Promise<void> {
    if (ask.act !== 'correct' && ask.act !== 'undo') return;
    const { households, persons } = before;
    await appendAudit(t, [
      {
        at: ask.at,
        by: ask.by,
        role: await roleOf(t, ask.by),
        act: 'shelter-changed',
        subject: `shelter/${ask.shelter}`,
        before: { households, persons },
        after: entry.total,
        grounds: ask.act === 'correct' ? ask.reason : `取り消し: ${ask.of}`,
      },
    ]);
  }
}

async function groundOf(t: Transaction<Tables>, ask: CheckInAsk): Promise<CheckInGround> {
  const undone = ask.act === 'undo' ? await entryOf(t, ask.of) : null;
  const party = ask.act === 'come' || ask.act === 'leave' ? ask.party : (undone?.party ?? null);
  return {
    register: await registerOf(t, ask.shelter),
    party: party === null ? null : await partyOf(t, party, ask.shelter),
    repeated: await entryOf(t, ask.id),
    undoes: undone && { entry: undone, undone: await isUndone(t, undone.id) },
  };
}

async function registerOf(t: Transaction<Tables>, shelter: string): Promise<CheckInRegister> {
  const row = await t.selectFrom('check_in_register').selectAll().where('shelter', '=', shelter).executeTakeFirst();
  return row ? registerFrom(row) : emptyRegister(shelter);
}

async function entryOf(t: Transaction<Tables>, id: string): Promise<CheckInEntry | null> {
  const row = await t.selectFrom('check_in').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? checkInFrom(row) : null;
}

/** A party of another shelter is none of this one. */
const partyOf = async (t: Transaction<Tables>, id: string, shelter: string): Promise<CheckInParty | null> =>
  (await t.selectFrom('check_in_party').selectAll().where('id', '=', id).where('shelter', '=', shelter).executeTakeFirst()) ?? null;

const isUndone = async (t: Transaction<Tables>, id: string): Promise<boolean> =>
  (await t.selectFrom('check_in').select('id').where('of', '=', id).executeTakeFirst()) !== undefined;

async function keepRegister(t: Transaction<Tables>, register: CheckInRegister): Promise<void> {
  const row = registerRow(register);
  await t
    .insertInto('check_in_register')
    .values(row)
    .onConflict((c) => c.column('shelter').doUpdateSet(row))
    .execute();
}
