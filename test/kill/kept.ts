import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Delivery, LogEntry } from '#core';
import { openKeyFile } from '#keys';
import { openSqlite, SqlDirectory, SqlLedger, SqlOrderBook } from '#sql';
import { SqliteReadingLog } from '#sqlite';
import type { History } from './history-checker.ts';

const ALL = Number.MAX_SAFE_INTEGER;
const PAGE = 1_000;

/** Every reading in a file that nobody writes. */
export async function readingsIn(file: string): Promise<readonly LogEntry[]> {
  const log = new SqliteReadingLog({ file });
  try {
    return await log.after(0, ALL);
  } finally {
    await log.close();
  }
}

/**
 * Everything that was decided and planned, from files that nobody writes, with the addresses in place of the numbers of recipients: LINE and the
 * relay know people by address, and so does the checker.
 */
export async function ledgerIn(file: string, keys: string): Promise<Pick<History, 'transitions' | 'orders' | 'messages' | 'deliveries'>> {
  const database = await openSqlite(file);
  try {
    const ledger = new SqlLedger(database);
    const transitions = await ledger.transitionsAfter(0, ALL);
    const orders = (await new SqlOrderBook(database).transitionsAfter(0, ALL)).map(({ transition }) => transition.id);
    const ids = [...transitions.map(({ transition }) => transition.id), ...orders];
    const messages = await Promise.all(ids.map((id) => ledger.messages(id)));
    const directory = await SqlDirectory.openToRead({ database, keys: openKeyFile(keys, { make: false }) });
    const named = async (delivery: Delivery): Promise<Delivery> => {
      const contacts = await directory.contacts(delivery.channel, delivery.recipients);
      return { ...delivery, recipients: contacts.map((contact, index) => contact?.address ?? `nobody (${delivery.recipients[index]})`) };
    };
    const deliveries: Delivery[] = [];
    for (let before = ALL; ;) {
      const page = await ledger.deliveries({ before, limit: PAGE });
      deliveries.push(...(await Promise.all(page.map(({ delivery }) => named(delivery)))));
      if (page.length < PAGE) return { transitions, orders, messages: messages.flat(), deliveries };
      before = page.at(-1)!.number;
    }
  } finally {
    await database.close();
  }
}

/** Whether everything in the data folder of a running service is judged, planned and told. It looks from beside, as another process may. */
export const rests = (data: string): boolean =>
  looking(data, 'ledger.db', (ledger) => {
    const end = looking(data, 'readings.db', (readings) => number(readings, 'select max(position) from reading'));
    return (
      number(ledger, "select position from stage where stage = 'watch'") === end &&
      number(ledger, "select position from stage where stage = 'dispatch'") === number(ledger, 'select max(number) from transition') &&
      number(ledger, "select count(*) from delivery where state in ('queued', 'sending')") === 0
    );
  });

/** Whether every order in the data folder of a running service is planned and told. */
export const ordersRest = (data: string): boolean =>
  looking(
    data,
    'ledger.db',
    (ledger) =>
      number(ledger, "select position from stage where stage = 'orders'") === number(ledger, 'select max(number) from order_transition') &&
      number(ledger, "select count(*) from delivery where state in ('queued', 'sending')") === 0,
  );

/** What still waits, in words. */
export const standing = (data: string): string =>
  looking(data, 'ledger.db', (ledger) => {
    const waiting = ledger
      .prepare("select channel, state, attempts, due_at, last_reason, id from delivery where state in ('queued', 'sending')")
      .all();
    return `${waiting.length} deliveries wait, at ${Date.now()} the first ${JSON.stringify(waiting[0])}`;
  });

function looking<T>(data: string, name: string, look: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(data, name), { readOnly: true, timeout: 1_000 });
  try {
    return look(database);
  } finally {
    database.close();
  }
}

const number = (database: DatabaseSync, sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0);
