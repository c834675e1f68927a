import { type Finding, type Hold, LedgerFenced, LedgerUnavailable, type Playbook } from '#core';
import { ManualClock, MemoryLedger, MemoryLogbook } from '#memory';
import { aFaultRule, aGauge, aPlaybook, T0 } from '../../../../test/support/builders.ts';
import { FaultAlarms } from './fault-alarms.ts';

class World {
  readonly clock = new ManualClock(T0);
  readonly ledger = new MemoryLedger();
  readonly logbook = new MemoryLogbook();
  readonly told: string[] = [];
  playbook: Playbook = aPlaybook({ gauges: [aGauge()], rules: [aFaultRule()] });
  readonly alarms = this.begin();

  begin(): FaultAlarms {
    const { clock, ledger, logbook } = this;
    const onCommit = (transitions: readonly { readonly id: string }[]) => this.told.push(...transitions.map(({ id }) => id));
    return new FaultAlarms({ clock, ledger, logbook, playbook: () => this.playbook, onCommit });
  }

  async found(about: Finding['about'], gauge = 'tama-03'): Promise<string> {
    const id = `${about}/${gauge}/1`;
    await this.logbook.enter({ id, gauge, kind: 'finding', about, at: T0, reason: about, by: 'inspection', madeAt: T0 });
    return id;
  }

  over = (id: string) =>
    this.logbook.enter({
      id: `${id}/over`,
      gauge: 'tama-03',
      kind: 'findingEnded',
      of: id,
      at: T0,
      reason: '',
      by: 'inspection',
      madeAt: T0,
    });
}

describe('FaultAlarms', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('F32 raises once, however many looks and lives there are, and clears when the finding is over', async () => {
    const id = await world.found('cloned');
    await Promise.all([world.alarms.look(), world.alarms.look(), world.alarms.look()]);
    await world.begin().look();
    expect(world.told).toEqual(['faults@tama-03#1/1']);
    expect(await world.ledger.openAlerts(9)).toMatchObject([{ ruleId: 'faults', gauge: 'tama-03', step: 1 }]);
    await world.over(id);
    const successor = world.begin();
    await successor.look();
    await successor.look();
    expect(world.told).toEqual(['faults@tama-03#1/1', 'faults@tama-03#1/2']);
    expect(await world.ledger.openAlerts(9)).toEqual([]);
  });

  it('says the same after a commit of which nobody knows whether it happened', async () => {
    const commit = world.ledger.commitFaults.bind(world.ledger);
    let failures = 2;
    world.ledger.commitFaults = async (given): Promise<Hold> => {
      failures -= 1;
      // Once before the commit, and once after it.
      if (failures === 1) throw new LedgerUnavailable('disk');
      const hold = await commit(given);
      if (failures === 0) throw new LedgerUnavailable('the answer was lost');
      return hold;
    };
    await world.found('clock');
    await expect(world.alarms.look()).rejects.toThrow('disk');
    await expect(world.alarms.look()).rejects.toThrow('the answer was lost');
    await world.found('battery');
    await world.alarms.look();
    expect((await world.ledger.transitionsAfter(0, 9)).map(({ transition }) => transition.id)).toEqual([
      'faults@tama-03#1/1',
      'faults@tama-03#1/2',
    ]);
  });

  it('F9 stays silent for good once another process took over', async () => {
    await world.found('clock');
    await world.alarms.look();
    await world.ledger.seize('fault');
    await world.found('battery');
    await expect(world.alarms.look()).rejects.toThrow(LedgerFenced);
    await expect(world.alarms.look()).rejects.toThrow(LedgerFenced);
    expect(world.told).toEqual(['faults@tama-03#1/1']);
  });

  it('asks nobody without a rule of its kind', async () => {
    await world.found('clock');
    world.playbook = aPlaybook();
    await world.alarms.look();
    expect(world.told).toEqual([]);
    expect((await world.ledger.seize('fault')).fence).toBe(1);
  });

  it('tells everything in the end when more was found than one look tells', async () => {
    const gauges = Array.from({ length: 23 }, (_, i) => aGauge({ id: `g-${i}` }));
    world.playbook = aPlaybook({ gauges, rules: [aFaultRule()] });
    for (const { id } of gauges) await world.found('clock', id);
    const counts: number[] = [];
    for (let look = 0; look < 4; look += 1) {
      await world.alarms.look();
      counts.push(world.told.length);
    }
    expect(counts).toEqual([10, 20, 23, 23]);
  });
});
