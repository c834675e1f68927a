import { type Quota, reachOfRows } from '#core';
import type { ManualClock } from '#memory';
import { MINUTE } from '../support/builders.ts';
import { aRoute, aSubscriber, DispatchWorld, ScriptedChannel } from '../support/dispatch-world.ts';

const twoWays = (clock: ManualClock) => [new ScriptedChannel(clock), new ScriptedChannel(clock, { name: 'disaster-mail', chunkMax: 1 })];

/** Three people on LINE; the first two named a mail address for the case that LINE fails, the second of them in English. */
async function city(routes = [aRoute()]): Promise<DispatchWorld> {
  const world = new DispatchWorld({ routes, channels: twoWays });
  await world.directory.subscribe([
    aSubscriber({ address: 'a@mail.example', channel: 'disaster-mail', categories: [] }),
    aSubscriber({ address: 'b@mail.example', channel: 'disaster-mail', categories: [], language: 'en' }),
  ]);
  const [a, b] = await Promise.all(['a', 'b'].map((name) => world.directory.recipientOf('disaster-mail', `${name}@mail.example`)));
  await world.directory.subscribe([
    aSubscriber({ address: 'Ua', standby: a! }),
    aSubscriber({ address: 'Ub', standby: b! }),
    aSubscriber({ address: 'Uc' }),
  ]);
  return world;
}

const mailOf = (world: DispatchWorld): ScriptedChannel => world.channels[1]!;
const mailed = (world: DispatchWorld): object => Object.fromEntries(mailOf(world).told);
const lined = (world: DispatchWorld): object => Object.fromEntries(world.line.told);
const everyMail = (world: DispatchWorld) => () => mailOf(world).told.size === 2;

const withQuota = async (quota: Quota | null, lane: 'flood' | 'evacuation' | 'congestion') => {
  const world = await city([aRoute({ lane })]);
  world.line.quota = () => Promise.resolve(quota);
  const process = world.start();
  await world.still();
  await world.moveTo(2);
  process.dispatch.notify();
  await world.until(() => world.settled());
  await world.clock.advance(3_000);
  await world.until(() => world.settled());
  await process.dispatch.stop();
  return { world, state: process.dispatch.state().find(({ name }) => name === 'line')! };
};

const restored = async (): Promise<DispatchWorld> => {
  const world = await city();
  await world.ledger.holdDispatch({ at: world.clock.now(), why: '復元しました' });
  return world;
};

describe('the other way, where LINE does not reach', () => {
  it('F56 takes it for those whom LINE refuses, and for nobody else', async () => {
    const world = await city();
    const bad = (await world.directory.recipientOf('line', 'Ua'))!;
    world.line.answer = ({ recipients }) => (recipients.includes(bad) ? { kind: 'refused', reason: '400', scope: 'recipients' } : null);
    const process = world.start();
    const { id } = await world.moveTo(2);
    process.dispatch.notify();
    await world.until(() => mailOf(world).told.size > 0);
    await world.until(() => world.settled());
    expect(mailed(world)).toEqual({ 'a@mail.example': ['raised 2'] });
    expect(lined(world)).toEqual({ Ub: ['raised 2'], Uc: ['raised 2'] });
    expect(reachOfRows(await world.ledger.reach(id)).residents).toMatchObject({ addressed: 3, accepted: 3, failed: 0 });
    const [standIn] = (await world.deliveries()).filter(({ standsFor }) => standsFor);
    expect(standIn?.standsFor).toMatchObject({ recipient: bad, why: expect.stringMatching(/LINEが受け付けない.*400/) });
    await process.dispatch.stop();
  });

  it.each([
    ['F55 the token', '401 authentication failed'],
    ['F53 the month’s quota', '429 You have reached your monthly limit.'],
  ])('%s: is taken at once when LINE is closed, and LINE tells everybody once when it opens', async (_, reason) => {
    const world = await city();
    world.line.answer = () => ({ kind: 'closed', reason });
    const process = world.start();
    await world.moveTo(2);
    process.dispatch.notify();
    await world.until(everyMail(world), 10_000);
    expect(mailed(world)).toEqual({ 'a@mail.example': ['raised 2'], 'b@mail.example': ['raised 2'] });
    expect(world.events.filter(({ kind }) => kind === 'channelClosed')).toHaveLength(1);
    world.line.answer = () => null;
    await world.until(() => world.settled(), 120_000);
    expect(lined(world)).toEqual({ Ua: ['raised 2'], Ub: ['raised 2'], Uc: ['raised 2'] });
    expect(Object.values(mailed(world))).toEqual([['raised 2'], ['raised 2']]);
    await process.dispatch.stop();
  });

  it.each([
    ['evacuation', true],
    ['flood', false],
  ] as const)('F54 is taken for words of the lane %s that LINE does not accept in two minutes: %s', async (lane, isTaken) => {
    const world = await city([aRoute({ lane })]);
    world.line.answer = () => ({ kind: 'retry', reason: 'no answer', unknown: true });
    const process = world.start();
    await world.moveTo(2);
    process.dispatch.notify();
    await world.clock.advance(110_000);
    await world.still();
    expect(mailOf(world).told.size).toBe(0);
    await world.clock.advance(20_000);
    await world.still();
    for (let passes = 0; passes < 20; passes += 1) {
      await world.clock.advance(500);
      await world.still();
    }
    expect(mailOf(world).told.size).toBe(isTaken ? 2 : 0);
    await process.dispatch.stop();
  });

  it('is taken for who blocked us before, and for who blocks us right after LINE accepted', async () => {
    const world = await city();
    const [a, b] = await Promise.all(['Ua', 'Ub'].map((address) => world.directory.recipientOf('line', address)));
    await world.directory.setState(a!, 'blocked');
    const process = world.start();
    const { id } = await world.moveTo(2);
    process.dispatch.notify();
    await world.until(() => mailOf(world).told.size === 1);
    expect(lined(world)).toEqual({ Ub: ['raised 2'], Uc: ['raised 2'] });
    const at = world.clock.now();
    const noted = await world.ledger.noteRecipient({
      of: { recipient: b!, channel: 'line', acceptedSince: at - 60_000 },
      state: 'blocked',
      at,
      why: 'unfollow',
    });
    expect(noted).toBe(1);
    await world.until(() => mailOf(world).told.size === 2);
    expect(reachOfRows(await world.ledger.reach(id)).residents).toMatchObject({ addressed: 3, accepted: 3, suppressed: 0 });
    await process.dispatch.stop();
  });

  it('says once that the directory cannot be asked for it, and once that it can again', async () => {
    const world = await city();
    const { directory } = world;
    const standbys = directory.standbys.bind(directory);
    directory.standbys = () => Promise.reject(new Error('the directory is away'));
    world.line.answer = () => ({ kind: 'closed', reason: '401' });
    const process = world.start();
    await world.moveTo(2);
    process.dispatch.notify();
    const seen = (): readonly string[] => world.events.map(({ kind }) => kind).filter((kind) => kind === 'trouble' || kind === 'recovered');
    await world.until(() => seen().length > 0);
    await world.clock.advance(20_000);
    for (let passes = 0; passes < 20; passes += 1) {
      await world.clock.advance(500);
      await world.still();
    }
    expect(seen()).toEqual(['trouble']);
    expect(process.dispatch.state()[0]).toMatchObject({ state: 'degraded', why: 'the directory is away' });
    directory.standbys = standbys;
    await world.until(everyMail(world), 30_000);
    expect(seen()).toEqual(['trouble', 'recovered']);
    await process.dispatch.stop();
  });

  it('F4 forgets nobody and tells nobody twice, wherever the process dies', async () => {
    for (let call = 1; call <= 40; call += 1) {
      const world = await city();
      world.line.answer = () => ({ kind: 'closed', reason: '401' });
      const dying = world.start();
      let calls = 0;
      const about = new Set(['unreached', 'standIn', 'settle', 'claim', 'attempt', 'commitPlan']);
      dying.at = (name) => {
        if (!about.has(name)) return;
        calls += 1;
        if (calls === call) dying.kill();
      };
      await world.moveTo(2);
      dying.dispatch.notify();
      await world.clock.advance(3_000);
      await world.still();
      dying.kill();
      const process = world.start();
      await world.until(everyMail(world), 120_000);
      await world.clock.advance(5_000);
      await world.still();
      expect([call, mailed(world)]).toEqual([call, { 'a@mail.example': ['raised 2'], 'b@mail.example': ['raised 2'] }]);
      await process.dispatch.stop();
    }
  });
});

describe('a month’s plan that runs out', () => {
  it.each([
    [null, 'congestion', 3, 0, 'ok'],
    [{ limit: 100, used: 10 }, 'congestion', 3, 0, 'ok'],
    [{ limit: 100, used: 68 }, 'congestion', 0, 2, 'ok'],
    [{ limit: 100, used: 90 }, 'flood', 0, 2, 'degraded'],
    [{ limit: 100, used: 97 }, 'evacuation', 3, 0, 'degraded'],
  ] as const)('D§3.3 %j, lane %s: %d on LINE, %d by mail, shown as %s', async (quota, lane, onLine, byMail, shown) => {
    const { world, state } = await withQuota(quota, lane);
    expect([world.line.told.size, mailOf(world).told.size, state.state]).toEqual([onLine, byMail, shown]);
    const held = (await world.deliveries()).filter((delivery) => delivery.state === 'suppressed');
    expect(held.every(({ lastReason }) => lastReason.includes('避難情報のために取っておく'))).toBe(true);
    expect(held).toHaveLength(onLine === 0 ? 1 : 0);
  });
});

describe('dispatch that is held after a restore', () => {
  const by = { by: 'sato', role: 'decider', why: 'looked' } as const;
  const release = (world: DispatchWorld) => world.ledger.releaseDispatch({ ...by, at: world.clock.now() });

  it('F20 plans and sends nothing until a person releases it, and then what is still true', async () => {
    const world = await restored();
    const process = world.start();
    await world.moveTo(1);
    await world.clock.advance(60_000);
    await world.moveTo(2);
    process.dispatch.notify();
    await world.clock.advance(10 * 60_000);
    await world.still();
    expect(await world.deliveries()).toHaveLength(2);
    expect(world.line.requests).toEqual([]);
    expect(process.dispatch.heldWhy).toBe('復元しました');
    await release(world);
    await world.until(() => world.settled());
    expect(lined(world)).toEqual({ Ua: ['climbed 2'], Ub: ['climbed 2'], Uc: ['climbed 2'] });
    expect((await world.deliveries()).map(({ state, lastReason }) => [state, lastReason])).toEqual([
      ['suppressed', expect.stringContaining('止めている間に状況が変わった')],
      ['sent', ''],
    ]);
    expect(process.dispatch.heldWhy).toBeNull();
    await world.moveTo(0);
    process.dispatch.notify();
    await world.until(() => world.settled());
    expect(world.line.told.get('Ua')).toEqual(['climbed 2', 'cleared 0']);
    await process.dispatch.stop();
  });

  it('F20 sends no alarm that is over, and nothing that is too old', async () => {
    const world = await city([aRoute({ expiresAfterMs: 10 * MINUTE })]);
    await world.ledger.holdDispatch({ at: world.clock.now(), why: '復元しました' });
    const process = world.start();
    await world.moveTo(2);
    process.dispatch.notify();
    await world.still();
    await world.clock.advance(11 * MINUTE);
    await release(world);
    await world.until(() => world.settled());
    expect(lined(world)).toEqual({});
    expect((await world.deliveries()).map(({ state }) => state)).toEqual(['expired']);
    await process.dispatch.stop();
  });

  it('F20 repeats under the same key what may have gone out before the copy was put back', async () => {
    const world = await city();
    const first = world.start();
    first.at = (name, when) => {
      // Planned and not yet claimed: so it lies in the copy.
      if (name === 'commitPlan' && when === 'after') first.kill();
    };
    await world.moveTo(2);
    first.dispatch.notify();
    await world.until(async () => (await world.deliveries()).length > 0);
    const [planned] = await world.deliveries();
    await world.ledger.holdDispatch({ at: world.clock.now(), why: 'restored' });
    const process = world.start();
    await world.clock.advance(60_000);
    await world.still();
    expect(world.line.requests).toEqual([]);
    await release(world);
    await world.until(() => world.settled());
    // Its age counts from when it was due, so that after a day a person would have to decide.
    expect(world.line.requests.map(({ delivery }) => [delivery.retryKey, delivery.firstAttemptAt])).toEqual([
      [planned!.retryKey, planned!.dueAt],
    ]);
    await process.dispatch.stop();
  });
});
