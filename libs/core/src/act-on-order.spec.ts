import { actOnOrder, type Order, type OrderAsk, proposeOrder, UNDO_MS } from '#core';
import { MemoryAudit, MemoryOrderBook } from '#memory';
import { T0 } from '../../../test/support/builders.ts';
import { anOrder, ask, BY_STAFF, confirmedBy, planned, taken } from '../../../test/support/orders.ts';
import { openOrder } from './decide-order.ts';

async function aBook(...ids: readonly string[]): Promise<MemoryOrderBook> {
  const book = new MemoryOrderBook(new MemoryAudit());
  for (const id of ids) await proposeOrder(book, opened(id), { by: 'duty-1', role: 'duty', at: T0, reason: '' });
  return book;
}

const opened = (id: string, set: Parameters<typeof planned>[0] = {}) =>
  openOrder({
    id,
    origin: BY_STAFF,
    planned: planned(set),
    grounds: { readings: [], weatherLevel: null, reports: [], against: [] },
    status: 'actual',
    playbookVersion: 'v1',
    at: T0,
  });

const act = (book: MemoryOrderBook, askOf: (order: Order) => OrderAsk, key: string | null = null) => actOnOrder(book, 'o0', { askOf, key });

describe('an act on an order in the book', () => {
  it('F65 takes a double click for one act', async () => {
    const book = await aBook('o0');
    expect(await act(book, confirmedBy('decider-1'))).toMatchObject({ kind: 'done', order: { revision: 2 } });
    expect(await act(book, confirmedBy('decider-1'))).toMatchObject({ kind: 'repeated', order: { revision: 2 } });
  });

  it('F65 refuses a yes to what was undone since, and knows a repeat by its key all the same', async () => {
    const book = await aBook('o0');
    const seen = (await book.order('o0'))!;
    await act(book, confirmedBy('decider-1'), 'k1');
    await act(book, confirmedBy('decider-2'));
    await act(book, (order) => ask(order, { kind: 'undo' }));
    expect(await act(book, () => confirmedBy('decider-2')(seen))).toMatchObject({ kind: 'refused', code: 'changed' });
    expect(await act(book, () => confirmedBy('decider-1')(seen), 'k1')).toMatchObject({ kind: 'repeated', order: { state: 'proposed' } });
  });

  it('begins again when somebody came between, and counts both', async () => {
    const book = await aBook('o0');
    const hasAct = book.hasAct.bind(book);
    // Somebody else gets through between the reading and the writing.
    book.hasAct = async (id) => {
      book.hasAct = hasAct;
      await act(book, confirmedBy('decider-2'));
      return hasAct(id);
    };
    const result = await act(book, confirmedBy('decider-1'));
    expect(result).toMatchObject({ kind: 'done', order: { state: 'confirmed' } });
    expect((await book.acts('o0')).map(({ by }) => by).toSorted()).toEqual(['decider-1', 'decider-2', 'duty-1']);
  });

  it('refuses a proposal that is open already, and a change that makes one of it', async () => {
    const book = await aBook('o0');
    expect(await proposeOrder(book, opened('o1'), { by: 'duty-2', role: 'duty', at: T0, reason: '' })).toMatchObject({
      kind: 'refused',
      code: 'alreadyProposed',
    });
    expect(await proposeOrder(book, opened('o0'), { by: 'duty-1', role: 'duty', at: T0, reason: '' })).toMatchObject({ kind: 'repeated' });
    const content = { ...anOrder().content, municipalLevel: 3 } as const;
    await proposeOrder(book, opened('o2', { content }), { by: 'duty-2', role: 'duty', at: T0, reason: '' });
    const same = actOnOrder(book, 'o2', { askOf: (order) => ask(order, { kind: 'update', reason: '', planned: planned() }) });
    expect(await same).toMatchObject({ kind: 'refused', code: 'alreadyProposed' });
  });

  it('lets a decision take effect once, whoever comes to it', async () => {
    const book = await aBook('o0');
    for (const by of ['decider-1', 'decider-2']) await act(book, confirmedBy(by));
    const results = await Promise.all([act(book, taken(T0 + 1_000 + UNDO_MS)), act(book, taken(T0 + 1_000 + UNDO_MS))]);
    expect(results.map(({ kind }) => kind).toSorted()).toEqual(['done', 'refused']);
    expect((await book.transitions('o0')).map(({ transition }) => transition.kind)).toEqual(['proposed', 'given']);
  });

  it('knows no order that is not there', async () => {
    expect(await act(await aBook(), confirmedBy('decider-1'))).toEqual({ kind: 'unknown' });
  });
});
