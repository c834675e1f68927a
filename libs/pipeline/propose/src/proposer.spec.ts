import { setImmediate as turn } from 'node:timers/promises';
import {
  actOnOrder,
  alertId,
  LedgerUnavailable,
  openOrder,
  orderContent,
  type Order,
  type OrderContent,
  ordersOf,
  type Playbook,
  proposeOrder,
  quietAlert,
  type Transition,
} from '#core';
import { ManualClock, MemoryAudit, MemoryLedger, MemoryOrderBook } from '#memory';
import { aGauge, aLevelRule, aPlaybook, HOUR, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { aContent, BY_STAFF, confirmedBy, planned } from '../../../../test/support/orders.ts';
import { Proposer } from './proposer.ts';
import type { SetAside } from './aside.ts';

/** An order book whose reading of some orders breaks the program that asks, or finds the database away. */
class Spoiled extends MemoryOrderBook {
  readonly faults = new Map<string, Error>();

  override async order(id: string): Promise<Order | null> {
    const fault = this.faults.get(id);
    if (fault) throw fault;
    return super.order(id);
  }
}

const POISON = new TypeError("cannot read properties of undefined (reading 'kind')");

const rule = aLevelRule();

const playbook: Playbook = {
  ...aPlaybook({ gauges: [aGauge()], rules: [rule] }),
  districts: new Map([['001', { code: '001', name: '一丁目', population: 900, households: 400 }]]),
};
const proposing: Playbook = {
  ...playbook,
  orders: {
    ...ordersOf(playbook),
    proposals: [
      { id: 'slope', rule: rule.id, step: 1, selector: null, level: 4, hazard: 'landslide', districts: ['001'] },
      { id: 'elderly', rule: rule.id, step: 1, selector: null, level: 3, hazard: 'flood', districts: ['001'] },
    ],
  },
};

class World {
  readonly clock = new ManualClock(T0);
  readonly ledger = new MemoryLedger();
  readonly orders = new Spoiled(new MemoryAudit());
  readonly asides: (readonly SetAside[])[] = [];
  readonly troubles: (string | null)[] = [];

  start(inForce: Playbook = playbook): Proposer {
    const stage = new Proposer({
      ledger: this.ledger,
      orders: this.orders,
      clock: this.clock,
      status: 'actual',
      playbook: () => inForce,
      playbookOf: async () => inForce,
      onSetAside: (all) => this.asides.push(all),
      onTrouble: (why) => this.troubles.push(why),
    });
    stage.start();
    return stage;
  }

  /** An order for a district of its own, so that none covers another. */
  async propose(id: string, expiresAt: number, set: Partial<OrderContent> = {}): Promise<void> {
    const content = aContent({ districts: [{ code: id, name: id, households: null, persons: 10 }], ...set });
    const opened = openOrder({
      id,
      origin: BY_STAFF,
      planned: planned({ content, expiresAt }),
      grounds: { readings: [], weatherLevel: null, reports: [], against: [] },
      status: 'actual',
      playbookVersion: 'v1',
      at: T0,
    });
    await proposeOrder(this.orders, opened, { by: 'duty-1', role: 'duty', at: T0, reason: '' });
  }

  async decide(id: string): Promise<void> {
    for (const by of ['decider-1', 'decider-2']) await actOnOrder(this.orders, id, { askOf: confirmedBy(by, this.clock.now()) });
  }

  async raise(gauge: string): Promise<Transition> {
    const alert = { ...quietAlert(rule.id, gauge), episode: 1, state: 'raised' as const, step: 1, transitions: 1 };
    const transition: Transition = {
      id: `${alertId(alert)}/1`,
      alertId: alertId(alert),
      ruleId: rule.id,
      gauge,
      kind: 'raised',
      from: 0,
      to: 1,
      at: this.clock.now(),
      decidedAt: this.clock.now(),
      status: 'actual',
      record: { playbookVersion: 'v1', ruleId: rule.id, by: 'watch', verdict: '水位を超えました', limits: [], evidence: [] },
    };
    const hold = await this.ledger.seize('watch');
    await this.ledger.commitWatch({ hold, to: hold.position, watches: [], alerts: [alert], transitions: [transition] });
    return transition;
  }

  async pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    for (let turns = 0; turns < 50; turns += 1) await turn();
  }

  async stateOf(id: string): Promise<string | undefined> {
    return (await this.orders.orders({ limit: 500 })).find(({ order }) => order.id === id)?.order.state;
  }
}

describe('the stage that moves orders by itself', () => {
  let world: World;
  let stage: Proposer | null = null;
  beforeEach(() => {
    world = new World();
  });
  afterEach(() => stage?.stop());

  it('F10 sets an order aside that cannot be moved, and gives the ones behind it', async () => {
    for (const id of ['poison', 'later']) {
      await world.propose(id, T0 + HOUR);
      await world.decide(id);
    }
    world.orders.faults.set('poison', POISON);
    stage = world.start();
    await world.pass(10_000);
    expect(await world.stateOf('later')).toBe('given');
    expect(await world.stateOf('poison')).toBe('confirmed');
    expect(world.asides).toEqual([[{ id: 'poison', why: POISON.message }]]);
    expect(stage.setAside).toEqual([{ id: 'poison', why: POISON.message }]);
    expect(world.troubles).toEqual([]);
  });

  it('F10 reaches what is due behind more such orders than it looks at in one go', async () => {
    for (let n = 0; n < 60; n += 1) await world.propose(`poison-${n}`, T0 + MINUTE);
    await world.propose('later', T0 + 2 * MINUTE);
    for (let n = 0; n < 60; n += 1) world.orders.faults.set(`poison-${n}`, POISON);
    stage = world.start();
    await world.pass(5 * MINUTE);
    expect(await world.stateOf('later')).toBe('expired');
    expect(stage.setAside).toHaveLength(60);
  });

  it('moves an order that was set aside once its cause is gone, and says that nothing waits any more', async () => {
    await world.propose('poison', T0 + MINUTE);
    world.orders.faults.set('poison', POISON);
    stage = world.start();
    await world.pass(2 * MINUTE);
    expect(stage.setAside).toHaveLength(1);
    world.orders.faults.clear();
    await world.pass(2 * MINUTE);
    expect(await world.stateOf('poison')).toBe('expired');
    expect(world.asides.at(-1)).toEqual([]);
  });

  it('forgets an order that was set aside when a person has moved it', async () => {
    await world.propose('poison', T0 + MINUTE);
    world.orders.faults.set('poison', POISON);
    stage = world.start();
    await world.pass(2 * MINUTE);
    expect(stage.setAside).toHaveLength(1);
    world.orders.faults.clear();
    await actOnOrder(world.orders, 'poison', {
      askOf: ({ version }) => ({ kind: 'withdraw', reason: '誤報', by: 'duty-1', role: 'decider', at: world.clock.now(), version }),
    });
    world.orders.faults.set('poison', POISON);
    await world.pass(1_000);
    expect(stage.setAside).toEqual([]);
  });

  it('waits for a database that is away, however long, and sets nothing aside', async () => {
    await world.propose('one', T0 + MINUTE);
    world.orders.faults.set('one', new LedgerUnavailable('the disk is away'));
    stage = world.start();
    await world.pass(10 * MINUTE);
    expect(world.asides).toEqual([]);
    expect(world.troubles).toEqual(['the disk is away']);
    world.orders.faults.clear();
    await world.pass(MINUTE);
    expect(await world.stateOf('one')).toBe('expired');
    expect(world.troubles.at(-1)).toBeNull();
  });

  it('F10 leaves out what cannot be worked out of an alert after three tries, and proposes the rest of it and what follows', async () => {
    // An order that stands for what the alert proposes, and cannot take the further ground.
    const { districts } = orderContent(proposing, { level: 4, hazard: 'landslide', districts: ['001'] });
    await world.propose('poison', T0 + 12 * HOUR, { hazard: 'landslide', districts });
    world.orders.faults.set('poison', POISON);
    const { id } = await world.raise('tama-03');
    stage = world.start(proposing);
    await world.pass(10_000);
    expect(stage.setAside).toEqual([{ id, why: POISON.message }]);
    const rest = (await world.orders.orders({ open: true, limit: 10 })).map(({ order }) => order.content.hazard);
    expect(rest.toSorted()).toEqual(['flood', 'landslide']);
    expect(stage.position).toBe(1);
  });
});
