import { afterEach, describe, expect, it } from '@jest/globals';
import {
  actOnOrder,
  EVACUATION_CATEGORY,
  openOrder,
  type Order,
  type OrderAsk,
  orderRoute,
  ordersOf,
  type OrderTransition,
  type Outcome,
  type Playbook,
  proposeOrder,
  UNDO_MS,
} from '#core';
import { MemoryOrderBook } from '#memory';
import { aGauge, aLevelRule, aPlaybook, HOUR } from '../support/builders.ts';
import { aContent, ask, BY_STAFF, planned } from '../support/orders.ts';
import { aRoute, aSubscriber, DispatchWorld, type Process, ScriptedChannel } from '../support/dispatch-world.ts';

const lost: Outcome = { kind: 'retry', reason: 'no answer', unknown: true };
const SYSTEM = { by: 'sonae', role: null, version: null } as const;

/** Residents of 001 and 002, a duty officer, a leader; orders by LINE alone, one person a delivery. */
class OrderWorld extends DispatchWorld {
  readonly orders = new MemoryOrderBook();

  constructor(set: ConstructorParameters<typeof DispatchWorld>[0] = {}) {
    super({ channels: (clock) => [new ScriptedChannel(clock, { chunkMax: 1 })], playbook: city(), ...set });
  }

  async populate(): Promise<this> {
    await this.directory.subscribe([
      aSubscriber({ address: 'anna' }),
      aSubscriber({ address: 'bert', categories: ['congestion'] }),
      aSubscriber({ address: 'cleo', districts: ['002'] }),
      aSubscriber({ address: 'duty', districts: [], categories: ['staff:duty'] }),
      aSubscriber({ address: 'head', districts: [], categories: ['staff:heads'] }),
    ]);
    return this;
  }

  begin(): Process {
    return this.start({
      orders: {
        book: this.orders,
        render: ({ transition }) => ({ subject: transition.kind, body: '', translated: true, level: null, link: null }),
      },
    });
  }

  /** What each person was told, staff aside unless asked for. */
  toldTo(...names: readonly string[]): readonly (readonly string[])[] {
    return names.map((name) => this.line.told.get(name) ?? []);
  }

  async propose(): Promise<Order> {
    const at = this.clock.now();
    const opened = openOrder({
      id: 'o0',
      origin: BY_STAFF,
      planned: planned({ expiresAt: at + 12 * HOUR }),
      grounds: { readings: [], weatherLevel: null, reports: [], against: [] },
      status: 'actual',
      playbookVersion: 'test-1',
      at,
    });
    await proposeOrder(this.orders, opened, { by: 'duty-1', role: 'duty', at, reason: '' });
    return opened.order;
  }

  /** Does an act and, unless it only asks for a decision, everything up to its effect. */
  async effect(...asks: readonly ((order: Order) => OrderAsk)[]): Promise<OrderTransition> {
    const both = ['decider-1', 'decider-2'].map(
      (by) =>
        (order: Order): OrderAsk =>
          ask(order, { kind: 'confirm' }, { by, at: this.clock.now() }),
    );
    for (const asked of [...asks, ...(asks.length > 0 && isAlone(asks[0]!) ? [] : both)])
      await actOnOrder(this.orders, 'o0', { askOf: asked });
    await this.clock.advance(UNDO_MS);
    const taken = await actOnOrder(this.orders, 'o0', { askOf: () => ({ ...SYSTEM, kind: 'take', at: this.clock.now() }) });
    if (taken.kind !== 'done' || !taken.transition) throw new Error(`it did not take effect: ${JSON.stringify(taken)}`);
    return taken.transition;
  }

  give = (): Promise<OrderTransition> => this.effect();
  lift = (): Promise<OrderTransition> => this.effect((order) => ask(order, { kind: 'lift', reason: '', policies: [] }));
  correct = (): Promise<OrderTransition> => this.effect(correction(() => this.clock.now()));
  widen = (): Promise<OrderTransition> =>
    this.effect((order) => {
      const districts = [{ code: '002', name: '二丁目', households: null, persons: null }];
      return ask(order, { kind: 'update', reason: '', planned: planned({ content: aContent({ districts }) }) });
    });
}

const CORRECTIONS = new WeakSet<object>();
const isAlone = (asked: object): boolean => CORRECTIONS.has(asked);
const correction = (now: () => number): ((order: Order) => OrderAsk) => {
  const asked = (order: Order): OrderAsk => ask(order, { kind: 'correct', reason: '誤り' }, { at: now() });
  CORRECTIONS.add(asked);
  return asked;
};

function city(): Playbook {
  const playbook = aPlaybook({
    gauges: [aGauge()],
    rules: [aLevelRule()],
    routes: [aRoute(), aRoute({ id: 'heads', audience: { kind: 'staff', group: 'heads' } })],
  });
  const staff = orderRoute({
    id: 'order-staff',
    audience: { kind: 'staff', group: 'duty' },
    channels: ['line'],
    expiresAfterMs: HOUR,
  });
  const residents = orderRoute({
    id: 'order-residents',
    audience: { kind: 'residents', category: EVACUATION_CATEGORY },
    channels: ['line'],
    expiresAfterMs: 12 * HOUR,
  });
  return { ...playbook, orders: { ...ordersOf(playbook), residents, staff } };
}

let begun: Process[] = [];
afterEach(() => {
  for (const process of begun) process.kill();
  begun = [];
});

async function aWorld(set: ConstructorParameters<typeof OrderWorld>[0] = {}): Promise<OrderWorld> {
  const world = await new OrderWorld(set).populate();
  begun.push(world.begin());
  await world.propose();
  return world;
}

describe('telling of an order', () => {
  it('F69 goes to everybody of its districts and to staff, and its end to exactly those', async () => {
    const world = await aWorld();
    await world.until(() => world.settled());
    expect(world.toldTo('anna', 'cleo', 'duty')).toEqual([[], [], ['proposed']]);
    await world.give();
    await world.until(async () => world.toldTo('bert')[0]!.length === 1 && (await world.settled()));
    expect(world.toldTo('anna', 'bert', 'cleo', 'duty', 'head')).toEqual([['given'], ['given'], [], ['proposed', 'given'], []]);
    // Who comes after the order heard nothing that could be lifted, and who moved away did.
    await world.directory.subscribe([aSubscriber({ address: 'late' }), aSubscriber({ address: 'anna', districts: ['009'] })]);
    await world.lift();
    await world.until(async () => world.toldTo('bert')[0]!.length === 2 && (await world.settled()));
    expect(world.toldTo('anna', 'bert', 'cleo', 'late')).toEqual([['given', 'lifted'], ['given', 'lifted'], [], []]);
  });

  it('tells an update to the new districts and to whoever heard the order, each once', async () => {
    const world = await aWorld();
    await world.give();
    await world.until(async () => world.toldTo('bert')[0]!.length === 1 && (await world.settled()));
    await world.widen();
    await world.until(async () => world.toldTo('cleo')[0]!.length === 1 && (await world.settled()));
    expect(world.toldTo('anna', 'bert', 'cleo')).toEqual([['given', 'updated'], ['given', 'updated'], ['updated']]);
  });

  it('F62 never lets the end overtake the order', async () => {
    const world = await aWorld();
    let heals = false;
    world.line.answer = ({ to }) => (to[0] === 'anna' && !heals ? lost : null);
    await world.give();
    await world.until(() => world.toldTo('bert')[0]!.length === 1);
    await world.lift();
    await world.until(() => world.toldTo('bert')[0]!.length === 2);
    // Nobody knows whether anna has the order; her end waits for the answer.
    expect(world.toldTo('anna')).toEqual([[]]);
    heals = true;
    await world.until(() => world.settled(), 30 * 60_000);
    expect(world.toldTo('anna', 'bert')).toEqual([
      ['given', 'lifted'],
      ['given', 'lifted'],
    ]);
  });

  it('reads nothing of those who have the order while one who may not have it holds up its end', async () => {
    const world = await aWorld();
    world.line.answer = ({ to }) => (to[0] === 'anna' ? lost : null);
    await world.give();
    await world.until(() => world.toldTo('bert')[0]!.length === 1);
    await world.lift();
    await world.until(() => world.toldTo('bert')[0]!.length === 2);
    const asked: unknown[] = [];
    begun.at(-1)!.at = (call, when, [query]) => {
      if (call === 'deliveries' && when === 'before') asked.push(query);
    };
    await world.until(() => asked.length >= 5);
    for (const query of asked) expect(query).toMatchObject({ channel: 'line', state: ['queued', 'sending'] });
  });

  it('F68 stops what was not tried yet, and corrects what somebody may have got', async () => {
    const world = await aWorld({ channels: (clock) => [new ScriptedChannel(clock, { chunkMax: 1, inFlightMax: 1 })] });
    await world.until(() => world.settled());
    const stuck = Promise.withResolvers<Outcome | null>();
    world.line.answer = ({ to, messageId }) => (to[0] === 'anna' && messageId.includes('/2/') ? stuck.promise : null);
    await world.give();
    // The one way is busy with anna; bert waits behind her.
    await world.until(() => world.line.requests.some(({ to }) => to[0] === 'anna'));
    await world.correct();
    await world.until(async () => (await world.deliveries()).some(({ transitionId }) => transitionId === 'order/o0/3'));
    stuck.resolve(null);
    await world.until(() => world.settled(), 30 * 60_000);
    expect(world.toldTo('anna', 'bert')).toEqual([['given', 'corrected'], []]);
  });

  it('F68 tells nobody what was corrected while somebody still looked at the order as it was', async () => {
    const world = await aWorld({ channels: (clock) => [new ScriptedChannel(clock, { chunkMax: 1, inFlightMax: 1 })] });
    await world.until(() => world.settled());
    const answered = Promise.withResolvers<void>();
    const { orders } = world;
    const transitions = orders.transitions.bind(orders);
    orders.transitions = async (id) => {
      const found = await transitions(id);
      const kinds = found.map(({ transition }) => transition.kind);
      if (kinds.includes('given') && !kinds.includes('corrected')) await answered.promise;
      return found;
    };
    await world.give();
    begun[0]!.dispatch.notify();
    await world.still();
    await world.correct();
    begun[0]!.dispatch.notify();
    await world.until(async () => begun[0]!.dispatch.orderPosition === (await orders.transitionsAfter(0, 10)).length);
    answered.resolve();
    await world.until(() => world.settled());
    expect(world.toldTo('anna', 'bert', 'duty')).toEqual([[], [], ['proposed', 'given', 'corrected']]);
  });

  it('F68 does not say an end that waited and was corrected, although the service was stopped while it waited', async () => {
    const world = await aWorld();
    let heals = false;
    world.line.answer = ({ to }) => (to[0] === 'anna' && !heals ? lost : null);
    await world.give();
    await world.until(() => world.toldTo('bert')[0]!.length === 1);
    await world.lift();
    // Anna's end is claimed and waits for the order that she may not have.
    const waits = async () =>
      (await world.deliveries()).some(({ transitionId, state }) => transitionId === 'order/o0/3' && state === 'sending');
    await world.until(async () => world.toldTo('bert')[0]!.length === 2 && (await waits()));
    await begun.at(-1)!.dispatch.stop();
    await world.correct();
    heals = true;
    begun.push(world.begin());
    await world.until(() => world.settled(), 30 * 60_000);
    expect(world.toldTo('anna')[0]).toContain('given');
    expect(world.toldTo('anna')[0]).not.toContain('lifted');
    expect(world.toldTo('bert')).toEqual([['given', 'lifted', 'corrected']]);
  });

  it.each<[string, Outcome]>([
    ['was closed to us', { kind: 'closed', reason: '401' }],
    ['could not be reached', { kind: 'retry', reason: 'ECONNREFUSED', unknown: false }],
  ])('F68 does not say an order that was corrected while the channel %s', async (_, answer) => {
    const world = await aWorld();
    await world.until(() => world.settled());
    let opens = false;
    world.line.answer = () => (opens ? null : answer);
    await world.give();
    const isTried = (to: string) => world.line.requests.some((request) => request.to[0] === to);
    await world.until(() => isTried('anna') && isTried('bert'));
    await world.correct();
    await world.until(async () => (await world.deliveries()).some(({ transitionId }) => transitionId === 'order/o0/3'));
    opens = true;
    await world.until(() => world.settled(), 30 * 60_000);
    expect(world.toldTo('anna', 'bert').flat()).not.toContain('given');
  });

  it('F20 tells the end of an order to those who may have heard it in the time that the ledger does not remember', async () => {
    const world = await aWorld();
    await world.until(() => world.settled());
    const [first] = begun;
    first!.at = (name, when) => {
      // Planned and not yet claimed: so it lies in the copy.
      if (name === 'commitPlan' && when === 'after') first!.kill();
    };
    await world.give();
    first!.dispatch.notify();
    await world.until(async () => (await world.deliveries()).length === 4);
    await world.ledger.holdDispatch({ at: world.clock.now(), why: 'restored' });
    const again = world.begin();
    begun.push(again);
    await world.lift();
    again.dispatch.notify();
    await world.until(async () => again.dispatch.orderPosition === (await world.orders.transitionsAfter(0, 10)).length);
    await world.ledger.releaseDispatch({ at: world.clock.now(), by: 'decider-1', role: 'decider', why: 'looked' });
    await world.until(() => world.settled());
    expect(world.toldTo('anna', 'bert', 'cleo')).toEqual([['lifted'], ['lifted'], []]);
  });

  it('does not wait behind the plan of a large notice', async () => {
    const world = await aWorld();
    const stuck = new Promise<never>(() => undefined);
    const { directory } = world;
    const audience = directory.audience.bind(directory);
    directory.audience = async function* (query, pageMax) {
      if (query.category === 'flood') await stuck;
      yield* audience(query, pageMax);
    };
    await world.moveTo(1);
    await world.still();
    await world.give();
    await world.until(() => world.toldTo('anna', 'bert').every((told) => told.length === 1));
    expect(world.toldTo('anna')).toEqual([['given']]);
  });

  it('is told once to everybody although the process dies at every call of its way', async () => {
    const world = await new OrderWorld().populate();
    let calls = 0;
    let deaths = 0;
    const live = (): void => {
      const process = world.begin();
      begun.push(process);
      let left = (calls += 1);
      process.at = () => {
        if (--left > 0 || deaths >= 150) return;
        deaths += 1;
        left = Number.POSITIVE_INFINITY;
        process.kill();
        queueMicrotask(live);
      };
    };
    live();
    await world.propose();
    await world.give();
    await world.until(async () => world.toldTo('anna', 'bert').every((told) => told.length === 1) && (await world.settled()), 60 * 60_000);
    await world.lift();
    await world.until(async () => world.toldTo('anna', 'bert').every((told) => told.length === 2) && (await world.settled()), 60 * 60_000);
    expect(deaths).toBeGreaterThan(20);
    expect(world.toldTo('anna', 'bert', 'cleo', 'duty')).toEqual([
      ['given', 'lifted'],
      ['given', 'lifted'],
      [],
      ['proposed', 'given', 'lifted'],
    ]);
  });
});
