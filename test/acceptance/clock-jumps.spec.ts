import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, type Outcome, SteadyClock } from '#core';
import { ManualClock, MemoryDirectory, MemoryLedger, MemoryQuarantine, MemoryReadingLog } from '#memory';
import { Dispatch } from '#pipeline/dispatch';
import { Intake } from '#pipeline/intake';
import { VigilStage } from '#pipeline/vigil';
import { Watch } from '#pipeline/watch';
import { aBlindRule, aGauge, aLevelRule, aPlaybook, HOUR, MINUTE, T0 } from '../support/builders.ts';
import { aRoute, aSubscriber, ScriptedChannel } from '../support/dispatch-world.ts';

const DAY = 24 * HOUR;
const NOT_NOW: Outcome = { kind: 'retry', reason: 'not now', unknown: true };
const routes = [
  aRoute({
    rules: ['river-level', 'blind'],
    expiresAfterMs: 30 * MINUTE,
    transitions: ['raised', 'climbed', 'steppedDown', 'cleared', 'reminded'],
  }),
];
const playbook = aPlaybook({
  gauges: [aGauge({ observeIntervalMs: MINUTE, standbyIntervalMs: HOUR })],
  rules: [aLevelRule({ clearHoldMs: 5 * MINUTE, reminder: { everyMs: 20 * MINUTE, timesMax: 9 } }), aBlindRule({ staffOnly: false })],
  routes,
});

/** Levels a minute apart that stand almost still, as water does. */
const around = (level: number, minutes: number): readonly number[] => Array.from({ length: minutes }, (_, i) => level + (i % 2) / 100);

async function still(): Promise<void> {
  for (let turns = 0; turns < 50; turns += 1) await turn();
}

interface Ending {
  readonly said: readonly string[];
  readonly told: readonly string[];
  readonly requests: number;
  readonly qualities: ReadonlySet<string>;
  readonly receiptsWithinTheHour: boolean;
}

/**
 * The whole way of a reading under virtual time: a river rises while the channel stumbles, falls, and all the while somebody plays with the
 * wall clock of the server. The clock of the gauge is right.
 */
async function story(believing: (wall: ManualClock) => Clock, jumpMs: number): Promise<Ending> {
  const wall = new ManualClock(T0);
  const clock = believing(wall);
  const [log, ledger, quarantine, directory] = [new MemoryReadingLog(), new MemoryLedger(), new MemoryQuarantine(), new MemoryDirectory()];
  await directory.subscribe([aSubscriber({ address: 'U1' })]);
  const line = new ScriptedChannel(wall);
  const intake = new Intake({ log, quarantine, gauges: () => playbook.gauges, clock });
  const dispatch = new Dispatch({
    ledger,
    directory,
    clock,
    playbook,
    render: ({ transition }) => ({ subject: transition.kind, body: 'body', translated: true }),
    channels: [line],
    random: () => 0.5,
  });
  const watch = new Watch({ log, ledger, clock, playbook, onCommit: () => dispatch.notify() });
  const vigil = new VigilStage({ ledger, clock, playbook: () => playbook, onCommit: () => dispatch.notify() });
  await intake.start();
  for (const stage of [watch, vigil, dispatch]) stage.start();

  let minute = 0;
  const pass = async (levels: readonly number[]): Promise<void> => {
    for (const level of levels) {
      minute += 1;
      await wall.advance(MINUTE);
      const admitted = intake.admit('tama-03', Buffer.from(JSON.stringify({ t: T0 + minute * MINUTE, level })), clock.now());
      await still();
      await wall.advance(5);
      await admitted;
      await still();
    }
  };

  await pass(around(3, 5));
  await pass([3.9, 4.6]);
  line.answer = () => NOT_NOW;
  await pass([4.7, 4.8]);
  wall.jump(jumpMs);
  await pass(around(4.8, 3));
  line.answer = () => null;
  await pass(around(4.8, 5));
  wall.jump(-jumpMs);
  await pass(around(4.7, 5));
  await pass([4.5, 4.3, 4.1, 3.9, 3.7, 3.5]);
  await pass(around(3.2, 10));
  for (const stage of [watch, vigil]) await stage.stop();
  const stopped = dispatch.stop();
  await wall.advance(10_000);
  await stopped;
  await intake.stop();

  const entries = await log.after(0, 1_000);
  return {
    said: (await ledger.transitionsAfter(0, 100)).map(({ transition: { kind, ruleId, to } }) => `${ruleId} ${kind} ${to}`),
    told: line.told.get('U1') ?? [],
    requests: line.requests.length,
    qualities: new Set(entries.map(({ reading }) => reading.quality)),
    receiptsWithinTheHour: entries.every(({ reading }) => reading.receivedAt >= T0 && reading.receivedAt <= T0 + HOUR),
  };
}

const JUMPS = [
  ['an hour ahead', HOUR],
  ['an hour back', -HOUR],
  ['a day ahead', DAY],
  ['a day back', -DAY],
  ['ten years ahead', 3_652 * DAY],
  ['ten years back', -3_652 * DAY],
] as const;

const steady = (wall: ManualClock): Clock => new SteadyClock(wall);

describe('a wall clock that somebody moves, and moves back', () => {
  let calm: Ending;
  beforeAll(async () => {
    calm = await story(steady, 0);
  });

  it('has a story in which everything happens', () => {
    expect(calm.said).toEqual([
      'river-level raised 1',
      'river-level climbed 2',
      'river-level reminded 2',
      'river-level steppedDown 1',
      'river-level cleared 0',
    ]);
    expect(calm.told).toEqual(['raised', 'climbed', 'reminded', 'steppedDown', 'cleared']);
    expect([...calm.qualities]).toEqual(['ok']);
  });

  it.each(JUMPS)(
    'F21 %s: nothing is wrongly told, nothing lost, nothing hurried, and no receipt of a wrong time is kept',
    async (_, jumpMs) => {
      expect(await story(steady, jumpMs)).toEqual(calm);
    },
  );

  it.each(JUMPS)('F21 %s: a service that believed the wall clock would have gone wrong', async (_, jumpMs) => {
    expect(await story((wall) => wall, jumpMs)).not.toEqual(calm);
  });
});
