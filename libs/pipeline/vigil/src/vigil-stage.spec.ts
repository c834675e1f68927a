import { setImmediate as turn } from 'node:timers/promises';
import { type Alert, alertId, LedgerUnavailable, quietAlert, type Transition } from '#core';
import { ManualClock, MemoryLedger } from '#memory';
import { aLevelRule, aPlaybook, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { VigilStage } from './vigil-stage.ts';

const playbook = aPlaybook({
  rules: [aLevelRule({ reminder: { everyMs: 30 * MINUTE, timesMax: 3 } })],
  escalations: [
    { id: 'night', rules: ['river-level'], fromStep: 2, answers: 1, levels: [{ afterMs: 5 * MINUTE }, { afterMs: 5 * MINUTE }] },
  ],
});

const raised = (gauge = 'tama-03'): Alert => ({
  ...quietAlert('river-level', gauge),
  episode: 1,
  state: 'raised',
  step: 2,
  transitions: 1,
});

class World {
  readonly clock = new ManualClock(T0);
  readonly ledger = new MemoryLedger();
  readonly troubles: (string | null)[] = [];
  readonly told: Transition[] = [];

  start(): VigilStage {
    const stage = new VigilStage({
      ledger: this.ledger,
      clock: this.clock,
      playbook: () => playbook,
      onCommit: (transitions) => this.told.push(...transitions),
      onTrouble: (why) => this.troubles.push(why),
    });
    stage.start();
    return stage;
  }

  async stand(...alerts: readonly Alert[]): Promise<void> {
    const hold = await this.ledger.seize('watch');
    await this.ledger.commitWatch({ hold, to: hold.position, watches: [], alerts, transitions: [] });
  }

  async pass(minutes: number): Promise<void> {
    await this.clock.advance(minutes * MINUTE);
    for (let turns = 0; turns < 20; turns += 1) await turn();
  }

  async said(): Promise<readonly string[]> {
    return (await this.ledger.transitionsAfter(0, 100)).map(({ transition: { kind, call } }) => `${kind} ${call!.ordinal}`);
  }
}

describe('the stage that watches over raised alerts', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('calls level after level and reminds in between, and tells what it committed', async () => {
    await world.stand(raised());
    const stage = world.start();
    await world.pass(4);
    expect(await world.said()).toEqual([]);
    await world.pass(2);
    expect(await world.said()).toEqual(['escalated 1']);
    await world.pass(60);
    expect(await world.said()).toEqual(['escalated 1', 'escalated 2', 'reminded 1', 'reminded 2']);
    expect(world.told.map(({ id }) => id)).toEqual((await world.ledger.transitionsAfter(0, 9)).map(({ transition }) => transition.id));
    await stage.stop();
  });

  it('is silent once somebody has answered', async () => {
    await world.stand(raised());
    const stage = world.start();
    await world.pass(3);
    await world.ledger.answer(alertId(raised()), 'sato', world.clock.now());
    await world.pass(20);
    expect(await world.said()).toEqual([]);
    await stage.stop();
  });

  it('says after a death what it had not committed, and nothing a second time', async () => {
    await world.stand(raised());
    const first = world.start();
    await world.pass(6);
    await first.stop();
    const second = world.start();
    await world.pass(3);
    expect(await world.said()).toEqual(['escalated 1']);
    await world.pass(3);
    expect(await world.said()).toEqual(['escalated 1', 'escalated 2']);
    await second.stop();
  });

  it('repeats a look of which nobody knows whether it was committed, and says it once', async () => {
    await world.stand(raised());
    const stage = world.start();
    await world.pass(4);
    const commit = world.ledger.commitVigil.bind(world.ledger);
    world.ledger.commitVigil = async (asked) => {
      await commit(asked);
      world.ledger.commitVigil = commit;
      throw new LedgerUnavailable('the answer was lost');
    };
    await world.pass(3);
    expect(await world.said()).toEqual(['escalated 1']);
    expect(world.troubles).toEqual([expect.stringContaining('the answer was lost'), null]);
    await stage.stop();
  });

  it('F9 stops for good when another process takes it over', async () => {
    await world.stand(raised());
    const frozen = world.start();
    await world.pass(4);
    await world.ledger.seize('vigil');
    await world.pass(60);
    expect(await world.said()).toEqual([]);
    expect(world.troubles).toEqual([expect.stringContaining('taken over')]);
    await frozen.stop();
  });
});
