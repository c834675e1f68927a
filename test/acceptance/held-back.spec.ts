import { afterEach, describe, expect, it } from '@jest/globals';
import { type ActKind, actId, type Hold, type PlanCommit, type Playbook, type SilenceDraft } from '#core';
import { MemoryLedger } from '#memory';
import { aBandRule, aGauge, aLevelRule, aPlaybook, MINUTE, T0 } from '../support/builders.ts';
import { aRoute, aSubscriber, DispatchWorld, type Process } from '../support/dispatch-world.ts';

/** What holds messages back, and what must not: dispatch under a clock of the test, with people as addresses. */
const ALERT = 'river-level@tama-03#1';
const staffRoute = aRoute({ id: 'staff', audience: { kind: 'staff', group: 'duty' }, lane: 'staff' });
const people = [aSubscriber({ address: 'midori' }), aSubscriber({ address: 'duty', districts: [], categories: ['staff:duty'] })];

const begun: Process[] = [];
afterEach(() => {
  for (const process of begun.splice(0)) process.kill();
});

async function aWorld(playbook?: Playbook): Promise<DispatchWorld> {
  const world = new DispatchWorld(playbook ? { playbook } : { routes: [aRoute(), staffRoute] });
  await world.directory.subscribe(people);
  return world;
}

const start = (world: DispatchWorld): Process => {
  const process = world.start();
  begun.push(process);
  return process;
};

const told = (world: DispatchWorld, who: string): readonly string[] => world.line.told.get(who) ?? [];

/** Everything is planned and tried. */
const settled = async (world: DispatchWorld, process: Process): Promise<void> => {
  const newest = (await world.ledger.transitions({ limit: 1 }))[0]?.number ?? 0;
  await world.until(async () => process.dispatch.position === newest && (await world.settled()));
  await world.still();
};

const act = (world: DispatchWorld, kind: ActKind, after = 0) => {
  const draft = { alertId: ALERT, kind, by: 'sato', at: world.clock.now(), text: '' };
  return world.ledger.act({ ...draft, id: actId(draft, String(after)) });
};

const silence = (world: DispatchWorld, set: Partial<SilenceDraft> = {}) =>
  world.ledger.addSilence({
    key: 'sato/1',
    matcher: { rivers: ['多摩川'] },
    covers: ['staff'],
    reason: '護岸工事',
    by: 'sato',
    at: world.clock.now(),
    endsAt: world.clock.now() + 60 * MINUTE,
    ...set,
  });

/** Each step after so many minutes, and everything told before the next. */
async function runs(world: DispatchWorld, process: Process, steps: readonly number[], everyMinutes: number): Promise<void> {
  for (const step of steps) {
    await world.moveTo(step);
    await settled(world, process);
    await world.clock.advance(everyMinutes * MINUTE);
    await world.still();
  }
}

describe('a mute', () => {
  it('keeps staff from hearing of the episode, never residents, and the all-clear ends it', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [2], 1);
    await act(world, 'mute');
    await runs(world, process, [1, 2, 1, 0], 1);
    expect(told(world, 'midori')).toEqual(['raised 2', 'steppedDown 1', 'climbed 2', 'steppedDown 1', 'cleared 0']);
    expect(told(world, 'duty')).toEqual(['raised 2', 'cleared 0']);
    const held = await world.ledger.deliveries({ state: 'suppressed', limit: 10 });
    const duty = await world.directory.recipientOf('line', 'duty');
    expect(held).toHaveLength(3);
    expect(held.map(({ delivery }) => [delivery.recipients, delivery.lastReason])).toEqual(
      held.map(() => [[duty], 'satoがこの警報を消音しているため送っていません']),
    );
  });

  it('is left by a climb above the step at which it was muted, and stays with its episode', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [1], 1);
    await act(world, 'mute');
    await runs(world, process, [2, 1, 0, 1], 1);
    expect(told(world, 'duty')).toEqual(['raised 1', 'climbed 2', 'steppedDown 1', 'cleared 0', 'raised 1']);
  });

  it('ends with a person’s word', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [2], 1);
    await act(world, 'mute');
    await act(world, 'unmute');
    await runs(world, process, [1], 1);
    expect(told(world, 'duty')).toEqual(['raised 2', 'steppedDown 1']);
  });
});

describe('a silence', () => {
  it('holds back what begins under it, says so, and tells staff at its end that it stands; then the all-clear', async () => {
    const world = await aWorld();
    const process = start(world);
    await silence(world);
    await runs(world, process, [1, 2], 1);
    expect(told(world, 'midori')).toEqual(['raised 1', 'climbed 2']);
    expect(told(world, 'duty')).toEqual([]);
    const held = await world.ledger.deliveries({ state: 'suppressed', limit: 10 });
    expect(held.map(({ delivery }) => delivery.lastReason)).toEqual(
      Array(2).fill('silence-1（sato：護岸工事）の通知休止のため送っていません'),
    );

    await world.clock.advance(60 * MINUTE);
    await settled(world, process);
    expect(told(world, 'duty')).toEqual(['【通知再開】継続中：climbed 2']);
    await runs(world, process, [0], 1);
    expect(told(world, 'duty')).toEqual(['【通知再開】継続中：climbed 2', 'cleared 0']);
    expect(await world.ledger.silences({ open: true, limit: 1 })).toEqual([]);
  });

  it('tells staff at once when somebody ends it early', async () => {
    const world = await aWorld();
    const process = start(world);
    await silence(world);
    await runs(world, process, [1], 1);
    await world.ledger.endSilence('silence-1', 'ito', world.clock.now());
    await settled(world, process);
    await world.until(() => told(world, 'duty').length > 0);
    expect(told(world, 'duty')).toEqual(['【通知再開】継続中：raised 1']);
  });

  it('does not keep the all-clear from whoever heard the raise before it', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [2], 1);
    await silence(world, { covers: ['staff', 'flood'] });
    await world.directory.subscribe([aSubscriber({ address: 'newcomer' })]);
    await runs(world, process, [1, 0], 1);
    expect([told(world, 'midori'), told(world, 'duty')]).toEqual([
      ['raised 2', 'cleared 0'],
      ['raised 2', 'cleared 0'],
    ]);
    expect(told(world, 'newcomer')).toEqual([]);
  });

  it('tells nobody that something ended of which nobody heard, nor that it stands when it does not', async () => {
    const world = await aWorld();
    const process = start(world);
    await silence(world);
    await runs(world, process, [1, 0], 1);
    await world.clock.advance(60 * MINUTE);
    await settled(world, process);
    expect(told(world, 'duty')).toEqual([]);
    expect(told(world, 'midori')).toEqual(['raised 1', 'cleared 0']);
  });

  it('does not tell that it stands while another silence or a mute holds it back', async () => {
    const world = await aWorld();
    const process = start(world);
    await silence(world, { endsAt: T0 + 10 * MINUTE });
    await silence(world, { key: 'sato/2', endsAt: T0 + 30 * MINUTE });
    await runs(world, process, [1], 1);
    await world.clock.advance(15 * MINUTE);
    await settled(world, process);
    expect(told(world, 'duty')).toEqual([]);
    await world.clock.advance(20 * MINUTE);
    await settled(world, process);
    expect(told(world, 'duty')).toEqual(['【通知再開】継続中：raised 1']);
  });

  it('F3 tells staff once after its end, wherever the process dies', async () => {
    for (const point of ['commitPlan', 'deliveryCounts', 'openAlerts', 'transitions', 'silences']) {
      for (const when of ['before', 'after'] as const) {
        const world = await aWorld();
        const first = start(world);
        await silence(world);
        await runs(world, first, [1], 1);
        first.at = (call, moment) => call === point && moment === when && first.kill();
        await world.clock.advance(60 * MINUTE);
        await world.still();
        const second = start(world);
        await world.until(() => told(world, 'duty').length > 0);
        await settled(world, second);
        expect([point, when, told(world, 'duty'), told(world, 'midori')]).toEqual([
          point,
          when,
          ['【通知再開】継続中：raised 1'],
          ['raised 1'],
        ]);
      }
    }
  });
});

describe('F52 an alert that comes a third time within the hour', () => {
  const crowding = aPlaybook({
    gauges: [aGauge({ kind: 'spot', capacity: 100, river: null })],
    rules: [aBandRule({ id: 'river-level' })],
    routes: [
      aRoute({ id: 'crowd', lane: 'congestion' }),
      aRoute({ id: 'staff-crowd', audience: { kind: 'staff', group: 'duty' }, lane: 'congestion' }),
    ],
  });

  it('is held back when it is crowding, and a person is asked once', async () => {
    const world = await aWorld(crowding);
    const process = start(world);
    await runs(world, process, [1, 0, 1, 0, 1, 0, 1, 0], 5);
    expect(told(world, 'midori')).toEqual(['raised 1', 'cleared 0', 'raised 1', 'cleared 0']);
    // Staff heard of the third one by being asked, so they hear of its end.
    expect(told(world, 'duty')).toEqual([...told(world, 'midori'), '【3回目】人の判断を：raised 1', 'cleared 0']);
    const held = (await world.deliveries()).filter(({ state }) => state === 'suppressed');
    expect(held.map(({ lastReason }) => lastReason)).toContain('1時間に3回目のため止めました。職員に判断を求めています');
  });

  it('is told all the same when it is water, and a person is asked once', async () => {
    const world = await aWorld();
    const process = start(world);
    await runs(world, process, [1, 0, 1, 0, 1, 0, 1], 5);
    const all = ['raised 1', 'cleared 0', 'raised 1', 'cleared 0', 'raised 1', 'cleared 0', 'raised 1'];
    expect(told(world, 'midori')).toEqual(all);
    expect(told(world, 'duty').filter((subject) => subject.startsWith('【3回目】'))).toHaveLength(1);
    expect(told(world, 'duty')).toHaveLength(all.length + 1);
  });

  it('is damped in the same way by a process that knows nothing of the first two times', async () => {
    const world = await aWorld(crowding);
    await runs(world, start(world), [1, 0, 1, 0], 5);
    for (const process of begun.splice(0)) process.kill();
    await runs(world, start(world), [1, 0], 5);
    expect(told(world, 'midori')).toHaveLength(4);
  });
});

describe('the interval between two crowding notices', () => {
  const crowding = aPlaybook({
    gauges: [aGauge({ kind: 'spot', capacity: 100, river: null })],
    rules: [aBandRule({ id: 'river-level' })],
    routes: [aRoute({ id: 'crowd', lane: 'congestion', noticeIntervalMs: 30 * MINUTE })],
  });

  it('lets the last state go when it has passed, and only that', async () => {
    const world = await aWorld(crowding);
    const process = start(world);
    await runs(world, process, [1], 5);
    await world.moveTo(2);
    await world.clock.advance(5 * MINUTE);
    await world.moveTo(3);
    await world.clock.advance(5 * MINUTE);
    await world.still();
    expect(told(world, 'midori')).toEqual(['raised 1']);
    await world.clock.advance(16 * MINUTE);
    await settled(world, process);
    expect(told(world, 'midori')).toEqual(['raised 1', 'climbed 3']);
  });

  it('sends the all-clear of what was told when it has passed, also by another process', async () => {
    const world = await aWorld(crowding);
    const first = start(world);
    await runs(world, first, [1], 5);
    await world.moveTo(0);
    await world.until(() => first.dispatch.position === 2);
    first.kill();
    await world.clock.advance(24 * MINUTE);
    const second = start(world);
    await world.clock.advance(2 * MINUTE);
    await settled(world, second);
    expect(told(world, 'midori')).toEqual(['raised 1', 'cleared 0']);
  });

  it('F52 takes back what was told also when the alert flaps meanwhile, once', async () => {
    const world = await aWorld(crowding);
    const process = start(world);
    for (const step of [1, 0, 1, 0, 1, 0]) {
      await world.moveTo(step);
      await world.clock.advance(5 * MINUTE);
      await world.still();
    }
    await world.clock.advance(60 * MINUTE);
    await settled(world, process);
    expect(told(world, 'midori')).toEqual(['raised 1', 'cleared 0']);
  });

  it('F52 takes back what was told when its all-clear was overtaken by a rise that nobody was told of', async () => {
    const world = await aWorld(crowding);
    const process = start(world);
    for (const step of [1, 0, 1, 0, 1]) {
      await world.moveTo(step);
      await world.clock.advance(5 * MINUTE);
      await world.still();
    }
    await world.clock.advance(20 * MINUTE);
    await world.still();
    expect(told(world, 'midori')).toEqual(['raised 1']);
    await world.moveTo(0);
    await settled(world, process);
    await world.clock.advance(60 * MINUTE);
    await settled(world, process);
    expect(told(world, 'midori')).toEqual(['raised 1', 'cleared 0']);
  });

  it('tells nothing when things are again as people know them', async () => {
    const world = await aWorld(crowding);
    const process = start(world);
    await runs(world, process, [1], 5);
    await world.moveTo(0);
    await world.clock.advance(5 * MINUTE);
    await world.moveTo(1);
    await world.clock.advance(40 * MINUTE);
    await settled(world, process);
    expect(told(world, 'midori')).toEqual(['raised 1']);
  });
});

const rise = async (world: DispatchWorld): Promise<void> => {
  for (const id of ['a', 'b', 'c', 'd']) {
    await world.moveTo(2, {}, id);
    await world.clock.advance(2_000);
  }
};

describe('F48 what happens together', () => {
  const gauges = ['a', 'b', 'c', 'd'].map((id) => aGauge({ id, device: id, name: `観測所${id}`, river: id === 'd' ? '桂川' : '多摩川' }));
  const grouped = aPlaybook({
    gauges,
    rules: [aLevelRule()],
    routes: [aRoute(), { ...staffRoute, group: { by: 'river', waitMs: 30_000 } }],
  });
  const ONE_MESSAGE = ['多摩川：3地点が危険水位', 'raised 2'];

  it('is one message for staff by river, while residents wait for nothing', async () => {
    const world = await aWorld(grouped);
    const process = start(world);
    await rise(world);
    await settled(world, process);
    expect(told(world, 'midori')).toEqual(Array(4).fill('raised 2'));
    expect(told(world, 'duty')).toEqual([]);
    await world.clock.advance(40_000);
    await settled(world, process);
    expect(told(world, 'duty')).toEqual(ONE_MESSAGE);

    // The message stands with each of the three, and each all-clear is told.
    const [, second] = await world.ledger.transitionsAfter(0, 4);
    const messages = await world.ledger.messages(second!.transition.id);
    expect(messages.find(({ subject }) => subject === ONE_MESSAGE[0])?.body).toMatch(/観測所a[\s\S]*観測所b[\s\S]*観測所c/);
    await world.moveTo(0, {}, 'b');
    await world.clock.advance(40_000);
    await settled(world, process);
    expect(told(world, 'duty')).toEqual([...ONE_MESSAGE, 'cleared 0']);
  });

  it('keeps what comes after the wait in a group of its own', async () => {
    const world = await aWorld(grouped);
    const process = start(world);
    await world.moveTo(2, {}, 'a');
    await world.moveTo(2, {}, 'b');
    await settled(world, process);
    await world.clock.advance(31_000);
    await settled(world, process);
    await world.moveTo(2, {}, 'c');
    await world.clock.advance(40_000);
    await settled(world, process);
    expect(told(world, 'duty')).toEqual(['多摩川：2地点が危険水位', 'raised 2']);
  });

  it('would be lost without what the ledger keeps of it', async () => {
    class Forgetful extends MemoryLedger {
      override commitPlan(commit: PlanCommit): Promise<Hold> {
        return super.commitPlan({ ...commit, gathered: [] });
      }
    }
    const world = new DispatchWorld({ playbook: grouped, ledger: new Forgetful() });
    await world.directory.subscribe(people);
    const process = start(world);
    await rise(world);
    await world.clock.advance(40_000);
    await settled(world, process);
    expect([told(world, 'midori').length, told(world, 'duty')]).toEqual([4, []]);
  });

  it('F3 is the same message once, at whatever call the process dies', async () => {
    for (const point of ['commitPlan', 'gathered', 'transition', 'deliveries', 'claim', 'attempt', 'settle']) {
      for (const when of ['before', 'after'] as const) {
        for (const count of [1, 2, 3]) {
          const world = await aWorld(grouped);
          const first = start(world);
          let calls = 0;
          first.at = (call, moment) => {
            if (call === point && moment === when) calls += 1;
            if (calls === count) first.kill();
          };
          await rise(world);
          await world.clock.advance(count % 2 === 0 ? 0 : 40_000);
          await world.still();
          first.kill();
          const second = start(world);
          await settled(world, second);
          await world.clock.advance(40_000);
          await settled(world, second);
          expect([point, when, count, told(world, 'duty').toSorted()]).toEqual([point, when, count, ONE_MESSAGE.toSorted()]);
          expect(told(world, 'midori')).toEqual(Array(4).fill('raised 2'));
        }
      }
    }
  });
});
