import { sql, type Transaction } from 'kysely';
import {
  isOpenOrder,
  nextLookAt,
  type NumberedOrder,
  type NumberedOrderTransition,
  type Order,
  type OrderAct,
  OrderBook,
  type OrderCommit,
  type OrderCommitted,
  type OrderId,
  type OrderTransition,
  type OrderTransitionId,
  proposalKey,
} from '#core';
import { appendAudit } from './audit-entries.ts';
import { reserve } from './numbering.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { OrderRow, Tables } from './tables.ts';
import { read, write } from './write.ts';

/** The order book on SQLite or PostgreSQL. Rejects with `LedgerUnavailable` when the database cannot be reached. */
export class SqlOrderBook extends OrderBook {
  readonly #database: SqlDatabase;

  constructor(database: SqlDatabase) {
    super();
    this.#database = database;
  }

  commit({ order, act, transition, audit }: OrderCommit): Promise<OrderCommitted> {
    return write(this.#database, `${act.kind} of order ${order.id}`, async (t) => {
      // Whoever opens or changes a proposal holds this lock, so of two with one key the second finds the first.
      const numbered = await reserve(t, 'orders', order.revision === 1 ? 1 : 0);
      if (await isKnown(t, act.id)) return 'repeated';
      if (await isTaken(t, order)) return 'stale';
      if (!(await put(t, order, numbered))) return 'stale';
      await t
        .insertInto('order_act')
        .values({ number: await reserve(t, 'order_act', 1), id: act.id, order_id: order.id, body: JSON.stringify(act) })
        .execute();
      if (transition) {
        const number = await reserve(t, 'order_transition', 1);
        await t
          .insertInto('order_transition')
          .values({ number, id: transition.id, order_id: order.id, body: JSON.stringify(transition) })
          .execute();
      }
      await appendAudit(t, audit);
      return 'committed';
    });
  }

  order(id: OrderId): Promise<Order | null> {
    return read(this.#database, 'reading an order', async (db) => {
      const row = await db.selectFrom('orders').select('body').where('id', '=', id).executeTakeFirst();
      return row ? orderFrom(row) : null;
    });
  }

  numberOf(id: OrderId): Promise<number> {
    return read(this.#database, 'reading the number of an order', async (db) => {
      const row = await db.selectFrom('orders').select('number').where('id', '=', id).executeTakeFirst();
      return row?.number ?? 0;
    });
  }

  orders(query: { readonly open?: boolean; readonly before?: number; readonly limit: number }): Promise<readonly NumberedOrder[]> {
    return read(this.#database, 'reading orders', async (db) => {
      let select = db.selectFrom('orders').select(['number', 'body']);
      // Written out, or the index of those that are open would not be taken.
      if (query.open) select = select.where('is_open', '=', sql.lit(1));
      if (query.before !== undefined) select = select.where('number', '<', query.before);
      const rows = await select.orderBy('number', 'desc').limit(query.limit).execute();
      return rows.map((row) => ({ number: row.number, order: orderFrom(row) }));
    });
  }

  due(at: number, limit: number): Promise<readonly OrderId[]> {
    return read(this.#database, 'reading orders that are due', async (db) => {
      const due = db.selectFrom('orders').select('id').where('next_look_at', '<=', at);
      return (await due.orderBy('next_look_at').orderBy('number').limit(limit).execute()).map(({ id }) => id);
    });
  }

  acts(id: OrderId): Promise<readonly OrderAct[]> {
    return read(this.#database, 'reading the acts on an order', async (db) => {
      const rows = await db.selectFrom('order_act').select('body').where('order_id', '=', id).orderBy('number').execute();
      return rows.map(({ body }) => JSON.parse(body) as OrderAct);
    });
  }

  hasAct(id: string): Promise<boolean> {
    return read(this.#database, 'looking for an act', (db) => isKnown(db, id));
  }

  transitionsAfter(number: number, limit: number): Promise<readonly NumberedOrderTransition[]> {
    return read(this.#database, 'reading what changed about orders', async (db) => {
      const after = db.selectFrom('order_transition').select(['number', 'body']).where('number', '>', number);
      return (await after.orderBy('number').limit(limit).execute()).map(transitionFrom);
    });
  }

  transitions(id: OrderId): Promise<readonly NumberedOrderTransition[]> {
    return read(this.#database, 'reading what changed about an order', async (db) => {
      const rows = await db
        .selectFrom('order_transition')
        .select(['number', 'body'])
        .where('order_id', '=', id)
        .orderBy('number')
        .execute();
      return rows.map(transitionFrom);
    });
  }

  transition(id: OrderTransitionId): Promise<NumberedOrderTransition | null> {
    return read(this.#database, 'reading a change of an order', async (db) => {
      const row = await db.selectFrom('order_transition').select(['number', 'body']).where('id', '=', id).executeTakeFirst();
      return row ? transitionFrom(row) : null;
    });
  }
}

/** False when the order is not what the act was decided on. */
async function put(t: Transaction<Tables>, order: Order, number: number): Promise<boolean> {
  const state = {
    revision: order.revision,
    is_open: isOpenOrder(order) ? 1 : 0,
    proposal_key: proposalKey(order),
    next_look_at: nextLookAt(order),
    body: JSON.stringify(order),
  };
  if (order.revision === 1) {
    const { numInsertedOrUpdatedRows } = await t
      .insertInto('orders')
      .values({ number, id: order.id, ...state })
      .onConflict((c) => c.column('id').doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }
  const { numUpdatedRows } = await t
    .updateTable('orders')
    .set(state)
    .where('id', '=', order.id)
    .where('revision', '=', order.revision - 1)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Whether another order is the open proposal for the same districts, hazard and level. */
async function isTaken(t: Transaction<Tables>, order: Order): Promise<boolean> {
  const key = proposalKey(order);
  if (key === null) return false;
  const other = t.selectFrom('orders').select(sql.lit(1).as('one')).where('proposal_key', '=', key).where('id', '<>', order.id);
  return (await other.executeTakeFirst()) !== undefined;
}

const isKnown = async (db: Transaction<Tables> | SqlDatabase['reads'], actId: string): Promise<boolean> =>
  (await db.selectFrom('order_act').select(sql.lit(1).as('one')).where('id', '=', actId).executeTakeFirst()) !== undefined;

const orderFrom = ({ body }: Pick<OrderRow, 'body'>): Order => JSON.parse(body) as Order;

const transitionFrom = ({ number, body }: { readonly number: number; readonly body: string }): NumberedOrderTransition => ({
  number,
  transition: JSON.parse(body) as OrderTransition,
});
