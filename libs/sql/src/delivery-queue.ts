import assert from 'node:assert/strict';
import { sql, type Transaction } from 'kysely';
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
export async function claimDue(t: Transaction<Tables>, claim: Claim, flavour: Flavour): Promise<readonly Claimed[]> {
  assert(claim.limit <= CLAIM_MAX, `a claim of ${claim.limit} deliveries is above ${CLAIM_MAX}`);
  const chosen: string[] = [];
  // Lane by lane, so that what waits in one lane is never read on the way to the next.
  for (const lane of LANES.keys()) {
    if (chosen.length >= claim.limit) break;
    chosen.push(...(await dueInLane(t, { ...claim, limit: claim.limit - chosen.length }, lane, flavour)));
  }
  if (chosen.length === 0) return [];

  const claimed = new Map<string, Delivery>();
  await inStatements(chosen, async (ids) => {
    const rows = await t
      .updateTable('delivery')
      .set((e) => ({
        state: 'sending' as const,
        attempts: e('attempts', '+', 1),
        first_attempt_at: e.fn.coalesce('first_attempt_at', e.val(claim.now)),
      }))
      .where('id', 'in', ids)
      .returningAll()
      .execute();
    for (const row of rows) claimed.set(row.id, deliveryFrom(row));
  });
  const messages = await messagesOf(t, new Set([...claimed.values()].map(({ messageId }) => messageId)));
  return chosen.map((id) => {
    const delivery = claimed.get(id);
    const message = delivery && messages.get(delivery.messageId);
    assert(delivery && message, `delivery ${id} was planned without its message`);
    return { delivery, message };
  });
}

async function dueInLane(
  t: Transaction<Tables>,
  { channel, now, limit, exceptEndpoints }: Claim,
  lane: number,
  flavour: Flavour,
): Promise<readonly string[]> {
  let query = t
    .selectFrom('delivery')
    .select('id')
    .where('state', '=', QUEUED)
    .where('channel', '=', channel)
    .where('lane', '=', lane)
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .orderBy('number')
    .limit(limit);
  if (exceptEndpoints.length > 0) query = query.where('endpoint', 'not in', exceptEndpoints);
  const rows = await (flavour === 'postgres' ? query.forUpdate().skipLocked() : query).execute();
  return rows.map(({ id }) => id);
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

/** Writes down how one attempt ended, unless it is not the attempt that is running. */
export async function settleOne(t: Transaction<Tables>, settlement: Settlement): Promise<void> {
  const { id, attempt, at, dueAt, receipt, parts = [], unclaimed } = settlement;
  const state = parts.length > 0 ? 'refused' : settlement.state;
  const { numUpdatedRows } = await t
    .updateTable('delivery')
    .set({
      state,
      settled_at: state === 'queued' ? null : at,
      last_reason: parts.length > 0 ? SPLIT_REASON : storable(settlement.reason),
      receipt: storable(receipt),
      ...(state === 'queued' && { due_at: dueAt }),
      ...(unclaimed && { attempts: attempt - 1 }),
    })
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
