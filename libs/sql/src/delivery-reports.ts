import { type ExpressionBuilder, sql } from 'kysely';
import {
  LANES,
  type Ledger,
  SPLIT_REASON,
  type ChannelName,
  type Delivery,
  type DeliveryCount,
  type DeliveryState,
  type QueueDepth,
  type TransitionId,
  type UnconfirmedCount,
  unconfirmedInAll,
} from '#core';
import { deliveryFrom } from './ledger-rows.ts';
import { forgetGathered, groupsOf } from './gatherings.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Tables } from './tables.ts';
import { inStatements, write } from './write.ts';

// A bounded piece of work per transaction: claims wait at most for one of them.
const FORGET_MAX = 500;

// A literal, because a partial index is only used for a condition that is known when the statement is prepared.
const TEST = sql.lit('test' as const);

export interface DeliveryQuery {
  readonly transitionId?: TransitionId;
  readonly state?: DeliveryState | readonly DeliveryState[];
  readonly channel?: ChannelName;
  readonly before?: number;
  readonly limit: number;
}

/** Deliveries, newest first. */
export async function listDeliveries(
  db: SqlDatabase['reads'],
  { transitionId, state, channel, before, limit }: DeliveryQuery,
): Promise<readonly { readonly number: number; readonly delivery: Delivery }[]> {
  let query = db.selectFrom('delivery').selectAll();
  if (transitionId === undefined) query = query.where('status', '<>', TEST);
  else {
    const groups = await groupsOf(db, [transitionId]);
    query = query.where((e) => e.or([e('transition_id', '=', transitionId), ...groups.map((group) => toldWith(e, group))]));
  }
  // Written into the statement for the sake of the partial indexes; the type lets nothing else through than our own words.
  if (typeof state === 'string') query = query.where('state', '=', sql.lit(state));
  else if (state !== undefined) query = query.where('state', 'in', [...state]);
  if (channel !== undefined) query = query.where('channel', '=', channel);
  if (before !== undefined) query = query.where('number', '<', before);
  const rows = await query.orderBy('number', 'desc').limit(limit).execute();
  return rows.map((row) => ({ number: row.number, delivery: deliveryFrom(row) }));
}

/** Deliveries of tests on a channel, newest first. The condition is that of a partial index, word for word. */
export async function listBeats(db: SqlDatabase['reads'], channel: ChannelName, limit: number): Promise<readonly Delivery[]> {
  const rows = await db
    .selectFrom('delivery')
    .selectAll()
    .where('status', '=', TEST)
    .where('channel', '=', channel)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute();
  return rows.map(deliveryFrom);
}

/** The deliveries of a group's message, which stand with the transition that opened it. */
export const toldWith = (
  e: ExpressionBuilder<Tables, 'delivery'>,
  { group, leader }: { readonly group: string; readonly leader: TransitionId },
) =>
  e.and([
    e('delivery.transition_id', '=', leader),
    e(e.fn('substr', ['delivery.message_id', e.lit(1), e.lit(group.length + 1)]), '=', `${group}/`),
  ]);

/** How deliveries stand. One that was split is left out: its recipients are counted with its parts. */
export async function countDeliveries(db: SqlDatabase['reads'], transitionIds: readonly TransitionId[]): Promise<readonly DeliveryCount[]> {
  const counted = () =>
    db
      .selectFrom('delivery')
      .where((e) => e.not(e.and([e('state', '=', sql.lit('refused')), e('last_reason', '=', SPLIT_REASON)])))
      .groupBy(['transition_id', 'channel', 'state'])
      .select((e) => [
        'transition_id as transitionId',
        'channel',
        'state',
        e.fn.countAll<number>().as('deliveries'),
        e.fn.sum<number>('recipient_count').as('recipients'),
      ]);
  const counts: DeliveryCount[] = [];
  await inStatements([...new Set(transitionIds)], async (ids) => {
    counts.push(...(await counted().where('transition_id', 'in', ids).execute()));
  });
  for (const { member, ...group } of await groupsOf(db, [...new Set(transitionIds)])) {
    const shared = await counted()
      .where((e) => toldWith(e, group))
      .execute();
    counts.push(...shared.map((count) => ({ ...count, transitionId: member })));
  }
  return counts;
}

const UNSETTLED = ['queued', 'sending', 'dead'] as const;

/** Counts by channel what still lies in the queues. Each state has a partial index, so the settled millions cost nothing. */
export async function queueDepths(db: SqlDatabase['reads']): Promise<readonly QueueDepth[]> {
  const depths: QueueDepth[] = [];
  for (const state of UNSETTLED) {
    const rows = await db
      .selectFrom('delivery')
      .select(({ fn }) => ['channel', fn.countAll<number>().as('deliveries')])
      .where('state', '=', sql.lit(state))
      .where('status', '<>', TEST)
      .groupBy('channel')
      .execute();
    depths.push(...rows.map(({ channel, deliveries }) => ({ channel, state, deliveries })));
  }
  return depths;
}

/** Deliveries of a lane that were due before an instant and that nobody has accepted. Each state has a partial index of its own. */
export async function countUnconfirmed(
  db: SqlDatabase['reads'],
  { lane, dueBefore, now }: Parameters<Ledger['unconfirmed']>[0],
): Promise<readonly UnconfirmedCount[]> {
  const counts: UnconfirmedCount[] = [];
  for (const state of UNSETTLED) {
    const dueAt = sql<number>`coalesce(first_attempt_at, due_at)`;
    const rows = await db
      .selectFrom('delivery')
      .where('state', '=', sql.lit(state))
      .where('lane', '=', LANES.indexOf(lane))
      .where('expires_at', '>', now)
      .where(dueAt, '<=', dueBefore)
      .groupBy(['transition_id', 'channel'])
      .select((e) => [
        'transition_id as transitionId',
        'channel',
        e.fn.countAll<number>().as('deliveries'),
        e.fn.sum<number>('recipient_count').as('recipients'),
        e.fn.min(dueAt).as('since'),
      ])
      .execute();
    counts.push(...rows);
  }
  return unconfirmedInAll(counts);
}

/** Deletes deliveries that were settled before the instant, and messages of that time that nobody refers to any more. */
export async function forgetSettled(database: SqlDatabase, settledBefore: number): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const deleted = await write(database, 'forgetting deliveries', async (t) => {
      const { numDeletedRows } = await t
        .deleteFrom('delivery')
        .where('id', 'in', (e) =>
          e
            .selectFrom('delivery')
            .select('id')
            .where('settled_at', 'is not', null)
            .where('settled_at', '<', settledBefore)
            .orderBy('settled_at')
            .limit(FORGET_MAX),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    });
    forgotten += deleted;
    if (deleted < FORGET_MAX) break;
  }
  await write(database, 'forgetting what became of recipients', (t) =>
    t
      .deleteFrom('recipient_note')
      .where('at', '<', settledBefore)
      .where((e) => e.not(e.exists(e.selectFrom('delivery').select('id').whereRef('delivery.id', '=', 'recipient_note.delivery_id'))))
      .execute(),
  );
  await write(database, 'forgetting groups', (t) => forgetGathered(t, settledBefore));
  await write(database, 'forgetting messages', (t) =>
    t
      .deleteFrom('message')
      .where('issued_at', '<', settledBefore)
      .where((e) => e.not(e.exists(e.selectFrom('delivery').select('id').whereRef('delivery.message_id', '=', 'message.id'))))
      .execute(),
  );
  return forgotten;
}
