import {
  actOnOrder,
  type Audit,
  auditOfOrder,
  decideOrder,
  LedgerUnavailable,
  ORDER_TEXT_CHARS_MAX,
  type Order,
  type OrderAct,
  orderActId,
  type OrderAsk,
  type OrderBook,
  type OrderCommit,
  type OrderCommitted,
} from '#core';
import { MemoryAudit, MemoryOrderBook } from '#memory';
import { SqlAudit, SqlOrderBook } from '#sql';
import { leftOut, postgresServer, type Server } from '../servers.ts';
import { HOUR, T0 } from '../support/builders.ts';
import { aContent, anOrder, ask, confirmedBy, done, planned, taken } from '../support/orders.ts';
import { postgresPlace, sqlitePlace, type SqlPlace } from './sql-places.ts';

// A database of its own for every test, on a machine that may be busy.
interface Harness {
  open(): Promise<{ readonly book: OrderBook; readonly audit: Audit }>;
  again(): Promise<OrderBook>;
  close(): Promise<void>;
}

const opening = (order: Order): OrderCommit => {
  const act: OrderAct = {
    id: `${order.id}/propose`,
    orderId: order.id,
    kind: 'propose',
    by: 'duty-1',
    role: 'duty',
    at: order.openedAt,
    revision: 1,
    version: 0,
    reason: '',
  };
  const transition = {
    id: `order/${order.id}/1`,
    orderId: order.id,
    kind: 'proposed' as const,
    at: order.openedAt,
    by: ['duty-1'],
    confirmations: [],
    status: order.status,
    order,
    before: null,
    corrects: null,
    brokeGlass: false,
  };
  return { order, act, transition, audit: auditOfOrder({ before: null, order, act, transition }) };
};

/** What becomes of an act on an order as it was read. */
function commitOf(order: Order, asked: OrderAsk, key: string | null = null): OrderCommit {
  const step = done(decideOrder(order, asked));
  const { kind, by, role, at } = asked;
  const version = asked.version ?? order.version;
  const id = orderActId({ orderId: order.id, kind, by, version }, key);
  const act: OrderAct = { id, orderId: order.id, kind, by, role, at, revision: step.order.revision, version, reason: '' };
  return { order: step.order, act, transition: step.transition, audit: auditOfOrder({ before: order, ...step, act }) };
}

const describeOrderBook = (name: string, harness: Harness): void => {
  describe(`order book on ${name}`, () => {
    let book: OrderBook;
    let audit: Audit;
    beforeEach(async () => {
      ({ book, audit } = await harness.open());
    });
    afterEach(() => harness.close());

    const give = async (order: Order): Promise<Order> => {
      let now = order;
      for (const next of [confirmedBy('decider-1'), confirmedBy('decider-2'), taken()]) {
        const commit = commitOf(now, next(now));
        expect(await book.commit(commit)).toBe('committed');
        now = commit.order;
      }
      return now;
    };

    it('keeps an order with its acts, its transitions and what is written into the audit', async () => {
      const order = anOrder();
      expect(await book.commit(opening(order))).toBe('committed');
      const given = await give(order);
      const other = await harness.again();
      expect(await other.order('o0')).toEqual(given);
      expect((await other.acts('o0')).map(({ kind, revision }) => [kind, revision])).toEqual([
        ['propose', 1],
        ['confirm', 2],
        ['confirm', 3],
        ['take', 4],
      ]);
      expect((await other.transitionsAfter(0, 10)).map(({ number, transition }) => [number, transition.id, transition.kind])).toEqual([
        [1, 'order/o0/1', 'proposed'],
        [2, 'order/o0/2', 'given'],
      ]);
      expect(await other.transition('order/o0/2')).toMatchObject({ number: 2, transition: { order: given } });
      expect((await other.transitions('o0')).map(({ number }) => number)).toEqual([1, 2]);
      expect(await other.transition('order/o0/3')).toBeNull();
      expect((await audit.entries({ limit: 10 })).map(({ act }) => act)).toEqual([
        'order-given',
        'order-confirmed',
        'order-confirmed',
        'order-proposed',
      ]);
    });

    it('F65 commits one of two acts that were decided on the same revision', async () => {
      const order = anOrder();
      await book.commit(opening(order));
      const other = await harness.again();
      const results = await Promise.all([
        book.commit(commitOf(order, confirmedBy('decider-1')(order))),
        other.commit(commitOf(order, ask(order, { kind: 'withdraw', reason: '' }, { by: 'decider-2' }))),
      ]);
      expect(results.toSorted()).toEqual(['committed', 'stale']);
      expect((await book.order('o0'))!.revision).toBe(2);
      expect(await audit.entries({ limit: 10 })).toHaveLength(2);
    });

    it('F65 takes the repeat of an act for what it is, also when the order has gone on', async () => {
      const order = anOrder();
      await book.commit(opening(order));
      expect(await book.commit(opening(order))).toBe('repeated');
      const commit = commitOf(order, confirmedBy('decider-1')(order), 'k1');
      await book.commit(commit);
      await give(await reload(book));
      expect(await book.commit(commit)).toBe('repeated');
      expect(await book.hasAct(commit.act.id)).toBe(true);
      expect(await book.hasAct('o0/confirm/nobody/kx')).toBe(false);
    });

    it('keeps a report as long as people may write it, once, although its words are the key of the act', async () => {
      await book.commit(opening(anOrder()));
      const text = Array.from({ length: ORDER_TEXT_CHARS_MAX }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7_919) % 20_000))).join('');
      const report = (order: Order): OrderAsk => ask(order, { kind: 'report', text }, { version: null });
      const results = [
        await actOnOrder(book, 'o0', { askOf: report, key: text }),
        await actOnOrder(book, 'o0', { askOf: report, key: text }),
      ];
      expect(results.map(({ kind }) => kind)).toEqual(['done', 'repeated']);
      expect((await book.order('o0'))?.grounds.reports).toMatchObject([{ text }]);
    });

    it('keeps one open proposal for the same districts, hazard and level', async () => {
      const order = anOrder();
      await book.commit(opening(order));
      expect(await book.commit(opening(anOrder({ id: 'o1' })))).toBe('stale');
      expect(await book.order('o1')).toBeNull();
      await give(order);
      expect(await book.commit(opening(anOrder({ id: 'o1' })))).toBe('committed');
      const lower = anOrder({ id: 'o2', planned: planned({ content: aContent({ municipalLevel: 3 }) }) });
      expect(await book.commit(opening(lower))).toBe('committed');
      const revised = commitOf(lower, ask(lower, { kind: 'update', reason: '', planned: planned() }));
      expect(await book.commit(revised)).toBe('stale');
    });

    it('opens one of many equal proposals that come at once', async () => {
      const books = await Promise.all([harness.again(), harness.again(), harness.again(), harness.again()]);
      const results = await Promise.all(books.map((one, i) => one.commit(opening(anOrder({ id: `o${i}` })))));
      expect(results.toSorted()).toEqual(['committed', 'stale', 'stale', 'stale']);
      expect(await book.orders({ limit: 10 })).toHaveLength(1);
    });

    it('lists the newest first, in pages, and those that are open by themselves', async () => {
      for (const level of [3, 4, 5] as const) {
        await book.commit(opening(anOrder({ id: `o${level}`, planned: planned({ content: aContent({ municipalLevel: level }) }) })));
      }
      const withdrawn = (await book.order('o4'))!;
      await book.commit(commitOf(withdrawn, ask(withdrawn, { kind: 'withdraw', reason: '' })));
      expect((await book.orders({ limit: 2 })).map(({ number, order }) => [number, order.id])).toEqual([
        [3, 'o5'],
        [2, 'o4'],
      ]);
      expect((await book.orders({ before: 2, limit: 2 })).map(({ order }) => order.id)).toEqual(['o3']);
      expect((await book.orders({ open: true, limit: 5 })).map(({ order }) => order.id)).toEqual(['o5', 'o3']);
    });

    it('names the orders whose time has come', async () => {
      const order = anOrder();
      await book.commit(opening(order));
      expect(await book.due(T0 + 12 * HOUR - 1, 10)).toEqual([]);
      expect(await book.due(T0 + 12 * HOUR, 10)).toEqual(['o0']);
      await give(order);
      expect(await book.due(T0 + 100 * HOUR, 10)).toEqual([]);
    });
  });
};

const reload = async (book: OrderBook): Promise<Order> => {
  const order = (await book.order('o0'))!;
  // The first decider has said yes already; the others go on from an order without it.
  const undone = commitOf(order, ask(order, { kind: 'undo' }));
  expect(await book.commit(undone)).toBe('committed');
  return undone.order;
};

/** The answer to a person is 503 then, and they press again: the act is the same one. */
const busy = (cause: unknown): OrderCommitted => {
  if (cause instanceof LedgerUnavailable) return 'stale';
  throw cause;
};

const ORDERS = 1_000;
/** Orders under way at once, with four requests each: more would only wait longer for the connections of a process, of which there are four. */
const AT_ONCE = 25;

/** F65: two deciders and a double click of each, on as many orders at once, by several processes. */
const describeStorm = (name: string, harness: Pick<Harness, 'open' | 'again' | 'close'>): void => {
  it(`F65 meets ${ORDERS} concurrent double confirmations on ${name} with one order or a clear refusal`, async () => {
    const { book } = await harness.open();
    try {
      const books = [book, await harness.again(), await harness.again(), await harness.again()];
      for (let i = 0; i < ORDERS; i += 1) {
        const content = aContent({ districts: [{ code: `d${i}`, name: `${i}`, households: null, persons: 1 }] });
        await book.commit(opening(anOrder({ id: `o${i}`, planned: planned({ content }) })));
      }
      const counts: Record<string, number> = {};
      const count = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
      /** As the desk does it: reads, decides, commits, and begins again when something came between. */
      const confirm = async (one: OrderBook, id: string, by: string): Promise<void> => {
        for (;;) {
          const order = await one.order(id).catch(() => null);
          if (!order) continue;
          const version = 1;
          const asked = ask(order, { kind: 'confirm' }, { by, version });
          const actId = orderActId({ orderId: id, kind: 'confirm', by, version }, null);
          const step = decideOrder(order, asked);
          if (step.kind === 'refused') {
            const repeated = await one.hasAct(actId);
            return count(repeated ? 'repeated' : step.code);
          }
          const result = await one.commit(commitOf(order, asked)).catch(busy);
          if (result !== 'stale') return count(result);
        }
      };
      const orderIds = Array.from({ length: ORDERS }, (_, i) => `o${i}`).values();
      const confirmTwice = async (): Promise<void> => {
        for (const id of orderIds) {
          const deciders = ['decider-1', 'decider-1', 'decider-2', 'decider-2'];
          await Promise.all(deciders.map((by, i) => confirm(books[i]!, id, by)));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, confirmTwice));
      const wrong: string[] = [];
      for (let i = 0; i < ORDERS; i += 1) {
        const order = (await book.order(`o${i}`))!;
        const persons = order.decision!.confirmations.map(({ by }) => by).toSorted();
        if (order.state !== 'confirmed' || persons.join(' ') !== 'decider-1 decider-2' || order.revision !== 3) wrong.push(order.id);
      }
      expect(wrong).toEqual([]);
      expect(counts).toEqual({ committed: 2 * ORDERS, repeated: 2 * ORDERS });
      expect(await book.transitionsAfter(0, 2 * ORDERS)).toHaveLength(ORDERS);
    } finally {
      await harness.close();
    }
  });
};

let inMemory: MemoryOrderBook;
describeOrderBook('memory', {
  open: async () => {
    const audit = new MemoryAudit();
    inMemory = new MemoryOrderBook(audit);
    return { book: inMemory, audit };
  },
  again: async () => inMemory,
  close: () => Promise.resolve(),
});

describeOrderBook('sqlite', sqlHarness(sqlitePlace));
describeStorm('sqlite', sqlHarness(sqlitePlace));

const withoutPostgres = await leftOut('postgres', 'order book on PostgreSQL');
(withoutPostgres ? describe.skip : describe)('with a server', () => {
  let server: Server;
  beforeAll(async () => {
    server = await postgresServer();
  });
  afterAll(() => server.stop());

  const harness = sqlHarness(() => postgresPlace(server));
  describeOrderBook('postgres', harness);
  describeStorm('postgres', harness);
});

function sqlHarness(newPlace: () => Promise<SqlPlace>): Harness {
  let place: SqlPlace;
  return {
    open: async () => {
      place = await newPlace();
      const database = await place.open();
      return { book: new SqlOrderBook(database), audit: new SqlAudit(database) };
    },
    again: async () => new SqlOrderBook(await place.open()),
    close: () => place.clear(),
  };
}
