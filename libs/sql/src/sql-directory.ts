import { setImmediate } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import {
  Directory,
  LANGUAGES,
  TICKETS_PER_PERSON_MAX,
  type AudiencePage,
  type AudienceQuery,
  type ChannelName,
  type GaugeId,
  type Language,
  type Subscriber,
  type Ticket,
  type TicketQuery,
  type TicketRange,
} from '#core';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import { subscriberNumbers } from './subscriber-numbers.ts';
import type { ChoiceRow, SubscriberRow, Tables, WishRow } from './tables.ts';
import { inStatements, read, ROWS_PER_STATEMENT, write } from './write.ts';

/**
 * The directory on SQLite or PostgreSQL. Addresses lie in one column of one table; districts and categories know people by number only.
 * Rejects with `LedgerUnavailable` when the database cannot be reached: it is the database of the ledger.
 */
export class SqlDirectory extends Directory {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  /** In transactions of a bounded size; a repeat changes nothing, so an import that broke off is simply repeated. */
  async subscribe(subscribers: readonly Subscriber[]): Promise<void> {
    for (let from = 0; from < subscribers.length; from += ROWS_PER_STATEMENT) {
      if (from > 0) await setImmediate();
      const part = subscribers.slice(from, from + ROWS_PER_STATEMENT);
      await write(this.#database, 'subscribing', (t) => replace(t, part));
    }
  }

  leave(channel: ChannelName, address: string): Promise<boolean> {
    return write(this.#database, 'leaving', async (t) => {
      const gone = await t
        .deleteFrom('subscriber')
        .where('channel', '=', channel)
        .where('address', '=', address)
        .returning('no')
        .executeTakeFirst();
      if (gone) await forgetChoices(t, [gone.no]);
      if (gone) await t.deleteFrom('ticket').where('no', '=', gone.no).execute();
      return gone !== undefined;
    });
  }

  /**
   * Pages are read as they are asked for, so that somebody who leaves meanwhile is left out of the later ones (F62). Somebody who changes
   * the language meanwhile may be met once in each.
   */
  async *audience(query: AudienceQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    for (const language of LANGUAGES) {
      let page: string[] = [];
      for await (const numbers of subscriberNumbers(this.#database, query, language)) {
        for (const address of await this.#addresses(query, language, numbers)) {
          page.push(address);
          if (page.length < pageMax) continue;
          yield { language, addresses: page };
          page = [];
        }
      }
      if (page.length > 0) yield { language, addresses: page };
    }
  }

  drawTicket({ gauge, number, channel, address, expiresAt }: Ticket, now: number): Promise<'drawn' | 'unknown' | 'tooMany'> {
    return write(this.#database, 'drawing a ticket', async (t) => {
      await t.deleteFrom('ticket').where('expires_at', '<=', now).execute();
      const holder = await t
        .selectFrom('subscriber')
        .select('no')
        .where('channel', '=', channel)
        .where('address', '=', address)
        .executeTakeFirst();
      if (!holder) return 'unknown';
      await reserve(t, 'subscriber', 0); // Locks out other tickets of the same person until this one is counted.
      const { no } = holder;
      const held = await t.selectFrom('ticket').select(['gauge', 'number']).where('no', '=', no).execute();
      const again = held.some((other) => other.gauge === gauge && other.number === number);
      if (!again && held.length >= TICKETS_PER_PERSON_MAX) return 'tooMany';
      await t
        .insertInto('ticket')
        .values({ gauge, number, no, expires_at: expiresAt })
        .onConflict((c) =>
          c
            .columns(['gauge', 'number', 'no'])
            .doUpdateSet((e) => ({ expires_at: e.ref('excluded.expires_at') }))
            .whereRef('ticket.expires_at', '<', sql.ref('excluded.expires_at')),
        )
        .execute();
      return 'drawn';
    });
  }

  async *ticketHolders(query: TicketQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    for (const language of LANGUAGES) {
      let after = -1;
      for (;;) {
        const holders = await this.#holders(query, { language, after, limit: pageMax });
        if (holders.length > 0) yield { language, addresses: holders.map(({ address }) => address) };
        if (holders.length < pageMax) break;
        after = holders.at(-1)!.no;
      }
    }
  }

  async useTickets(gauge: GaugeId, { above, upTo }: TicketRange): Promise<void> {
    await write(this.#database, 'using up tickets', (t) =>
      t.deleteFrom('ticket').where('gauge', '=', gauge).where('number', '>', above).where('number', '<=', upTo).execute(),
    );
  }

  #holders(
    { channel, gauge, near, at }: TicketQuery,
    { language, after, limit }: { readonly language: Language; readonly after: number; readonly limit: number },
  ): Promise<readonly { readonly no: number; readonly address: string }[]> {
    return read(this.#database, 'reading the holders of tickets', (db) =>
      db
        .selectFrom('ticket')
        .innerJoin('subscriber', 'subscriber.no', 'ticket.no')
        .where('ticket.gauge', '=', gauge)
        .where('ticket.number', '>', near.above)
        .where('ticket.number', '<=', near.upTo)
        .where('ticket.expires_at', '>', at)
        .where('subscriber.channel', '=', channel)
        .where('subscriber.language', '=', language)
        .where('subscriber.no', '>', after)
        .groupBy(['subscriber.no', 'subscriber.address'])
        .orderBy('subscriber.no')
        .limit(limit)
        .select(['subscriber.no', 'subscriber.address'])
        .execute(),
    );
  }

  counts(): Promise<Readonly<Partial<Record<ChannelName, number>>>> {
    return read(this.#database, 'counting subscribers', async (db) => {
      const rows = await db
        .selectFrom('subscriber')
        .select((e) => ['channel', e.fn.countAll<number>().as('subscribers')])
        .groupBy('channel')
        .execute();
      return Object.fromEntries(rows.map(({ channel, subscribers }) => [channel, subscribers]));
    });
  }

  /** The addresses of those among the numbers who are still there and want the category, in the order of the numbers. */
  #addresses({ channel, category }: AudienceQuery, language: Language, numbers: readonly number[]): Promise<readonly string[]> {
    return read(this.#database, 'reading an audience', async (db) => {
      const rows = await db
        .selectFrom('wish')
        .innerJoin('subscriber', 'subscriber.no', 'wish.no')
        .where('wish.channel', '=', channel)
        .where('wish.category', '=', category)
        .where('wish.language', '=', language)
        .where('wish.no', 'in', numbers)
        .orderBy('wish.no')
        .select('subscriber.address')
        .execute();
      return rows.map(({ address }) => address);
    });
  }
}

/** Numbers stay with an address for as long as it is subscribed, whatever it chooses. */
async function replace(t: Transaction<Tables>, subscribers: readonly Subscriber[]): Promise<void> {
  const latest = new Map(subscribers.map((subscriber) => [keyOf(subscriber), subscriber]));
  const first = await reserve(t, 'subscriber', 0); // Locks out other subscriptions until this one ends.
  const known = await knownNumbers(t, [...latest.values()]);
  const added = [...latest.keys()].filter((key) => !known.has(key));
  if (added.length > 0) await reserve(t, 'subscriber', added.length);
  const numbers = new Map([...known, ...added.map((key, index) => [key, first + index] as const)]);

  await forgetChoices(t, [...known.values()]);
  const people: SubscriberRow[] = [];
  const choices: ChoiceRow[] = [];
  const wishes: WishRow[] = [];
  for (const [key, { channel, language, address, districts, categories }] of latest) {
    const no = numbers.get(key)!;
    people.push({ no, channel, language, address });
    for (const district of new Set(districts)) choices.push({ channel, district, language, no });
    for (const category of new Set(categories)) wishes.push({ channel, category, language, no });
  }
  await inStatements(people, (rows) =>
    t
      .insertInto('subscriber')
      .values(rows)
      .onConflict((c) => c.column('no').doUpdateSet((e) => ({ language: e.ref('excluded.language') })))
      .execute(),
  );
  await inStatements(choices, (rows) => t.insertInto('choice').values(rows).execute());
  await inStatements(wishes, (rows) => t.insertInto('wish').values(rows).execute());
}

const keyOf = ({ channel, address }: Pick<Subscriber, 'channel' | 'address'>): string => `${channel} ${address}`;

async function knownNumbers(t: Transaction<Tables>, subscribers: readonly Subscriber[]): Promise<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  for (const [channel, people] of Map.groupBy(subscribers, (subscriber) => subscriber.channel)) {
    const rows = await t
      .selectFrom('subscriber')
      .select(['no', 'address'])
      .where('channel', '=', channel)
      .where(
        'address',
        'in',
        people.map(({ address }) => address),
      )
      .execute();
    for (const { no, address } of rows) numbers.set(keyOf({ channel, address }), no);
  }
  return numbers;
}

async function forgetChoices(t: Transaction<Tables>, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return;
  await t.deleteFrom('choice').where('no', 'in', numbers).execute();
  await t.deleteFrom('wish').where('no', 'in', numbers).execute();
}
