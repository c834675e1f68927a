import { setImmediate as turn } from 'node:timers/promises';
import { type Keys, PersonalRecords, type Recipient } from '#core';
import { messageFrom } from './ledger-rows.ts';
import { LetterRecords } from './letter-records.ts';
import { SqlBounces } from './sql-bounces.ts';
import type { SqlDatabase } from './sql-database.ts';
import { TalkRecords } from './talk-records.ts';
import { read, write } from './write.ts';

/** What holds something about people in the database of any place, beside the directory. Whoever adds a table about people adds a row. */
export const personalRecordsIn = (database: SqlDatabase): readonly PersonalRecords[] => [
  new ToldRecords(database),
  new TicketRecords(database),
  new BounceRecords(database),
];

/** What real life's database holds about people under seal, beside the directory. */
export const sealedRecordsIn = (database: SqlDatabase, keys: Keys): readonly PersonalRecords[] => [
  new TalkRecords(database, keys),
  new LetterRecords(database, keys),
];

/** Deliveries looked through at once: some megabytes of numbers, a few milliseconds on SQLite, which answers in our own thread. */
const SLICE = 1_000;

/** What somebody was told. There is no index from people to deliveries: each delivery would pay for it, and somebody asks once in a week. */
class ToldRecords extends PersonalRecords {
  readonly name = 'told';
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  async of(recipient: Recipient): Promise<readonly object[]> {
    const told: object[] = [];
    const last = await this.#last();
    for (let from = 0; from < last; from += SLICE) {
      told.push(...(await this.#slice(recipient, from)));
      await turn();
    }
    return told;
  }

  /** Nothing: a delivery proves that so many were told, and holds numbers only. */
  forget(): Promise<number> {
    return Promise.resolve(0);
  }

  #last(): Promise<number> {
    return read(this.#database, 'looking for deliveries', async (db) => {
      const row = await db
        .selectFrom('delivery')
        .select(({ fn }) => fn.max<number | null>('number').as('last'))
        .executeTakeFirst();
      return row?.last ?? 0;
    });
  }

  #slice(recipient: Recipient, from: number): Promise<readonly object[]> {
    return read(this.#database, 'reading what somebody was told', async (db) => {
      const rows = await db
        .selectFrom('delivery')
        .innerJoin('message', 'message.id', 'delivery.message_id')
        .where('delivery.number', '>', from)
        .where('delivery.number', '<=', from + SLICE)
        // The list is JSON of our own making, and a number holds nothing that `like` would read as a pattern.
        .where('delivery.recipients', 'like', `%"${recipient}"%`)
        .orderBy('delivery.number')
        .select(['delivery.id', 'delivery.channel', 'delivery.state', 'delivery.settled_at', 'message.body'])
        .execute();
      return rows.map(({ id, channel, state, settled_at, body }) => {
        const message = messageFrom({ body });
        return {
          delivery: id,
          channel,
          state,
          issuedAt: message.issuedAt,
          settledAt: settled_at,
          language: message.language,
          subject: message.subject,
          body: message.body,
        };
      });
    });
  }
}

/** What came back of somebody's mail. */
class BounceRecords extends PersonalRecords {
  readonly name = 'bounces';
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  of(recipient: Recipient): Promise<readonly object[]> {
    return read(this.#database, 'reading bounces', (db) =>
      db
        .selectFrom('mail_bounce')
        .select(['delivery_id as delivery', 'domain', 'kind', 'status', 'at'])
        .where('recipient', '=', recipient)
        .orderBy('number')
        .execute(),
    );
  }

  forget(recipient: Recipient): Promise<number> {
    return new SqlBounces(this.#database).forgetOf(recipient);
  }
}

class TicketRecords extends PersonalRecords {
  readonly name = 'tickets';
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  of(recipient: Recipient): Promise<readonly object[]> {
    return read(this.#database, 'reading tickets', (db) =>
      db
        .selectFrom('ticket')
        .select(['gauge', 'number', 'expires_at as expiresAt'])
        .where('no', '=', Number(recipient))
        .orderBy('gauge')
        .orderBy('number')
        .execute(),
    );
  }

  forget(recipient: Recipient): Promise<number> {
    return write(this.#database, 'forgetting tickets', async (t) => {
      const { numDeletedRows } = await t.deleteFrom('ticket').where('no', '=', Number(recipient)).executeTakeFirst();
      return Number(numDeletedRows);
    });
  }
}
