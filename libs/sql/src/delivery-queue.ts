import assert from 'node:assert/strict';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import { LANES, SPLIT_REASON, type ChannelName, type Delivery, type Message, type Settlement } from '#core';
import { deliveryFrom, deliveryRow, messageFrom, storable } from './ledger-rows.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Flavour } from './flavour.ts';
import type { Tables } from './tables.ts';
import { inStatements } from './write.ts';

/** More at once would hold the row locks longer than a request to a channel takes. */
const CLAIM_MAX = 5_000;

// With 500 LINE ids each they are 16 kB a row: 100 of them keep SQLite, and with it the event loop, busy for about 40 ms.
const DELIVERIES_PER_STATEMENT = 100;

// Literals, because a partial index is only used for a condition that is known when the statement is prepared.
const QUEUED = sql.lit('queued' as const);
const SENDING = sql.lit('sending' as const);

export interface Claim {
  readonly channel: ChannelName;
  readonly now: number;
  readonly limit: number;
  readonly exceptEndpoints: readonly string[];
}

export interface Claimed {
  readonly delivery: Delivery;
  readonly message: Message;
}

/** Adds deliveries that are not there yet, numbered in the given order. */
export async function enqueue(t: Transaction<Tables>, deliveries: readonly Delivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  const first = await reserve(t, 'delivery', deliveries.length);
  const rows = deliveries.map((delivery, index) => deliveryRow(delivery, first + index));
  await inStatements(
    rows,
    (part) =>
      t
        .insertInto('delivery')
        .values(part)
        .onConflict((c) => c.column('id').doNothing())
        .execute(),
    DELIVERIES_PER_STATEMENT,
  );
}

/** Claims what is due: lane before due time before number. Two claimers at once never get the same row. */
export async function claimDue(
  t: Transaction<Tables>,
  claim: Claim,
  { flavour, messages }: { readonly flavour: Flavour; readonly messages: KeptMessages },
): Promise<readonly Claimed[]> {
  assert(claim.limit <= CLAIM_MAX, `a claim of ${claim.limit} deliveries is above ${CLAIM_MAX}`);
  const claimed: Delivery[] = [];
  // Lane by lane, so that what waits in one lane is never read on the way to the next.
  for (const lane of LANES.keys()) {
    if (claimed.length >= claim.limit) break;
    claimed.push(...(await claimInLane(t, { ...claim, limit: claim.limit - claimed.length }, lane, flavour)));
  }
  const words = await messages.of(t, new Set(claimed.map(({ messageId }) => messageId)));
  return claimed.map((delivery) => {
    const message = words.get(delivery.messageId);
    assert(message, `delivery ${delivery.id} was planned without its message`);
    return { delivery, message };
  });
}

async function claimInLane(
  t: Transaction<Tables>,
  { channel, now, limit, exceptEndpoints }: Claim,
  lane: number,
  flavour: Flavour,
): Promise<readonly Delivery[]> {
  let due = t
    .selectFrom('delivery')
    .select('number')
    .where('state', '=', QUEUED)
    .where('channel', '=', channel)
    .where('lane', '=', lane)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('number')
    .limit(limit);
  if (exceptEndpoints.length > 0) due = due.where('endpoint', 'not in', exceptEndpoints);
  const rows = await t
    .updateTable('delivery')
    .set((e) => ({
      state: 'sending' as const,
      attempts: e('attempts', '+', 1),
      first_attempt_at: e.fn.coalesce('first_attempt_at', e.val(now)),
    }))
    .where('number', 'in', flavour === 'postgres' ? due.forUpdate().skipLocked() : due)
    .returningAll()
    .execute();
  // What a statement gives back comes in any order.
  return rows.toSorted((one, other) => one.due_at - other.due_at || one.number - other.number).map(deliveryFrom);
}

/** The messages of these ids that are there. */
export async function messagesOf(t: SqlDatabase['reads'], ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Message>> {
  const messages = new Map<string, Message>();
  await inStatements([...ids], async (part) => {
    const rows = await t.selectFrom('message').select(['id', 'body']).where('id', 'in', part).execute();
    for (const row of rows) messages.set(row.id, messageFrom(row));
  });
  return messages;
}

/** Messages kept between claims: those of one event in all languages, and of the one before. */
const MESSAGES_KEPT_MAX = 64;

/** The messages that were claimed last. They never change, so thousands of deliveries of one need not read it anew. */
export class KeptMessages {
  readonly #kept = new Map<string, Message>();

  /** Those of these ids that are there. */
  async of(t: SqlDatabase['reads'], ids: ReadonlySet<string>): Promise<ReadonlyMap<string, Message>> {
    const missing = new Set([...ids].filter((id) => !this.#kept.has(id)));
    const read = missing.size === 0 ? new Map<string, Message>() : await messagesOf(t, missing);
    const found = new Map([...ids].flatMap((id) => [[id, this.#kept.get(id) ?? read.get(id)!] as const]).filter(([, message]) => message));
    for (const [id, message] of found) {
      this.#kept.delete(id);
      this.#kept.set(id, message);
    }
    for (const id of [...this.#kept.keys()].slice(0, Math.max(this.#kept.size - MESSAGES_KEPT_MAX, 0))) this.#kept.delete(id);
    return found;
  }
}

/** Writes down how attempts ended, those alone that are running. */
export async function settleAll(t: Transaction<Tables>, settlements: readonly Settlement[], flavour: Flavour): Promise<void> {
  const whole: Settlement[] = [];
  for (const settlement of settlements) {
    if (settlement.parts && settlement.parts.length > 0) await settleInParts(t, settlement, settlement.parts);
    else whole.push(settlement);
  }
  await inStatements(whole, async (part) => {
    // The first word about an attempt counts, and of two for one row a statement takes any.
    const first = new Map<string, Settlement>();
    for (const settlement of part) {
      const key = `${settlement.attempt} ${settlement.id}`;
      if (!first.has(key)) first.set(key, settlement);
    }
    // One statement for all of them: to compile it costs more than a row. The state is a parameter, so that rows are found by their ids alone.
    await sql`update delivery set state = ended.state, settled_at = ended.settled_at, last_reason = ended.reason, receipt = ended.receipt,
      due_at = coalesce(ended.due_at, delivery.due_at), attempts = coalesce(ended.attempts_before, delivery.attempts)
      from ${endedRows([...first.values()], flavour)}
      where delivery.id = ended.id and delivery.attempts = ended.attempt and delivery.state = ${'sending'}`.execute(t);
  });
}

/** Settlements as a table behind one parameter. */
function endedRows(settlements: readonly Settlement[], flavour: Flavour): RawBuilder<unknown> {
  const rows = settlements.map(({ id, attempt, state, at, dueAt, reason, receipt, unclaimed }) => {
    const instants = state === 'queued' ? [null, dueAt] : [at, null];
    return [id, attempt, state, ...instants, storable(reason), storable(receipt), unclaimed ? attempt - 1 : null];
  });
  const json = JSON.stringify(rows);
  return flavour === 'postgres'
    ? sql`(select ${ENDED_COLUMNS.postgres} from json_array_elements(cast(${json} as json))) as ended`
    : sql`(select ${ENDED_COLUMNS.sqlite} from json_each(${json})) as ended`;
}

const ENDED = [
  'id text',
  'attempt integer',
  'state text',
  'settled_at bigint',
  'due_at bigint',
  'reason text',
  'receipt text',
  'attempts_before integer',
];

/** Each column of `endedRows` by its place in a row. PostgreSQL has to be told what it is. */
const ENDED_COLUMNS = {
  sqlite: sql.raw(ENDED.map((column, index) => `value ->> ${index} as ${column.split(' ')[0]}`).join(', ')),
  postgres: sql.raw(
    ENDED.map((column, index) => {
      const [name, type] = column.split(' ');
      return `cast(value ->> ${index} as ${type}) as ${name}`;
    }).join(', '),
  ),
} as const;

/** Puts several deliveries in the place of one, unless that is not the attempt that is running. */
async function settleInParts(t: Transaction<Tables>, { id, attempt, at, receipt }: Settlement, parts: readonly Delivery[]): Promise<void> {
  const { numUpdatedRows } = await t
    .updateTable('delivery')
    .set({ state: 'refused', settled_at: at, last_reason: SPLIT_REASON, receipt: storable(receipt) })
    .where('id', '=', id)
    .where('state', '=', SENDING)
    .where('attempts', '=', attempt)
    .executeTakeFirst();
  if (numUpdatedRows === 1n) await enqueue(t, parts);
}

/** Gives everything that is being sent back to the queue. */
export async function giveBack(t: Transaction<Tables>): Promise<number> {
  const { numUpdatedRows } = await t.updateTable('delivery').set({ state: 'queued' }).where('state', '=', SENDING).executeTakeFirst();
  return Number(numUpdatedRows);
}

/** The first due time over all lanes: one step into the index per lane, however long the queue is. */
export async function firstDueAt(db: SqlDatabase['reads'], channel: ChannelName): Promise<number | null> {
  const row = await db
    .selectNoFrom((e) =>
      LANES.map((name, lane) =>
        e
          .selectFrom('delivery')
          .select('due_at')
          .where('state', '=', QUEUED)
          .where('channel', '=', channel)
          .where('lane', '=', lane)
          .orderBy('due_at')
          .limit(1)
          .as(name),
      ),
    )
    .executeTakeFirstOrThrow();
  const dues = Object.values(row).filter((due) => due !== null);
  return dues.length === 0 ? null : Math.min(...dues);
}
