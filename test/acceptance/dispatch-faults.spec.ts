import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LedgerUnavailable, type Outcome } from '#core';
import { MemoryOrderBook } from '#memory';
import { HOUR } from '../support/builders.ts';
import { aRoute, aSubscriber, DispatchWorld, type Process, ScriptedChannel } from '../support/dispatch-world.ts';

const people = (count: number, from = 0) => Array.from({ length: count }, (_, index) => aSubscriber({ address: `u${from + index}` }));
const lost: Outcome = { kind: 'retry', reason: 'connection reset', unknown: true };

let world: DispatchWorld;
const begun: Process[] = [];
const start = (...args: Parameters<DispatchWorld['start']>): Process => {
  const process = world.start(...args);
  begun.push(process);
  return process;
};
const words = () => ({ subject: '', body: '', translated: true, level: null, link: null });
const timesTold = () => [...world.line.told.values()].map((subjects) => subjects.length);
const everybodyOnce = (count: number) => expect(timesTold()).toEqual(Array(count).fill(1));

beforeEach(() => {
  world = new DispatchWorld();
});
afterEach(() => {
  for (const process of begun.splice(0)) process.kill();
});

describe('dispatch that is killed', () => {
  it('F3 between plan and first attempt, attempts within 10 s after its restart', async () => {
    await world.directory.subscribe(people(1_200));
    await world.moveTo(1);
    const first = start();
    let planned = false;
    first.at = (call, when) => {
      planned ||= call === 'commitPlan' && when === 'after';
      if (planned && call === 'claim') first.kill();
    };
    await world.until(async () => (await world.deliveries()).length === 3);
    await world.still();
    expect(world.line.requests).toHaveLength(0);

    start();
    expect(await world.until(() => world.line.requests.length > 0)).toBeLessThanOrEqual(10_000);
    await world.until(() => world.settled());
    everybodyOnce(1_200);
  });

  it('F4 after the request left, repeats it with the same key and counts it once', async () => {
    await world.directory.subscribe(people(3));
    await world.moveTo(1);
    const first = start();
    first.at = (call, when) => call === 'attempt' && when === 'after' && first.kill();
    await world.until(() => world.line.requests.length === 1);

    const { dispatch } = start();
    await world.until(() => world.settled());
    const [before, after] = world.line.requests.map(({ delivery }) => delivery);
    expect(after).toMatchObject({ id: before!.id, retryKey: before!.retryKey, recipients: before!.recipients, attempts: 2 });
    everybodyOnce(3);
    expect(await world.deliveries()).toMatchObject([{ state: 'sent', receipt: 'again' }]);
    expect(dispatch.counts().filter(({ deliveries }) => deliveries > 0)).toEqual([
      { channel: 'line', outcome: 'duplicate', deliveries: 1, recipients: 3 },
    ]);
  });

  it('F5 in the middle of many chunks, sends only the rest and changes no chunk', async () => {
    await world.directory.subscribe(people(20_000));
    await world.moveTo(1);
    const first = start();
    first.at = (call, when) => call === 'settle' && when === 'after' && world.line.requests.length > 12 && first.kill();
    await world.until(() => world.line.requests.length > 12);
    const planned = await world.deliveries();
    const sent = planned.filter(({ state }) => state === 'sent').map(({ id }) => id);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(planned.length);
    const requestsBefore = world.line.requests.length;

    start();
    await world.until(() => world.settled());
    everybodyOnce(20_000);
    const repeated = world.line.requests.slice(requestsBefore).map(({ delivery }) => delivery.id);
    expect(repeated.filter((id) => sent.includes(id))).toEqual([]);
    const chunks = (await world.deliveries()).map(({ id, retryKey, recipients }) => ({ id, retryKey, recipients }));
    expect(chunks).toEqual(planned.map(({ id, retryKey, recipients }) => ({ id, retryKey, recipients })));
  });

  it('F5 in the middle of a plan, drops nobody and plans nobody twice although the directory has changed', async () => {
    await world.directory.subscribe(people(45_000));
    await world.moveTo(1);
    const first = start();
    first.at = (call, when) => call === 'commitPlan' && when === 'after' && first.kill();
    await world.until(async () => (await world.deliveries()).length > 0);
    expect((await world.deliveries()).flatMap(({ recipients }) => recipients)).toHaveLength(20_000);
    expect((await world.ledger.seize('dispatch')).position).toBe(0);

    // Boundaries of chunks move: somebody before them leaves, others come.
    await world.directory.leave('line', 'u7');
    await world.directory.leave('line', 'u44000');
    await world.directory.subscribe(people(10, 90_000));
    start();
    await world.until(async () => world.line.told.size > 0 && (await world.settled()));
    const planned = (await world.deliveries()).flatMap(({ recipients }) => recipients);
    expect(new Set(planned).size).toBe(planned.length);
    // u7 was planned before leaving, and a planned audience is frozen; but who left hears nothing (F62).
    const [u7, u44000] = ['8', '44001'];
    const numbers = Array.from({ length: 45_010 }, (_, index) => String(index + 1));
    expect(new Set(planned)).toEqual(new Set(numbers.filter((number) => number !== u44000)));
    expect(planned).toContain(u7);
    expect(world.line.told.has('u7')).toBe(false);
    everybodyOnce(45_008);
  });

  it.each(['seize', 'unclaim', 'transitionsAfter', 'commitPlan', 'claim', 'attempt', 'settle'])(
    'before or after any %s, loses nobody and tells nobody twice',
    async (point) => {
      await world.directory.subscribe(people(2_600));
      await world.moveTo(1);
      for (let round = 0; round < 16; round += 1) {
        const process = start();
        let calls = 0;
        process.at = (call, when) => {
          if (call === point && when === (round % 2 === 0 ? 'before' : 'after') && calls++ >= Math.floor(round / 2)) process.kill();
        };
        await world.clock.advance(2_000);
        await world.still();
        process.kill();
      }
      start();
      await world.until(async () => world.line.told.size > 0 && (await world.settled()), 120_000);
      expect(timesTold()).toEqual(Array(2_600).fill(1));
    },
  );
});

describe('dispatch on a ledger that fails', () => {
  it.each([
    ['claim', 'before'],
    ['claim', 'after'],
    ['settle', 'before'],
    ['settle', 'after'],
    ['commitPlan', 'before'],
    ['commitPlan', 'after'],
    ['seize', 'after'],
    ['transitionsAfter', 'before'],
  ] as const)('F13 F18 goes on when %s fails up to three times %s its effect', async (point, moment) => {
    await world.directory.subscribe(people(2_600));
    await world.moveTo(1);
    const process = start();
    const { dispatch } = process;
    let left = 3;
    process.at = (call, when) => {
      if (call === point && when === moment && left > 0) {
        left -= 1;
        throw new LedgerUnavailable('the disk is full');
      }
    };
    await world.until(async () => left < 3 && dispatch.state()[0]!.state === 'ok' && world.line.told.size > 0 && (await world.settled()));
    everybodyOnce(2_600);
    expect(dispatch.state()[0]).toMatchObject({ name: 'dispatch', state: 'ok', why: '' });
    await dispatch.stop();
  });

  it('says so while it lasts, though there is nothing to write of orders, and sends nothing that is not stored', async () => {
    await world.directory.subscribe(people(1));
    const process = start({ orders: { book: new MemoryOrderBook(), render: words } });
    await world.still();
    process.at = (call) => {
      if (call === 'commitPlan') throw new LedgerUnavailable('the disk is full');
    };
    await world.moveTo(1);
    await world.until(() => world.events.length > 0);
    await world.clock.advance(30_000);
    expect(process.dispatch.state()[0]).toMatchObject({ state: 'degraded', why: 'the disk is full' });
    expect(world.line.requests).toHaveLength(0);
    process.at = () => undefined;
    await world.until(() => world.line.told.size === 1, 10_000);
    expect(world.events.map(({ kind }) => kind)).toEqual(['trouble', 'recovered']);
  });
});

describe('two dispatchers', () => {
  it('F9 F62 have one effect: the later one goes on, the earlier one stops and says so', async () => {
    await world.directory.subscribe(people(9_000));
    await world.moveTo(1);
    const first = start();
    await world.until(() => world.line.requests.length > 0);
    start();
    await world.until(() => world.settled());
    await world.moveTo(2);
    await world.until(async () => world.line.told.get('u0')?.length === 2 && (await world.settled()));
    expect(new Set(timesTold())).toEqual(new Set([2]));
    expect(world.events.filter(({ kind }) => kind === 'fenced')).toHaveLength(1);
    expect(first.dispatch.state()[0]!.state).toBe('degraded');
    await first.dispatch.stop();
  });
});

describe('dispatch that is stopped', () => {
  it('F8 takes nothing new, writes down what is under way, and leaves the rest for the next', async () => {
    await world.directory.subscribe(people(9_000));
    await world.moveTo(1);
    world.line.answer = async () => {
      await world.clock.sleep(3_000);
      return null;
    };
    const { dispatch } = start();
    await world.until(() => world.line.requests.length >= 4);
    const underWay = world.line.requests.length;
    let stopped = false;
    const stopping = dispatch.stop().then(() => {
      stopped = true;
    });
    expect(await world.until(() => stopped, 10_000)).toBeLessThanOrEqual(4_000);
    await stopping;
    const states = (await world.deliveries()).map(({ state }) => state);
    expect(world.line.requests).toHaveLength(underWay);
    expect(states.toSorted()).toEqual([...Array(18 - underWay).fill('queued'), ...Array(underWay).fill('sent')]);
  });

  it.each([
    ['10 s', {}, 10_100],
    ['it is told, as of the words of a drill', { stopMs: 500 }, 600],
  ])('F8 does not wait longer than %s for a channel that hangs', async (_, set, msMax) => {
    await world.directory.subscribe(people(1));
    await world.moveTo(1);
    world.line.answer = () => new Promise(() => undefined);
    const { dispatch } = start(set);
    await world.until(() => world.line.requests.length === 1);
    let stopped = false;
    const stopping = dispatch.stop().then(() => {
      stopped = true;
    });
    expect(await world.until(() => stopped, 11_000)).toBeLessThanOrEqual(msMax);
    await stopping;

    world.line.answer = () => null;
    start();
    await world.until(() => world.settled());
    everybodyOnce(1);
  });
});

describe('dispatch and a directory that fails', () => {
  it('sends on what is planned, says what is wrong, and resumes the plan where it broke', async () => {
    await world.directory.subscribe(people(45_000));
    await world.moveTo(1);
    let pages = 0;
    const directory = {
      contacts: (...asked: Parameters<typeof world.directory.contacts>) => world.directory.contacts(...asked),
      async *audience(...query: Parameters<typeof world.directory.audience>) {
        for await (const page of world.directory.audience(...query)) {
          pages += 1;
          if (pages === 60) throw new Error('the directory is away');
          yield page;
        }
      },
    } as unknown as typeof world.directory;
    const { dispatch } = start({ directory });
    await world.until(() => world.events.some(({ kind }) => kind === 'trouble'));
    await world.until(async () => dispatch.position === 1 && (await world.settled()));
    everybodyOnce(45_000);
    expect(dispatch.state()[0]!.state).toBe('ok');
  });
});

describe('channels that misbehave', () => {
  it('F54 repeats with the same key and chunk until it is accepted', async () => {
    await world.directory.subscribe(people(2));
    await world.moveTo(1);
    let failures = 2;
    world.line.answer = (delivery, message) => {
      if (failures-- <= 0) return null;
      world.line.accept(delivery, message);
      return lost;
    };
    start();
    await world.until(() => world.settled());
    expect(world.line.requests).toHaveLength(3);
    expect(new Set(world.line.requests.map(({ delivery }) => delivery.retryKey)).size).toBe(1);
    const [first, second, third] = world.line.requests.map(({ at }) => at);
    expect(second! - first!).toBeGreaterThanOrEqual(500);
    expect(third! - second!).toBeGreaterThanOrEqual(1_000);
    everybodyOnce(2);
  });

  it('takes a throw as an attempt of which nobody knows how it went', async () => {
    await world.directory.subscribe(people(1));
    await world.moveTo(1);
    world.line.answer = () => {
      if (world.line.requests.length < 3) throw new TypeError('a bug in the adapter');
      return null;
    };
    const { dispatch } = start();
    await world.until(() => world.settled());
    everybodyOnce(1);
    expect(dispatch.counts().find(({ outcome, channel }) => channel === 'line' && outcome === 'retry')?.deliveries).toBe(2);
  });

  it('F54 hands over to a person when a repeat would no longer be recognised', async () => {
    world = new DispatchWorld({ routes: [aRoute({ expiresAfterMs: 48 * HOUR })] });
    await world.directory.subscribe(people(1));
    await world.moveTo(1);
    world.line.answer = () => lost;
    const first = start();
    await world.until(() => world.line.requests.length === 1);
    first.kill();
    await world.clock.advance(22 * HOUR);
    start();
    await world.until(() => world.settled());
    expect(world.line.requests).toHaveLength(1);
    expect(await world.deliveries()).toMatchObject([{ state: 'dead' }]);
    expect(world.events).toMatchObject([{ kind: 'dead' }]);
  });

  it('F53 waits as long as it is told', async () => {
    await world.directory.subscribe(people(1));
    await world.moveTo(1);
    world.line.answer = () => (world.line.requests.length === 1 ? { kind: 'retry', reason: '429', unknown: false, afterMs: 20_000 } : null);
    start();
    await world.until(() => world.settled());
    expect(world.line.requests[1]!.at - world.line.requests[0]!.at).toBeGreaterThanOrEqual(20_000);
  });

  it('F55 a closed channel keeps its queue and is paged once, others go on, and it is tried again', async () => {
    world = new DispatchWorld({
      routes: [aRoute({ channels: ['line', 'email'] })],
      channels: (clock) => [new ScriptedChannel(clock), new ScriptedChannel(clock, { name: 'email', chunkMax: 1 })],
    });
    await world.directory.subscribe([...people(1_800), aSubscriber({ address: 'a@city.example', channel: 'email' })]);
    world.line.answer = () => ({ kind: 'closed', reason: '401 token' });
    await world.moveTo(1);
    const { dispatch } = start();
    await world.until(() => world.channels[1]!.told.size === 1, 1_000);
    await world.clock.advance(100_000);
    expect(world.events).toEqual([{ kind: 'channelClosed', channel: 'line', why: '401 token' }]);
    expect(dispatch.state().map(({ state }) => state)).toEqual(['ok', 'degraded', 'ok']);
    expect(world.line.requests.length).toBeLessThan(10);
    expect((await world.deliveries()).filter(({ state }) => state === 'queued')).toHaveLength(4);

    world.line.answer = () => null;
    await world.until(() => world.settled());
    everybodyOnce(1_800);
    expect(world.events.at(-1)).toEqual({ kind: 'channelOpened', channel: 'line' });
    expect(dispatch.state()[1]!.state).toBe('ok');
  });

  it('F56 tells everybody but the one whom the channel refuses', async () => {
    await world.directory.subscribe(people(1_000));
    await world.moveTo(1);
    world.line.answer = ({ to }) => (to.includes('u333') ? { kind: 'refused', reason: 'unknown id', scope: 'recipients' } : null);
    start();
    await world.until(() => world.settled());
    everybodyOnce(999);
    expect(world.line.told.has('u333')).toBe(false);
    const [first] = await world.deliveries();
    const counts = await world.ledger.deliveryCounts([first!.transitionId]);
    expect(Object.fromEntries(counts.map(({ state, recipients }) => [state, recipients]))).toEqual({ sent: 999, refused: 1 });
    expect(new Set(world.line.requests.map(({ delivery }) => delivery.retryKey)).size).toBe(world.line.requests.length);
  });

  it('refused words end and are paged', async () => {
    await world.directory.subscribe(people(3));
    await world.moveTo(1);
    world.line.answer = () => ({ kind: 'refused', reason: 'too long', scope: 'message' });
    start();
    await world.until(() => world.settled());
    expect(await world.deliveries()).toMatchObject([{ state: 'refused', lastReason: 'too long', attempts: 1 }]);
    expect(world.events).toMatchObject([{ kind: 'messageRefused', channel: 'line', why: 'too long' }]);
  });
});
