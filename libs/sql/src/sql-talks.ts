import type { Transaction } from 'kysely';
import {
  KeyMissing,
  type KeptEvent,
  type Keys,
  type PendingReply,
  SealBroken,
  type Talk,
  type TalkCommit,
  type TalkEvent,
  type TalkReply,
  Talks,
  wayOf,
} from '#core';
import { reserve } from './numbering.ts';
import { lookupOf } from './sealed-addresses.ts';
import type { SqlDatabase } from './sql-database.ts';
import { keepReport } from './sql-resident-reports.ts';
import { EVENT_ANSWERING, EVENT_DONE, EVENT_WAITS, type LineEventRow } from './talk-rows.ts';
import type { Tables } from './tables.ts';
import { read, write } from './write.ts';

/** For what talks and their events are sealed. */
export const TALK_SEAL = 'talk';

/** How a person of the account is known in these tables: by what the directory finds them by. */
const personOf = (keys: Keys, address: string): string => lookupOf(keys, 'line', address);

interface Sealed {
  readonly event: TalkEvent;
  readonly reply?: TalkReply;
}

interface SealedTalk {
  readonly person: string;
  readonly talk: Talk;
}

/** Talks on SQLite or PostgreSQL, in the database of the ledger. Rejects with `LedgerUnavailable` when it cannot be reached. */
export class SqlTalks extends Talks {
  readonly #database: SqlDatabase;
  readonly #keys: Keys;

  constructor(database: SqlDatabase, keys: Keys) {
    super();
    this.#database = database;
    this.#keys = keys;
  }

  keep(events: readonly TalkEvent[], receivedAt: number): Promise<number> {
    if (events.length === 0) return Promise.resolve(0);
    return write(this.#database, 'keeping events of LINE', async (t) => {
      // Locks the row of the counter first, so that of two deliveries of one event the second sees the first.
      const first = await reserve(t, 'line_event', events.length);
      const rows = events.map((event, index): LineEventRow => ({
        number: first + index,
        id: event.id,
        person: personOf(this.#keys, event.person),
        at: event.at,
        received_at: receivedAt,
        state: EVENT_WAITS,
        tries: 0,
        attempts: 0,
        due_at: receivedAt,
        going: '',
        doubtful: 0,
        body: this.#seal(event.id, { event }),
      }));
      const { numInsertedOrUpdatedRows } = await t
        .insertInto('line_event')
        .values(rows)
        .onConflict((c) => c.column('id').doNothing())
        .executeTakeFirstOrThrow();
      return Number(numInsertedOrUpdatedRows ?? 0);
    });
  }

  async waiting(limit: number): Promise<readonly KeptEvent[]> {
    const rows = await read(this.#database, 'looking for events of LINE', (db) =>
      db.selectFrom('line_event').selectAll().where('state', '=', EVENT_WAITS).orderBy('at').orderBy('number').limit(limit).execute(),
    );
    const kept: KeptEvent[] = [];
    for (const { number, id, body, received_at: receivedAt, tries } of rows) {
      const sealed = this.#open(id, body);
      if (sealed) kept.push({ number, event: sealed.event, receivedAt, tries });
      // What no key opens can be handled by nobody.
      else await this.setAside(number);
    }
    return kept;
  }

  async begin(number: number): Promise<void> {
    await write(this.#database, 'beginning with an event of LINE', (t) =>
      t
        .updateTable('line_event')
        .set((e) => ({ tries: e('tries', '+', 1) }))
        .where('number', '=', number)
        .execute(),
    );
  }

  talk(person: string): Promise<Talk | null> {
    return read(this.#database, 'reading a talk', async (db) => {
      const hash = personOf(this.#keys, person);
      const row = await db.selectFrom('talk').select('body').where('person', '=', hash).executeTakeFirst();
      return row ? (this.#openTalk(hash, row.body)?.talk ?? null) : null;
    });
  }

  commit({ kept, talk, reports, reply, at }: TalkCommit): Promise<boolean> {
    return write(this.#database, 'handling an event of LINE', async (t) => {
      const { event } = kept;
      const person = personOf(this.#keys, event.person);
      const { numUpdatedRows } = await t
        .updateTable('line_event')
        .set(
          reply === null
            ? { state: EVENT_DONE, body: '' }
            : { state: EVENT_ANSWERING, due_at: at, body: this.#seal(event.id, { event, reply }) },
        )
        .where('number', '=', kept.number)
        .where('state', '=', EVENT_WAITS)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      const sealed: SealedTalk = { person: event.person, talk };
      const row = { at, return_by: talk.returnBy, body: this.#keys.seal(TALK_SEAL, JSON.stringify(sealed), `talk ${person}`) };
      await t
        .insertInto('talk')
        .values({ person, ...row })
        .onConflict((c) => c.column('person').doUpdateSet(row))
        .execute();
      for (const report of reports) await keepReport(t, this.#keys, { person, report });
      return true;
    });
  }

  async setAside(number: number): Promise<void> {
    await write(this.#database, 'setting an event of LINE aside', (t) => finish(t, number));
  }

  claimReplies({
    now,
    limit,
    leaseMs,
  }: {
    readonly now: number;
    readonly limit: number;
    readonly leaseMs: number;
  }): Promise<readonly PendingReply[]> {
    return write(this.#database, 'taking answers of LINE', async (t) => {
      const rows = await t
        .selectFrom('line_event')
        .selectAll()
        .where('state', '=', EVENT_ANSWERING)
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .orderBy('number')
        .limit(limit)
        .execute();
      const claimed: PendingReply[] = [];
      for (const { number, id, body, received_at: receivedAt, attempts, going, doubtful } of rows) {
        const sealed = this.#open(id, body);
        if (!sealed?.reply) {
          await finish(t, number);
          continue;
        }
        // An attempt by the token that was never settled: the process died in it, and nobody knows how it ended.
        const tokenDoubtful = doubtful === 1 || going === 'token';
        const pending = { number, event: sealed.event, receivedAt, reply: sealed.reply, attempts, tokenDoubtful };
        const way = wayOf(pending, now);
        await t
          .updateTable('line_event')
          .set({ attempts: attempts + 1, going: way, doubtful: tokenDoubtful ? 1 : 0, due_at: now + leaseMs })
          .where('number', '=', number)
          .execute();
        claimed.push({ ...pending, way });
      }
      return claimed;
    });
  }

  async settleReply(
    number: number,
    result: { readonly done: true } | { readonly done: false; readonly dueAt: number; readonly tokenDoubtful: boolean },
  ): Promise<void> {
    await write(this.#database, 'settling an answer of LINE', async (t) => {
      if (result.done) return finish(t, number);
      await t
        .updateTable('line_event')
        .set({ due_at: result.dueAt, doubtful: result.tokenDoubtful ? 1 : 0, going: '' })
        .where('number', '=', number)
        .where('state', '=', EVENT_ANSWERING)
        .execute();
    });
  }

  depth(): Promise<{ readonly waiting: number; readonly replies: number }> {
    return read(this.#database, 'counting events of LINE', async (db) => {
      const count = async (state: number): Promise<number> =>
        (
          await db
            .selectFrom('line_event')
            .select((e) => e.fn.countAll<number>().as('events'))
            .where('state', '=', state)
            .executeTakeFirstOrThrow()
        ).events;
      return { waiting: await count(EVENT_WAITS), replies: await count(EVENT_ANSWERING) };
    });
  }

  overdue(by: number, limit: number): Promise<readonly string[]> {
    return read(this.#database, 'looking for those who did not return', async (db) => {
      const rows = await db
        .selectFrom('talk')
        .select(['person', 'body'])
        .where('return_by', '<', by)
        .orderBy('return_by')
        .limit(limit)
        .execute();
      return rows.flatMap(({ person, body }) => this.#openTalk(person, body)?.person ?? []);
    });
  }

  forget({ events, talks }: { readonly events: number; readonly talks: number }): Promise<number> {
    return write(this.#database, 'forgetting events of LINE', async (t) => {
      const done = await t
        .deleteFrom('line_event')
        .where('received_at', '<', events)
        .where('state', '=', EVENT_DONE)
        .executeTakeFirstOrThrow();
      const quiet = await t.deleteFrom('talk').where('at', '<', talks).where('return_by', 'is', null).executeTakeFirstOrThrow();
      return Number(done.numDeletedRows + quiet.numDeletedRows);
    });
  }

  async forgetPerson(person: string): Promise<void> {
    const hash = personOf(this.#keys, person);
    await write(this.#database, 'forgetting a talk', (t) => forgetTalk(t, hash));
  }

  #seal(id: string, sealed: Sealed): string {
    return this.#keys.seal(TALK_SEAL, JSON.stringify(sealed), `event ${id}`);
  }

  #open(id: string, body: string): Sealed | null {
    return body === '' ? null : (this.#opened(`event ${id}`, body) as Sealed | null);
  }

  #openTalk(hash: string, body: string): SealedTalk | null {
    return this.#opened(`talk ${hash}`, body) as SealedTalk | null;
  }

  /** Null for what the keys at hand do not open: a talk begins anew then. */
  #opened(bound: string, body: string): unknown {
    try {
      return JSON.parse(this.#keys.open(TALK_SEAL, body, bound)) as unknown;
    } catch (cause) {
      if (cause instanceof KeyMissing || cause instanceof SealBroken) return null;
      throw cause;
    }
  }
}

/** Forgets somebody by the hash that they are known by here, and says how many records went. What they reported stays without them. */
export async function forgetTalk(t: Transaction<Tables>, person: string): Promise<number> {
  const talk = await t.deleteFrom('talk').where('person', '=', person).executeTakeFirstOrThrow();
  const reports = await t.updateTable('resident_report').set({ person: '' }).where('person', '=', person).executeTakeFirstOrThrow();
  await t.updateTable('line_event').set({ person: '', body: '', state: EVENT_DONE }).where('person', '=', person).execute();
  return Number(talk.numDeletedRows + reports.numUpdatedRows);
}

async function finish(t: Transaction<Tables>, number: number): Promise<void> {
  await t.updateTable('line_event').set({ state: EVENT_DONE, body: '' }).where('number', '=', number).execute();
}
