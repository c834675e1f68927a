import { setImmediate } from 'node:timers/promises';
import { sql, type Transaction } from 'kysely';
import {
  type AuditDraft,
  type AudiencePage,
  type AudienceQuery,
  type ChannelName,
  type Contact,
  Directory,
  type GaugeId,
  endpointOf,
  type Keys,
  type KnownSubscriber,
  type Language,
  LANGUAGES,
  type Reachable,
  type Recipient,
  SealBroken,
  type Standby,
  type Subscriber,
  type SubscriberCount,
  type SubscriberState,
  type Ticket,
  type TicketQuery,
  type TicketRange,
  TICKETS_PER_PERSON_MAX,
} from '#core';
import { adoptPlain } from './adopt-plain.ts';
import { appendAudit } from './audit-entries.ts';
import { countSubscribers } from './count-subscribers.ts';
import { reserve } from './numbering.ts';
import { numbersIn } from './numbers-in.ts';
import { announceKeys, lookupOf, recogniseKeys, seal, unseal, unsealAll } from './sealed-addresses.ts';
import type { SqlDatabase } from './sql-database.ts';
import { addressee, audienceIn } from './sql-audience.ts';
import { forgetTraces } from './forget-traces.ts';
import { blockedOf } from './subscriber-numbers.ts';
import type { ChoiceRow, SubscriberRow, Tables, WishRow } from './tables.ts';
import { inStatements, read, ROWS_PER_STATEMENT, write } from './write.ts';

type ContactRow = Pick<SubscriberRow, 'no' | 'charset' | 'language' | 'sealed'>;

export interface SqlDirectoryOptions {
  readonly database: SqlDatabase;
  readonly keys: Keys;
  /** Told when an address does not open although its key is here: somebody changed the row. That person is left out; everybody else is told. */
  readonly onDamaged?: (recipient: Recipient, why: string) => void;
}

/** What the audit says of a change to somebody, who is known there by number alone. */
type SaidOf = (recipient: Recipient) => AuditDraft;

/**
 * The directory on SQLite or PostgreSQL. Addresses lie sealed in one column of one table and are found by a keyed hash; districts and categories
 * know people by number only. Rejects with `LedgerUnavailable` when the database cannot be reached: it is the database of the ledger.
 */
export class SqlDirectory extends Directory {
  readonly #database: SqlDatabase;
  readonly #keys: Keys;
  readonly #onDamaged: NonNullable<SqlDirectoryOptions['onDamaged']>;

  private constructor({ database, keys, onDamaged = () => undefined }: SqlDirectoryOptions) {
    super();
    this.#database = database;
    this.#keys = keys;
    this.#onDamaged = onDamaged;
  }

  /**
   * Opens the directory and seals whatever an earlier version left in plain text. Rejects with `KeysForeign` when the keys are not those of this
   * database.
   */
  static async open(options: SqlDirectoryOptions): Promise<SqlDirectory> {
    await announceKeys(options.database, options.keys);
    await adoptPlain(options.database, options.keys);
    return new SqlDirectory(options);
  }

  /** Opens the directory of a database that another process writes. Rejects as `open` does. */
  static async openToRead(options: SqlDirectoryOptions): Promise<SqlDirectory> {
    await recogniseKeys(options.database, options.keys);
    return new SqlDirectory(options);
  }

  /**
   * In transactions of a bounded size; a repeat changes nothing, so an import that broke off is simply repeated. What is `said` of each is written
   * down in the audit in the transaction that subscribes them.
   */
  async subscribe(subscribers: readonly Subscriber[], said?: SaidOf): Promise<void> {
    for (let from = 0; from < subscribers.length; from += ROWS_PER_STATEMENT) {
      if (from > 0) await setImmediate();
      const part = subscribers.slice(from, from + ROWS_PER_STATEMENT);
      await write(this.#database, 'subscribing', async (t) => {
        const numbers = await this.#replace(t, part);
        if (said) await appendAudit(t, numbers.map(String).map(said));
      });
    }
  }

  /** What is `said` is written down in the audit in the same transaction, when there was somebody to leave. */
  leave(channel: ChannelName, address: string, said?: SaidOf): Promise<boolean> {
    return write(this.#database, 'leaving', async (t) => {
      const gone = await t
        .deleteFrom('subscriber')
        .where('lookup', '=', lookupOf(this.#keys, channel, address))
        .returning('no')
        .executeTakeFirst();
      if (gone) await forgetChoices(t, [gone.no]);
      if (gone) await t.deleteFrom('ticket').where('no', '=', gone.no).execute();
      if (gone && said) await appendAudit(t, [said(String(gone.no))]);
      return gone !== undefined;
    });
  }

  override async erase(channel: ChannelName, address: string): Promise<boolean> {
    const left = await this.leave(channel, address);
    await forgetTraces(this.#database);
    return left;
  }

  /** Everybody, by number, in pages of at most `pageMax`: for the list of those whom a leak concerns (S42). */
  async *everybody(pageMax: number): AsyncGenerator<readonly KnownSubscriber[]> {
    for (let after = -1; ;) {
      const rows = await this.#rowsAfter(after, pageMax);
      if (rows.length === 0) return;
      const people: KnownSubscriber[] = [];
      // One after the other: as many questions at once as a page has people would keep everybody else from the database.
      for (const { no } of rows) {
        const known = await this.subscriberOf(String(no));
        if (known) people.push(known);
      }
      yield people;
      after = rows.at(-1)!.no;
    }
  }

  audience(query: AudienceQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    return audienceIn(this.#database, query, pageMax);
  }

  async contacts(channel: ChannelName, recipients: readonly Recipient[]): Promise<readonly (Contact | null)[]> {
    const numbers = recipients.map(Number);
    const rows = await read(this.#database, 'opening contacts', async (db) => {
      const found = await sql<ContactRow>`
        select subscriber.no, subscriber.charset, subscriber.language, subscriber.sealed
        from ${numbersIn(numbers, this.#database.flavour)} cross join subscriber where subscriber.no = asked.no and subscriber.channel = ${channel}`.execute(
        db,
      );
      return found.rows;
    });
    const addresses = await unsealAll(
      this.#keys,
      rows.map(({ no, sealed }) => ({ channel, no, sealed })),
    );
    const contacts = new Map<number, Contact>();
    for (const [index, { no, charset, language }] of rows.entries()) {
      const address = addresses[index];
      if (typeof address === 'string') contacts.set(no, { address, charset, language });
      else this.#onDamaged(String(no), `what is sealed for ${channel} ${no} was changed, or belongs to somebody else`);
    }
    return numbers.map((no) => contacts.get(no) ?? null);
  }

  reachable(channel: ChannelName, recipients: readonly Recipient[]): Promise<readonly (Reachable | null)[]> {
    const numbers = recipients.map(Number).filter(Number.isSafeInteger);
    return read(this.#database, 'looking who is still there', async (db) => {
      const rows =
        numbers.length === 0
          ? []
          : await db
              .selectFrom('subscriber')
              .select(['no', 'endpoint', 'language'])
              .where('no', 'in', numbers)
              .where('channel', '=', channel)
              .where('blocked', '=', 0)
              .execute();
      const found = new Map(rows.map((row) => [String(row.no), { ...addressee(row), language: row.language }]));
      return recipients.map((recipient) => found.get(recipient) ?? null);
    });
  }

  async subscriber(channel: ChannelName, address: string): Promise<KnownSubscriber | null> {
    const recipient = await this.recipientOf(channel, address);
    return recipient === null ? null : this.subscriberOf(recipient);
  }

  recipientOf(channel: ChannelName, address: string): Promise<Recipient | null> {
    return read(this.#database, 'looking for a subscriber', async (db) => {
      const lookup = lookupOf(this.#keys, channel, address);
      const row = await db.selectFrom('subscriber').select('no').where('lookup', '=', lookup).executeTakeFirst();
      return row ? String(row.no) : null;
    });
  }

  async subscriberOf(recipient: Recipient): Promise<KnownSubscriber | null> {
    const row = (await this.#rows([recipient])).get(recipient);
    const address = row ? this.#address(row) : null;
    if (!row || address === null) return null;
    const { no, channel, language, charset, standby, blocked } = row;
    const [choices, wishes] = await read(this.#database, 'reading choices', (db) =>
      Promise.all([
        db.selectFrom('choice').select('district').where('no', '=', no).orderBy('district').execute(),
        db.selectFrom('wish').select('category').where('no', '=', no).orderBy('category').execute(),
      ]),
    );
    return {
      recipient,
      channel,
      address,
      language,
      charset,
      districts: choices.map(({ district }) => district),
      categories: wishes.map(({ category }) => category),
      standby: standby === null ? null : String(standby),
      state: blocked === 1 ? 'blocked' : 'active',
    };
  }

  setState(recipient: Recipient, state: SubscriberState): Promise<boolean> {
    const [no, blocked] = [Number(recipient), blockedOf(state)];
    return write(this.#database, 'changing the state of a subscriber', async (t) => {
      const { numUpdatedRows } = await t.updateTable('subscriber').set({ blocked }).where('no', '=', no).executeTakeFirst();
      for (const table of ['choice', 'wish'] as const) await t.updateTable(table).set({ blocked }).where('no', '=', no).execute();
      return numUpdatedRows === 1n;
    });
  }

  async standbys(recipients: readonly Recipient[]): Promise<readonly (Standby | null)[]> {
    const rows = await read(this.#database, 'looking for who takes over', (db) =>
      db
        .selectFrom('subscriber')
        .innerJoin('subscriber as other', 'other.no', 'subscriber.standby')
        .where('subscriber.no', 'in', recipients.map(Number))
        .where('other.blocked', '=', 0)
        .select(['subscriber.no', 'other.no as other', 'other.channel', 'other.language', 'other.endpoint'])
        .execute(),
    );
    const found = new Map(rows.map((row) => [String(row.no), row]));
    return recipients.map((recipient) => {
      const row = found.get(recipient);
      return row ? { channel: row.channel, language: row.language, recipient: String(row.other), endpoint: row.endpoint } : null;
    });
  }

  drawTicket({ gauge, number, channel, address, expiresAt }: Ticket, now: number): Promise<'drawn' | 'unknown' | 'tooMany'> {
    return write(this.#database, 'drawing a ticket', async (t) => {
      await t.deleteFrom('ticket').where('expires_at', '<=', now).execute();
      const holder = await t
        .selectFrom('subscriber')
        .select('no')
        .where('lookup', '=', lookupOf(this.#keys, channel, address))
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
        if (holders.length > 0) yield { language, people: holders.map(addressee) };
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
  ): Promise<readonly Pick<SubscriberRow, 'no' | 'endpoint'>[]> {
    return read(this.#database, 'reading the holders of tickets', (db) =>
      db
        .selectFrom('ticket')
        .innerJoin('subscriber', 'subscriber.no', 'ticket.no')
        .where('ticket.gauge', '=', gauge)
        .where('ticket.number', '>', near.above)
        .where('ticket.number', '<=', near.upTo)
        .where('ticket.expires_at', '>', at)
        .where('subscriber.channel', '=', channel)
        .where('subscriber.blocked', '=', 0)
        .where('subscriber.language', '=', language)
        .where('subscriber.no', '>', after)
        .groupBy(['subscriber.no', 'subscriber.endpoint'])
        .orderBy('subscriber.no')
        .limit(limit)
        .select(['subscriber.no', 'subscriber.endpoint'])
        .execute(),
    );
  }

  counts(): Promise<readonly SubscriberCount[]> {
    return countSubscribers(this.#database);
  }

  #rowsAfter(after: number, limit: number): Promise<readonly Pick<SubscriberRow, 'no'>[]> {
    return read(this.#database, 'reading subscribers', (db) =>
      db.selectFrom('subscriber').select('no').where('no', '>', after).orderBy('no').limit(limit).execute(),
    );
  }

  #rows(recipients: readonly Recipient[]): Promise<ReadonlyMap<Recipient, SubscriberRow>> {
    return read(this.#database, 'opening contacts', async (db) => {
      const rows = new Map<Recipient, SubscriberRow>();
      const found = await sql<SubscriberRow>`
        select subscriber.* from ${numbersIn(recipients.map(Number), this.#database.flavour)} cross join subscriber where subscriber.no = asked.no`.execute(
        db,
      );
      for (const row of found.rows) rows.set(String(row.no), row);
      return rows;
    });
  }

  /** Null for a row that somebody changed. A missing key is another matter: then nobody can be told, and it must be seen. */
  #address(row: SubscriberRow): string | null {
    try {
      return unseal(this.#keys, row);
    } catch (cause) {
      if (!(cause instanceof SealBroken)) throw cause;
      this.#onDamaged(String(row.no), cause.message);
      return null;
    }
  }

  /** Numbers stay with an address for as long as it is subscribed, whatever it chooses. Resolves with them. */
  async #replace(t: Transaction<Tables>, subscribers: readonly Subscriber[]): Promise<readonly number[]> {
    const latest = new Map(subscribers.map((one) => [lookupOf(this.#keys, one.channel, one.address), one]));
    const first = await reserve(t, 'subscriber', 0); // Locks out other subscriptions until this one ends.
    const known = await knownRows(t, [...latest.keys()]);
    const added = [...latest.keys()].filter((lookup) => !known.has(lookup));
    if (added.length > 0) await reserve(t, 'subscriber', added.length);
    const numbers = new Map(added.map((lookup, index) => [lookup, first + index] as const));

    await forgetChoices(
      t,
      [...known.values()].map(({ no }) => no),
    );
    const people: SubscriberRow[] = [];
    const choices: ChoiceRow[] = [];
    const wishes: WishRow[] = [];
    for (const [lookup, { channel, language, address, districts, categories, charset, standby }] of latest) {
      const before = known.get(lookup);
      const no = before?.no ?? numbers.get(lookup)!;
      const blocked = before?.blocked ?? 0;
      people.push({
        no,
        channel,
        language,
        blocked,
        lookup,
        charset: charset ?? before?.charset ?? 'utf-8',
        endpoint: endpointOf(channel, address),
        standby: standby === undefined ? (before?.standby ?? null) : standby === null ? null : Number(standby),
        ...seal(this.#keys, { channel, no, address }),
      });
      for (const district of new Set(districts)) choices.push({ channel, blocked, district, language, no });
      for (const category of new Set(categories)) wishes.push({ channel, blocked, category, language, no });
    }
    await inStatements(people, (rows) =>
      t
        .insertInto('subscriber')
        .values(rows)
        .onConflict((c) =>
          c.column('no').doUpdateSet((e) => ({
            language: e.ref('excluded.language'),
            charset: e.ref('excluded.charset'),
            standby: e.ref('excluded.standby'),
            sealed: e.ref('excluded.sealed'),
            sealed_by: e.ref('excluded.sealed_by'),
          })),
        )
        .execute(),
    );
    await inStatements(choices, (rows) => t.insertInto('choice').values(rows).execute());
    await inStatements(wishes, (rows) => t.insertInto('wish').values(rows).execute());
    return people.map(({ no }) => no);
  }
}

async function knownRows(
  t: Transaction<Tables>,
  lookups: readonly string[],
): Promise<ReadonlyMap<string, Pick<SubscriberRow, 'no' | 'blocked' | 'charset' | 'standby'>>> {
  const rows = await t
    .selectFrom('subscriber')
    .select(['lookup', 'no', 'blocked', 'charset', 'standby'])
    .where('lookup', 'in', lookups)
    .execute();
  return new Map(rows.map((row) => [row.lookup, row]));
}

async function forgetChoices(t: Transaction<Tables>, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return;
  await t.deleteFrom('choice').where('no', 'in', numbers).execute();
  await t.deleteFrom('wish').where('no', 'in', numbers).execute();
}
