import { ManualClock, MemoryLedger, MemoryQuarantine, MemoryReadingLog } from '#memory';
import { aBlindRule, aGauge, aLevelRule, aPlaybook, aReading, HOUR, MINUTE, T0 } from '../../../../test/support/builders.ts';
import { emptyMark, type Gauge, type Hold, LedgerUnavailable, type Playbook, type Reading, type Stage, type Transition } from '#core';
import { Watch } from './watch.ts';

const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

/** Counts how often the stage was taken over: with every playbook it begins anew. */
class CountedLedger extends MemoryLedger {
  seized = 0;

  override seize(stage: Stage): Promise<Hold> {
    this.seized += 1;
    return super.seize(stage);
  }
}

class World {
  readonly clock = new ManualClock(T0);
  readonly log = new MemoryReadingLog();
  readonly ledger = new CountedLedger();
  readonly told: Transition[] = [];
  readonly troubles: (string | null)[] = [];
  readonly quarantine = new MemoryQuarantine();
  readonly setAside: string[] = [];

  readonly playbooks = new Map<string, Playbook>();

  watch(playbook = aPlaybook()): Watch {
    const { clock, log, ledger } = this;
    this.playbooks.set(playbook.version, playbook);
    return new Watch({
      log,
      ledger,
      clock,
      playbook,
      quarantine: this.quarantine,
      onSetAside: ({ position }, why) => this.setAside.push(`${position}: ${why}`),
      playbookOf: async (version) => this.playbooks.get(version) ?? null,
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

const strict = (version: string, warn: number): Playbook =>
  aPlaybook({
    version,
    gauges: [
      aGauge({
        thresholds: [
          { code: 'start', value: 3.5, validFrom: 0 },
          { code: 'warn', value: warn, validFrom: 0 },
          { code: 'flood', value: 5.5, validFrom: 0 },
        ],
      }),
    ],
  });
const plain = ({ kind, record }: Transition) => [kind, record.playbookVersion, record.supersededBy ?? ''];

const quick = (set: Partial<Gauge> = {}) => aGauge({ standbyIntervalMs: 10 * MINUTE, ...set });

describe('a playbook that changes under watch', () => {
  const withoutRule = aPlaybook({ version: 'without', rules: [aBlindRule()] });

  it('F51 judges by the new one from the next reading on, in the same episode, and stamps it', async () => {
    const world = new World();
    const watch = world.watch(strict('v1', 4.5));
    watch.start();
    const end = await world.keep([4.6, 4.7]);
    await world.until(() => watch.position === end);
    const adopted = watch.adopt(strict('v2', 4.6));
    await world.until(() => world.ledger.seized > 1);
    expect(await adopted).toBe(true);
    const further = await world.keep([5.6, 5.7]);
    await world.until(() => watch.position === further);
    await watch.stop();
    expect(world.told.map(({ id }) => id)).toEqual(['river-level@tama-03#1/1', 'river-level@tama-03#1/2']);
    expect(world.told.map(plain)).toEqual([
      ['raised', 'v1', ''],
      ['climbed', 'v2', ''],
    ]);
    expect((await world.ledger.watchState()).playbookVersion).toBe('v2');
  });

  it('F51 says that it reset an alert whose rule is gone, also when that happened while the service was down', async () => {
    const world = new World();
    const first = world.watch(strict('v1', 4.5));
    first.start();
    const end = await world.keep([4.6, 4.7]);
    await world.until(() => first.position === end);
    await first.stop();

    const second = world.watch(withoutRule);
    second.start();
    await world.until(() => world.told.length > 1);
    await second.stop();
    expect(world.told.map(plain)).toEqual([
      ['raised', 'v1', ''],
      ['reset', 'v1', 'without'],
    ]);
    expect(await world.ledger.openAlerts(9)).toEqual([]);

    const third = world.watch(withoutRule);
    third.start();
    const further = await world.keep([3]);
    await world.until(() => third.position === further);
    await third.stop();
    expect(world.told).toHaveLength(2);
  });

  it('F51 repeats the change when the commit of it failed, and says it once', async () => {
    const world = new World();
    const watch = world.watch(strict('v1', 4.5));
    watch.start();
    const end = await world.keep([4.6, 4.7]);
    await world.until(() => watch.position === end);
    const commit = world.ledger.commitWatch.bind(world.ledger);
    let failures = 2;
    world.ledger.commitWatch = (given) => {
      failures -= 1;
      return failures >= 0 ? Promise.reject(new LedgerUnavailable('disk')) : commit(given);
    };
    const adopted = watch.adopt(withoutRule);
    await world.until(() => world.told.length > 1);
    expect(await adopted).toBe(true);
    await watch.stop();
    expect(world.told.map(({ kind }) => kind)).toEqual(['raised', 'reset']);
    expect(world.troubles).toContain('disk');
  });

  it('does not call a gauge blind that the playbook has only just begun to name', async () => {
    const world = new World();
    const rules = [aLevelRule(), aBlindRule()];
    const watch = world.watch(aPlaybook({ version: 'v1', rules, gauges: [quick()] }));
    watch.start();
    await world.keep([3]);
    await world.clock.advance(HOUR);
    await world.until(() => world.told.length > 0);
    expect(world.told.map(({ gauge }) => gauge)).toEqual(['tama-03']);
    const adopted = watch.adopt(aPlaybook({ version: 'v2', rules, gauges: [quick(), quick({ id: 'asa-01' })] }));
    await world.until(() => world.ledger.seized > 1);
    await adopted;
    await world.clock.advance(10 * MINUTE);
    await watch.stop();
    expect(world.told.map(({ gauge }) => gauge)).toEqual(['tama-03']);
  });

  it('answers whoever waits for a change when the stage ends before', async () => {
    const world = new World();
    const watch = world.watch();
    watch.start();
    world.ledger.seize = () => Promise.reject(new LedgerUnavailable('disk'));
    const adopted = watch.adopt(withoutRule);
    await watch.stop();
    expect(await adopted).toBe(false);
    expect(await watch.adopt(aPlaybook())).toBe(false);
  });
});

/** As if an adapter or a rule broke on this one value. */
const spoiled = (at: number): Reading =>
  Object.defineProperty(aReading({ observedAt: at }), 'value', {
    get: () => {
      throw new Error('this value cannot be read');
    },
    enumerable: false,
  });

const keepSpoiled = async (world: World): Promise<number> => {
  const at = T0 + (await world.log.end()) * 10 * MINUTE;
  return world.log.append({ readings: [spoiled(at)], marks: [emptyMark('tama-03')] });
};

describe('an entry that cannot be judged', () => {
  it('F10 is set aside with its reason after three tries, and the rest goes on as if it had never come', async () => {
    const world = new World();
    await world.keep([3, 4.6]);
    const poison = await keepSpoiled(world);
    const end = await world.keep([4.7, 4.8]);
    const watch = world.watch();
    watch.start();
    await world.until(() => watch.position === end);
    await watch.stop();
    expect(world.setAside).toEqual([`${poison}: 判定に3回失敗しました（this value cannot be read）`]);
    expect(await world.quarantine.list({ limit: 9 })).toMatchObject([
      { device: 'tama-03', reason: 'poison', detail: expect.stringContaining(`${poison}番`) },
    ]);
    expect(world.told.map(({ kind, to }) => [kind, to])).toEqual([['raised', 2]]);
    expect(new Set(world.troubles)).toEqual(new Set(['this value cannot be read', null]));
    expect(world.troubles.at(-1)).toBeNull();
    expect(watch.decided).toBe(end);
  });

  it('F10 is tried for ever without a quarantine to keep it in, and nothing behind it is judged', async () => {
    const world = new World();
    await keepSpoiled(world);
    await world.keep([4.7, 4.8]);
    const { clock, log, ledger } = world;
    const watch = new Watch({ log, ledger, clock, playbook: aPlaybook() });
    watch.start();
    for (let i = 0; i < 200; i += 1) {
      await turn();
      await clock.advance(50);
    }
    await watch.stop();
    expect(watch.position).toBe(0);
  });

  it('F10 is set aside at the fourth life when three lives in a row ended while it was judged', async () => {
    const world = new World();
    const end = await world.keep([3, 4.6, 4.7]);
    // Three processes began with the first entry and died before they could commit.
    for (let life = 0; life < 3; life += 1) await world.ledger.countAttempt(await world.ledger.seize('watch'));
    const watch = world.watch();
    watch.start();
    await world.until(() => watch.position === end);
    await watch.stop();
    expect(world.setAside).toEqual(['1: 判定の途中で、プロセスが3回続けて止まりました']);
    expect(world.told.map(({ kind, to }) => [kind, to])).toEqual([['raised', 2]]);
  });

  it.each([
    ['two lives ended', 2],
    ['lives ended before anything was to be judged', 0],
  ])('F10 is judged when %s', async (_, lives) => {
    const world = new World();
    for (let life = 0; life < lives; life += 1) await world.ledger.countAttempt(await world.ledger.seize('watch'));
    // A service that is killed while it is idle has judged nothing.
    for (let life = 0; life < 5; life += 1) {
      const idle = world.watch();
      idle.start();
      await world.clock.advance(2_000);
      await idle.stop();
    }
    const end = await world.keep([4.6, 4.7]);
    const watch = world.watch();
    watch.start();
    await world.until(() => watch.position === end);
    await watch.stop();
    expect(world.setAside).toEqual([]);
    expect(world.told).toHaveLength(1);
  });
});
