import { afterEach, describe, expect, it } from '@jest/globals';
import type { Outcome, Playbook, SilenceDraft } from '#core';
import { MemoryLedger } from '#memory';
import { aGauge, aLevelRule, aPlaybook, MINUTE } from '../support/builders.ts';
import { aRoute, aSubscriber, DispatchWorld, type Process, ScriptedChannel } from '../support/dispatch-world.ts';

/** One message per level and district (F44): two gauges of one river, three districts, and who hears of which step, on LINE and by mail. */
const gauges = [
  aGauge({ id: 'up', device: 'up', name: '上流', areas: ['A', 'B'] }),
  aGauge({ id: 'low', device: 'low', name: '下流', areas: ['B', 'C'] }),
  aGauge({ id: 'far', device: 'far', name: '別の川', river: '桂川', areas: ['B'] }),
];
const playbookOf = (mergeBy: 'river' | 'area' | undefined): Playbook =>
  aPlaybook({
    gauges,
    rules: [aLevelRule()],
    routes: [aRoute({ channels: ['line', 'email'], ...(mergeBy && { mergeBy }) })],
  });
const districts = { onlyA: ['A'], onlyB: ['B'], onlyC: ['C'], aAndC: ['A', 'C'] };
const NAMES = Object.keys(districts) as (keyof typeof districts)[];
const mailOf = (name: string): string => `${name}@one.example`;
const people = NAMES.flatMap((name) => [
  aSubscriber({ address: name, districts: districts[name] }),
  aSubscriber({ address: mailOf(name), channel: 'email', districts: districts[name] }),
]);

const begun: Process[] = [];
afterEach(() => {
  for (const process of begun.splice(0)) process.kill();
});

async function aWorld({
  mergeBy = 'river',
  ledger = new MemoryLedger(),
}: { mergeBy?: 'river' | 'area' | 'none'; ledger?: MemoryLedger } = {}) {
  const world = new DispatchWorld({
    playbook: playbookOf(mergeBy === 'none' ? undefined : mergeBy),
    ledger,
    channels: (clock) => [new ScriptedChannel(clock), new ScriptedChannel(clock, { name: 'email', chunkMax: 1 })],
  });
  await world.directory.subscribe(people);
  return world;
}

const start = (world: DispatchWorld): Process => {
  const process = world.start({
    render: ({ transition: { gauge, kind, to } }) => ({ subject: `${gauge} ${kind} ${to}`, body: 'body', translated: true }),
  });
  begun.push(process);
  return process;
};

const settled = async (world: DispatchWorld, process: Process): Promise<void> => {
  const newest = (await world.ledger.transitions({ limit: 1 }))[0]?.number ?? 0;
  await world.until(async () => process.dispatch.position === newest && (await world.settled()));
  await world.still();
};

type Move = readonly [gauge: string, step: number];

/** Each after a minute, and everything told before the next. */
async function runs(world: DispatchWorld, process: Process, moves: readonly Move[]): Promise<void> {
  for (const [gauge, step] of moves) {
    await world.moveTo(step, {}, gauge);
    await settled(world, process);
    await world.clock.advance(MINUTE);
  }
}

const heard = (world: DispatchWorld, name: string): readonly string[] => world.line.told.get(name) ?? [];
const everybody = (world: DispatchWorld) => Object.fromEntries(NAMES.map((name) => [name, heard(world, name)]));
const mailed = (world: DispatchWorld) => Object.fromEntries(NAMES.map((name) => [name, world.channels[1]!.told.get(mailOf(name)) ?? []]));

const BOTH_UP: readonly Move[] = [
  ['up', 1],
  ['up', 2],
  ['low', 1],
  ['low', 2],
];
const UP_TOLD = ['up raised 1', 'up climbed 2'];
const LOW_TOLD = ['low raised 1', 'low climbed 2'];

describe('F44 two gauges of one river that warn the same district', () => {
  it('tell their residents once per level, and once that it is over, when the first goes down first', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [...BOTH_UP, ['up', 1], ['up', 0], ['low', 1], ['low', 0]]);
    const told = {
      onlyA: [...UP_TOLD, 'up steppedDown 1', 'up cleared 0'],
      onlyB: [...UP_TOLD, 'low steppedDown 1', 'low cleared 0'],
      onlyC: [...LOW_TOLD, 'low steppedDown 1', 'low cleared 0'],
      aAndC: [...UP_TOLD, 'low steppedDown 1', 'low cleared 0'],
    };
    expect(everybody(world)).toEqual(told);
    expect(mailed(world)).toEqual(told);
  });

  it('tell their residents once that it is over, when the second goes down first', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [...BOTH_UP, ['low', 1], ['low', 0], ['up', 1], ['up', 0]]);
    const told = {
      onlyA: [...UP_TOLD, 'up steppedDown 1', 'up cleared 0'],
      onlyB: [...UP_TOLD, 'up steppedDown 1', 'up cleared 0'],
      onlyC: [...LOW_TOLD, 'low steppedDown 1', 'low cleared 0'],
      aAndC: [...UP_TOLD, 'up steppedDown 1', 'up cleared 0'],
    };
    expect(everybody(world)).toEqual(told);
    expect(mailed(world)).toEqual(told);
  });

  it('would tell them twice on a route that does not merge', async () => {
    const world = await aWorld({ mergeBy: 'none' });
    await runs(world, start(world), [...BOTH_UP, ['up', 0], ['low', 0]]);
    expect(heard(world, 'onlyB')).toEqual([...UP_TOLD, ...LOW_TOLD, 'up cleared 0', 'low cleared 0']);
  });

  it('say at once what is higher, wherever it is, and leave another river alone', async () => {
    const world = await aWorld();
    await runs(world, start(world), [
      ['up', 1],
      ['low', 2],
      ['far', 1],
      ['low', 1],
      ['far', 0],
      ['low', 0],
      ['up', 0],
    ]);
    expect(heard(world, 'onlyB')).toEqual([
      'up raised 1',
      'low raised 2',
      'far raised 1',
      'low steppedDown 1',
      'far cleared 0',
      'up cleared 0',
    ]);
  });

  it('merge over rivers by district, also for whoever shares only one of them', async () => {
    const world = await aWorld({ mergeBy: 'area' });
    await runs(world, start(world), [
      ['up', 1],
      ['far', 1],
      ['up', 0],
      ['far', 0],
    ]);
    expect(heard(world, 'onlyB')).toEqual(['up raised 1', 'far cleared 0']);
    expect(heard(world, 'onlyA')).toEqual(['up raised 1', 'up cleared 0']);
  });

  it('write down by which other place people know', async () => {
    const world = await aWorld();
    await runs(world, start(world), [
      ['up', 1],
      ['low', 1],
      ['up', 0],
    ]);
    const held = (await world.deliveries()).filter(({ state, channel }) => state === 'suppressed' && channel === 'line');
    const contacts = await Promise.all(held.map(({ recipients }) => world.directory.contacts('line', recipients)));
    const addresses = contacts.map((own) => own.map((contact) => contact?.address ?? '').toSorted((a, b) => a.localeCompare(b)));
    expect(held.map(({ lastReason }, index) => [lastReason, addresses[index]])).toEqual([
      ['上流の知らせで同じ段階以上をすでに伝えており、そこでも続いているため送っていません', ['aAndC', 'onlyB']],
      ['下流でまだ続いているため送っていません。最後の地点が下がったときに知らせます', ['aAndC', 'onlyB']],
    ]);
  });

  it('tell whoever joins between what is planned then, and no all-clear while one of them stands', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [['up', 2]]);
    await world.directory.subscribe([aSubscriber({ address: 'late', districts: ['B'] })]);
    await runs(world, process, [
      ['low', 2],
      ['low', 0],
      ['up', 0],
    ]);
    expect(heard(world, 'late')).toEqual(['low raised 2', 'up cleared 0']);
    expect(heard(world, 'onlyB')).toEqual(['up raised 2', 'up cleared 0']);
  });

  it('take a reset as an end like any other, and a new rise after it as news', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [
      ['up', 1],
      ['low', 1],
    ]);
    await world.moveTo(0, { kind: 'reset' }, 'up');
    await settled(world, process);
    expect(heard(world, 'onlyB')).toEqual(['up raised 1']);
    await world.moveTo(0, { kind: 'reset' }, 'low');
    await settled(world, process);
    await runs(world, process, [['low', 1]]);
    expect(heard(world, 'onlyB')).toEqual(['up raised 1', 'low reset 0', 'low raised 1']);
    expect(heard(world, 'onlyA')).toEqual(['up raised 1', 'up reset 0']);
  });

  it('are two worlds when one of them takes part in a drill', async () => {
    const world = await aWorld();
    const process = start(world);
    await world.directory.subscribe([aSubscriber({ address: 'player', districts: ['B'], categories: ['flood', 'exercise/flood'] })]);
    await world.moveTo(1, { status: 'exercise' }, 'up');
    await settled(world, process);
    await runs(world, process, [
      ['low', 1],
      ['low', 0],
    ]);
    await world.moveTo(0, { status: 'exercise' }, 'up');
    await settled(world, process);
    expect(heard(world, 'player')).toEqual(['up raised 1', 'low raised 1', 'low cleared 0', 'up cleared 0']);
  });
});

const silence = (world: DispatchWorld, set: Partial<SilenceDraft> = {}) =>
  world.ledger.addSilence({
    key: 'sato/1',
    matcher: { gauges: ['up'] },
    covers: ['flood'],
    reason: '試験',
    by: 'sato',
    at: world.clock.now(),
    endsAt: world.clock.now() + 60 * MINUTE,
    ...set,
  });

describe('F44 where somebody was kept from hearing', () => {
  it('a silence over the first place leaves the second to tell, and what it told is taken back', async () => {
    const world = await aWorld();
    const process = start(world);
    await silence(world);
    await runs(world, process, [
      ['up', 1],
      ['low', 1],
      ['low', 0],
      ['up', 0],
    ]);
    expect(heard(world, 'onlyA')).toEqual([]);
    expect(heard(world, 'onlyB')).toEqual(['low raised 1', 'up cleared 0']);
    expect(heard(world, 'onlyC')).toEqual(['low raised 1', 'low cleared 0']);
  });

  it('a silence over the last place does not keep its all-clear from whoever heard of the first', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [['up', 1]]);
    await silence(world, { matcher: { gauges: ['low'] } });
    await runs(world, process, [
      ['low', 1],
      ['up', 0],
      ['low', 0],
    ]);
    expect(heard(world, 'onlyB')).toEqual(['up raised 1', 'low cleared 0']);
    expect(heard(world, 'onlyC')).toEqual([]);
  });

  it('a word that was refused is said again by the other place', async () => {
    const world = await aWorld();
    const process = start(world);
    const refused: Outcome = { kind: 'refused', reason: 'no', scope: 'message' };
    world.line.answer = () => refused;
    await runs(world, process, [['up', 1]]);
    world.line.answer = () => null;
    await runs(world, process, [['low', 1]]);
    expect(heard(world, 'onlyB')).toEqual(['low raised 1']);
  });

  it('an all-clear of the last place waits for a rise that the other one could not send yet', async () => {
    const world = await aWorld();
    const process = start(world);
    world.line.answer = () => ({ kind: 'retry', reason: 'away', unknown: false });
    await world.moveTo(1, {}, 'up');
    await world.clock.advance(500);
    for (const [gauge, step] of [
      ['low', 1],
      ['up', 0],
      ['low', 0],
    ] as const) {
      await world.moveTo(step, {}, gauge);
      await world.clock.advance(500);
      await world.still();
    }
    let away = 2;
    world.line.answer = () => (away-- > 0 ? { kind: 'retry', reason: 'away', unknown: false } : null);
    await settled(world, process);
    expect(heard(world, 'onlyB')).toEqual(['up raised 1', 'low cleared 0']);
  });
});

/** What everybody hears when both rise within one look of the planner and go down the other way round. */
const TOGETHER: readonly Move[] = [
  ['up', 2],
  ['low', 2],
  ['low', 0],
  ['up', 0],
];
const TOGETHER_TOLD = {
  onlyA: ['up raised 2', 'up cleared 0'],
  onlyB: ['up raised 2', 'up cleared 0'],
  onlyC: ['low raised 2', 'low cleared 0'],
  aAndC: ['up raised 2', 'up cleared 0'],
};

describe('F3 F44 a process that dies', () => {
  it.each(['commitPlan', 'transitions', 'deliveries', 'silences', 'gathered', 'claim', 'attempt', 'settle'])(
    'before or after %s leaves the same words to the next one',
    async (point) => {
      let deaths = 0;
      for (const when of ['before', 'after'] as const) {
        for (const count of [1, 2, 3, 5, 8]) {
          const world = await aWorld();
          const first = start(world);
          let calls = 0;
          first.at = (call, moment) => {
            if (call === point && moment === when) calls += 1;
            if (calls === count) {
              deaths += 1;
              first.kill();
            }
          };
          await world.moveTo(2, {}, 'up');
          await world.moveTo(2, {}, 'low');
          await world.clock.advance(1_000);
          await world.still();
          first.kill();
          const second = start(world);
          await settled(world, second);
          await runs(world, second, TOGETHER.slice(2));
          expect([point, when, count, everybody(world)]).toEqual([point, when, count, TOGETHER_TOLD]);
        }
      }
      expect(deaths).toBeGreaterThan(0);
    },
  );

  it.each(['commitPlan', 'transitions', 'deliveries', 'deliveryCounts', 'claim', 'attempt', 'settle'])(
    'before or after %s on the way down leaves nobody without an all-clear, and tells none twice',
    async (point) => {
      for (const when of ['before', 'after'] as const) {
        for (const count of [1, 2, 3, 5]) {
          const world = await aWorld();
          const first = start(world);
          await runs(world, first, TOGETHER.slice(0, 2));
          let calls = 0;
          first.at = (call, moment) => {
            if (call === point && moment === when) calls += 1;
            if (calls === count) first.kill();
          };
          await world.moveTo(0, {}, 'low');
          await world.moveTo(0, {}, 'up');
          await world.clock.advance(1_000);
          await world.still();
          first.kill();
          const second = start(world);
          await settled(world, second);
          expect([point, when, count, everybody(world)]).toEqual([point, when, count, TOGETHER_TOLD]);
        }
      }
    },
  );

  it('would tell twice if the ledger forgot who was told', async () => {
    class Forgetful extends MemoryLedger {
      override deliveries(query: Parameters<MemoryLedger['deliveries']>[0]): ReturnType<MemoryLedger['deliveries']> {
        return query.transitionId === undefined ? super.deliveries(query) : Promise.resolve([]);
      }
    }
    const world = await aWorld({ ledger: new Forgetful() });
    await runs(world, start(world), TOGETHER.slice(0, 2));
    expect(heard(world, 'onlyB')).toEqual(['up raised 2', 'low raised 2']);
  });
});
