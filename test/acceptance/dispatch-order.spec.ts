import { afterEach, describe, expect, it } from '@jest/globals';
import type { Outcome, TransitionId } from '#core';
import { aGauge, aLevelRule, aPlaybook, HOUR, MINUTE } from '../support/builders.ts';
import { aRoute, aSubscriber, DispatchWorld, type Process, ScriptedChannel } from '../support/dispatch-world.ts';

const people = (count: number) => Array.from({ length: count }, (_, index) => aSubscriber({ address: `u${index}` }));
const lost: Outcome = { kind: 'retry', reason: 'no answer', unknown: true };

const mailWorld = () =>
  new DispatchWorld({
    routes: [aRoute({ channels: ['email'] })],
    channels: (clock) => [new ScriptedChannel(clock, { name: 'email', chunkMax: 1, inFlightMax: 8 })],
  });
const mails = (count: number, domain: string) =>
  Array.from({ length: count }, (_, index) => aSubscriber({ address: `p${index}@${domain}`, channel: 'email' }));

let begun: Process[] = [];
const startIn = (world: DispatchWorld, ...args: Parameters<DispatchWorld['start']>) => {
  const process = world.start(...args);
  begun.push(process);
  return process;
};
afterEach(() => {
  for (const process of begun) process.kill();
  begun = [];
});

/** How long the people of two sound domains wait for the last of them, beside so many of a domain that does not answer. */
const timeToTell = async (dead: number) => {
  const world = mailWorld();
  await world.directory.subscribe([...mails(dead, 'dead.example'), ...mails(150, 'a.example'), ...mails(150, 'b.example')]);
  world.line.answer = async ({ endpoint }) => {
    await world.clock.sleep(endpoint === 'dead.example' ? 60_000 : 200);
    return endpoint === 'dead.example' ? lost : null;
  };
  await world.moveTo(1);
  startIn(world);
  return world.until(() => world.line.told.size === 300, HOUR);
};

describe('what people hear', () => {
  it('goes out at once when the watch side rings, without any time passing', async () => {
    const world = new DispatchWorld();
    await world.directory.subscribe(people(1_001));
    const settledIds = new Set<TransitionId>();
    const onSettled = (ids: ReadonlySet<TransitionId>) => {
      for (const id of ids) settledIds.add(id);
    };
    const { dispatch } = startIn(world, { onSettled });
    await world.still();
    const transition = await world.moveTo(1);
    dispatch.notify();
    await world.still();
    expect(world.line.told.size).toBe(1_001);
    expect(world.clock.monotonic()).toBe(0);
    expect(settledIds).toEqual(new Set([transition.id]));
    expect(dispatch.position).toBe(1);
  });

  it('goes out within the poll when nobody rings', async () => {
    const world = new DispatchWorld();
    await world.directory.subscribe(people(1));
    startIn(world);
    await world.still();
    await world.moveTo(1);
    expect(await world.until(() => world.line.told.size === 1)).toBeLessThanOrEqual(600);
  });

  it('is one message per language, and a missing translation is flagged', async () => {
    const world = new DispatchWorld();
    await world.directory.subscribe([...people(2), aSubscriber({ address: 'e1', language: 'en' })]);
    const transition = await world.moveTo(1);
    const { dispatch } = startIn(world, {
      render: ({ language }) => ({ subject: `in ${language}`, body: 'b', translated: language === 'ja' }),
    });
    await world.until(() => world.line.told.size === 3);
    expect(Object.fromEntries(world.line.told)).toEqual({ u0: ['in ja'], u1: ['in ja'], e1: ['in en'] });
    expect((await world.ledger.messages(transition.id)).map(({ language }) => language)).toEqual(['en', 'ja']);
    expect(world.events).toEqual([{ kind: 'untranslated', messageId: `${transition.id}/residents/en` }]);
    await dispatch.stop();
  });

  it('comes once to whom two routes reach on one channel, by the first in the playbook', async () => {
    const world = new DispatchWorld({
      routes: [aRoute({ id: 'residents' }), aRoute({ id: 'duty', audience: { kind: 'staff', group: 'duty' }, lane: 'staff' })],
    });
    await world.directory.subscribe([
      ...people(3),
      aSubscriber({ address: 'both', categories: ['flood', 'staff:duty'] }),
      aSubscriber({ address: 'duty', categories: ['staff:duty'], districts: [] }),
    ]);
    await world.moveTo(1);
    startIn(world, { render: ({ route }) => ({ subject: route.id, body: 'b', translated: true }) });
    await world.until(() => world.settled());
    await world.until(() => world.line.told.size === 5);
    expect(world.line.told.get('both')).toEqual(['residents']);
    expect(world.line.told.get('duty')).toEqual(['duty']);
  });

  it.each([
    ['of a shadow rule', aPlaybook({ rules: [aLevelRule({ shadow: true })], routes: [aRoute()] })],
    ['of a rule for staff on a route to residents', aPlaybook({ rules: [aLevelRule({ staffOnly: true })], routes: [aRoute()] })],
    ['of a gauge for staff', aPlaybook({ gauges: [aGauge({ publicAlert: 'staffOnly' })], routes: [aRoute()] })],
    ['of another district', aPlaybook({ gauges: [aGauge({ areas: ['999'] })], routes: [aRoute()] })],
    ['below the step of the route', aPlaybook({ routes: [aRoute({ fromStep: 2 })] })],
    ['without routes', aPlaybook({ routes: [] })],
  ])('is nothing %s, and the stage goes on', async (_, playbook) => {
    const world = new DispatchWorld({ playbook });
    await world.directory.subscribe(people(3));
    await world.moveTo(1);
    const { dispatch } = startIn(world);
    await world.until(() => dispatch.position === 1);
    expect(await world.deliveries()).toEqual([]);
    expect(world.events).toEqual([]);
  });

  it('promise 7: of a drill reaches only who chose drills', async () => {
    const world = new DispatchWorld();
    await world.directory.subscribe([...people(3), aSubscriber({ address: 'drill', categories: ['exercise/flood'] })]);
    await world.moveTo(1, { status: 'exercise' });
    startIn(world);
    await world.until(() => world.line.told.size > 0);
    expect([...world.line.told.keys()]).toEqual(['drill']);
    expect(await world.deliveries()).toMatchObject([{ status: 'exercise' }]);
  });

  it('does not fail for all when the words of one route or a channel are missing, and a person is told', async () => {
    const world = new DispatchWorld({
      routes: [aRoute({ id: 'broken' }), aRoute({ id: 'sound' }), aRoute({ id: 'mail', channels: ['email'] })],
    });
    await world.directory.subscribe(people(2));
    await world.moveTo(1);
    startIn(world, {
      render: ({ route }) => {
        if (route.id === 'broken') throw new Error('no value for {rain}');
        return { subject: route.id, body: 'b', translated: true };
      },
    });
    await world.until(() => world.line.told.size === 2);
    expect(world.line.told.get('u0')).toEqual(['sound']);
    expect(world.events).toMatchObject([
      { kind: 'unworded', routeId: 'broken', why: 'no value for {rain}' },
      { kind: 'channelMissing', channel: 'email', routeId: 'mail' },
    ]);
  });

  it('F51 is those, and in the words, of the playbook that a transition was decided by, whatever is in force since', async () => {
    const world = new DispatchWorld();
    await world.directory.subscribe([
      aSubscriber({ address: 'old', categories: ['flood'] }),
      aSubscriber({ address: 'new', categories: ['other'] }),
    ]);
    const other = aPlaybook({ version: 'v2', routes: [aRoute({ id: 'other', audience: { kind: 'residents', category: 'other' } })] });
    startIn(world, {
      playbook: other,
      playbookOf: async (version) => (version === world.playbook.version ? world.playbook : null),
      render: ({ playbook, route }) => ({ subject: `${playbook.version} ${route.id}`, body: 'b', translated: true }),
    });
    const raised = await world.moveTo(1);
    await world.until(() => world.line.told.size === 1);
    expect(world.line.told).toEqual(new Map([['old', [`test-1 ${world.playbook.routes[0]!.id}`]]]));
    await world.moveTo(2, { record: { ...raised.record, playbookVersion: 'v2' } });
    await world.until(() => world.line.told.size === 2);
    expect(world.line.told.get('new')).toEqual(['v2 other']);
    expect(world.line.told.get('old')).toHaveLength(1);
  });

  it('F51 of a reset is everybody who was told of the alarm, also when the new rule has raised it again before they heard', async () => {
    const world = new DispatchWorld({ routes: [aRoute({ transitions: ['raised'] })] });
    await world.directory.subscribe(people(2));
    const { dispatch } = startIn(world);
    await world.moveTo(2);
    await world.until(() => world.line.told.size === 2);
    world.line.answer = () => lost;
    await world.moveTo(0, { kind: 'reset' });
    await world.moveTo(1);
    await world.until(() => dispatch.position === 3);
    world.line.answer = () => null;
    await world.until(() => world.line.told.get('u0')?.length === 3);
    expect(world.line.told.get('u0')).toContain('reset 0');
    expect(world.line.told.get('u1')).toContain('reset 0');
  });

  it('says when the playbook no longer knows what was decided', async () => {
    const world = new DispatchWorld();
    await world.moveTo(1, { gauge: 'gone' });
    const { dispatch } = startIn(world);
    await world.until(() => dispatch.position === 1);
    expect(world.events).toMatchObject([{ kind: 'unknownToPlaybook' }]);
  });
});

describe('words that come too late', () => {
  it('are planned and shown as expired when they had expired before', async () => {
    const world = new DispatchWorld({ routes: [aRoute({ expiresAfterMs: HOUR })] });
    await world.directory.subscribe(people(700));
    await world.moveTo(1);
    await world.clock.advance(HOUR);
    const { dispatch } = startIn(world);
    await world.until(async () => (await world.deliveries()).length === 2);
    expect(await world.deliveries()).toMatchObject([{ state: 'expired', attempts: 0 }, { state: 'expired' }]);
    expect(world.line.requests).toEqual([]);
    expect(dispatch.counts().find(({ outcome }) => outcome === 'expired')).toMatchObject({ deliveries: 2, recipients: 700 });
  });

  it('are tried until they expire and then shown as expired', async () => {
    const world = new DispatchWorld({ routes: [aRoute({ expiresAfterMs: 5 * MINUTE })] });
    await world.directory.subscribe(people(1));
    world.line.answer = () => lost;
    await world.moveTo(1);
    startIn(world);
    const ms = await world.until(() => world.settled().then((done) => done && world.line.requests.length > 0), HOUR);
    expect(ms).toBeGreaterThan(4 * MINUTE);
    expect(ms).toBeLessThanOrEqual(5 * MINUTE + 1_000);
    expect(await world.deliveries()).toMatchObject([{ state: 'expired' }]);
    expect((await world.deliveries())[0]!.lastReason).toContain('no answer');
  });
});

describe('who goes first', () => {
  it('evacuation overtakes a crowd that is queued before it', async () => {
    const world = new DispatchWorld({
      routes: [aRoute({ id: 'crowd', lane: 'congestion' }), aRoute({ id: 'evacuate', lane: 'evacuation', fromStep: 3 })],
      channels: (clock) => [new ScriptedChannel(clock, { chunkMax: 1, inFlightMax: 2, perSecondMax: 20 })],
    });
    await world.directory.subscribe(people(60));
    await world.directory.subscribe([aSubscriber({ address: 'urgent', categories: ['evacuate'] })]);
    const urgent = aRoute({ id: 'evacuate', lane: 'evacuation', fromStep: 3, audience: { kind: 'residents', category: 'evacuate' } });
    const playbook = { ...world.playbook, routes: [world.playbook.routes[0]!, urgent] };
    const { dispatch } = startIn(world, { playbook });
    await world.moveTo(1);
    await world.until(() => world.line.requests.length >= 10);
    await world.moveTo(3);
    dispatch.notify();
    const before = world.line.requests.length;
    await world.until(() => world.line.told.has('urgent'));
    expect(world.line.requests.length - before).toBeLessThanOrEqual(6);
  });

  it('keeps to the rate of the channel and reaches it', async () => {
    const world = new DispatchWorld({ channels: (clock) => [new ScriptedChannel(clock, { chunkMax: 1, perSecondMax: 100 })] });
    await world.directory.subscribe(people(500));
    await world.moveTo(1);
    startIn(world);
    const ms = await world.until(async () => world.line.told.size === 500 && (await world.settled()));
    expect(ms).toBeGreaterThanOrEqual(4_900);
    expect(ms).toBeLessThanOrEqual(5_600);
  });

  it('F58 a dead domain slows nobody to more than twice the normal time', async () => {
    const normal = await timeToTell(0);
    expect(await timeToTell(1_000)).toBeLessThanOrEqual(2 * normal + 1_000);
  });
});

describe('F62 the order in which one person hears', () => {
  it('an all-clear waits for the raise that is being retried for the same person, and only there', async () => {
    const world = new DispatchWorld({ channels: (clock) => [new ScriptedChannel(clock, { chunkMax: 1 })] });
    await world.directory.subscribe(people(5));
    let down = true;
    world.line.answer = ({ to }) => (down && to.includes('u2') ? lost : null);
    const { dispatch } = startIn(world);
    await world.moveTo(2);
    await world.until(() => world.line.told.size === 4);
    await world.moveTo(1);
    await world.moveTo(0);
    await world.until(() => world.line.told.get('u4')?.length === 3);
    await world.clock.advance(30_000);
    expect(world.line.requests.filter(({ delivery, to }) => to.includes('u2') && !delivery.id.includes('#1/1/'))).toEqual([]);
    down = false;
    await world.until(() => world.settled(), 3 * MINUTE);
    expect([...world.line.told.values()]).toEqual(Array.from({ length: 5 }, () => ['raised 2', 'steppedDown 1', 'cleared 0']));
    await dispatch.stop();
  });

  it('also when the process dies in between', async () => {
    const world = new DispatchWorld();
    await world.directory.subscribe(people(1_200));
    world.line.answer = ({ to }) => (to.includes('u0') ? lost : null);
    const first = startIn(world);
    await world.moveTo(1);
    await world.until(() => world.line.told.size === 700);
    first.kill();
    await world.moveTo(0);
    startIn(world);
    await world.until(() => world.line.told.get('u1100')?.length === 2);
    world.line.answer = () => null;
    await world.until(() => world.settled(), 3 * MINUTE);
    expect(new Set([...world.line.told.values()].map((subjects) => subjects.join()))).toEqual(new Set(['raised 1,cleared 0']));
  });

  it('an all-clear does not wait for what has expired', async () => {
    const world = new DispatchWorld({ routes: [aRoute({ expiresAfterMs: 10 * MINUTE })] });
    await world.directory.subscribe(people(1));
    world.line.answer = (_, { subject }) => (subject.startsWith('raised') ? lost : null);
    startIn(world);
    await world.moveTo(1);
    await world.until(() => world.line.requests.length > 0);
    await world.clock.advance(8 * MINUTE);
    await world.moveTo(0);
    await world.until(() => world.line.told.size === 1, 3 * MINUTE);
    expect(world.line.told.get('u0')).toEqual(['cleared 0']);
    expect((await world.deliveries()).map(({ state }) => state)).toEqual(['expired', 'sent']);
  });

  it('an all-clear that is no longer true is not sent after the newer warning, and shows why', async () => {
    const world = new DispatchWorld();
    await world.directory.subscribe(people(1));
    const { dispatch } = startIn(world);
    await world.moveTo(1);
    await world.until(() => world.line.told.size === 1);
    world.line.answer = (_, { subject }) => (subject.startsWith('cleared') ? lost : null);
    await world.moveTo(0);
    await world.until(() => world.line.requests.length >= 2);
    await world.moveTo(2);
    await world.until(() => world.settled(), 3 * MINUTE);
    expect(world.line.told.get('u0')).toEqual(['raised 1', 'raised 2']);
    expect((await world.deliveries()).map(({ state }) => state)).toEqual(['sent', 'expired', 'sent']);
    expect((await world.deliveries())[1]!.lastReason).toContain('再び');
    await dispatch.stop();
  });

  it('a warning waits for nothing', async () => {
    const world = new DispatchWorld();
    await world.directory.subscribe(people(1));
    world.line.answer = (_, { subject }) => (subject === 'raised 1' ? lost : null);
    startIn(world);
    await world.moveTo(1);
    await world.until(() => world.line.requests.length > 0);
    await world.moveTo(3);
    expect(await world.until(() => world.line.told.get('u0')?.[0] === 'climbed 3')).toBeLessThan(2_000);
  });
});
