import { ManualClock, MemoryLedger, MemoryReadingLog } from '#memory';
import { aPlaybook, aReading, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { emptyMark, LedgerUnavailable, type Reading, type Transition } from '#core';
import { Watch } from './watch.ts';

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

class World {
  readonly clock = new ManualClock(T0);
  readonly log = new MemoryReadingLog();
  readonly ledger = new MemoryLedger();
  readonly told: Transition[] = [];
  readonly troubles: (string | null)[] = [];

  watch(): Watch {
    const { clock, log, ledger } = this;
    return new Watch({
      log,
      ledger,
      clock,
      playbook: aPlaybook(),
      onCommit: (_, transitions) => this.told.push(...transitions),
      onTrouble: (why) => this.troubles.push(why),
    });
  }

  async keep(values: readonly number[]): Promise<number> {
    const before = await this.log.end();
    const readings = values.map((value, i): Reading => aReading({ value, observedAt: T0 + (before + i) * 10 * MINUTE }));
    return this.log.append({ readings, marks: [emptyMark('tama-03')] });
  }

  /** Lets time pass in small steps until the condition holds. */
  async until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 1_000 && !condition(); i += 1) {
      await turn();
      await this.clock.advance(50);
    }
    if (!condition()) throw new Error(`not reached; troubles so far: ${this.troubles.join(', ')}`);
  }
}

describe('watch', () => {
  it('judges what is kept, and goes on from the committed position after a restart (F2)', async () => {
    const world = new World();
    const first = world.watch();
    first.start();
    const end = await world.keep([3, 4.6, 4.7]);
    await world.until(() => first.position === end);
    await first.stop();

    const second = world.watch();
    second.start();
    const further = await world.keep([5.6, 5.7]);
    await world.until(() => second.position === further);
    await second.stop();
    expect(world.told.map(({ id, kind }) => [id, kind])).toEqual([
      ['river-level@tama-03#1/1', 'raised'],
      ['river-level@tama-03#1/2', 'climbed'],
    ]);
  });

  it('repeats a batch whose commit failed, with the same transitions', async () => {
    const world = new World();
    const commit = world.ledger.commitWatch.bind(world.ledger);
    let failures = 2;
    world.ledger.commitWatch = (given) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new LedgerUnavailable('disk')) : commit(given);
    };
    const watch = world.watch();
    watch.start();
    const end = await world.keep([4.6, 4.7]);
    await world.until(() => watch.position === end);
    await watch.stop();
    expect(world.told.map(({ id }) => id)).toEqual(['river-level@tama-03#1/1']);
    expect(world.troubles).toContain('disk');
    expect(world.troubles.at(-1)).toBeNull();
  });

  it('F9 stops writing when another process took over', async () => {
    const world = new World();
    const watch = world.watch();
    watch.start();
    await world.until(() => world.troubles.length > 0 || world.clock.sleeping > 0);
    await world.ledger.seize('watch');
    await world.keep([4.6, 4.7]);
    await world.until(() => world.troubles.some((why) => why !== null));
    expect(world.told).toEqual([]);
    await watch.stop();
  });

  it('says so instead of waiting when the log is an older copy than the ledger', async () => {
    const world = new World();
    const before = world.watch();
    before.start();
    const end = await world.keep([3, 3.1]);
    await world.until(() => before.position === end);
    await before.stop();

    const restored = new Watch({
      log: new MemoryReadingLog(),
      ledger: world.ledger,
      clock: world.clock,
      playbook: aPlaybook(),
      onTrouble: (why) => world.troubles.push(why),
    });
    restored.start();
    await world.until(() => world.troubles.some((why) => why !== null));
    await restored.stop();
    expect(world.troubles.at(-1)).toContain('it is an older copy than the ledger');
  });
});
