import { describe, expect, it } from '@jest/globals';
import type { TicketRange } from '#core';
import { aGauge, aPlaybook, aQueueRule, HOUR } from '../support/builders.ts';
import { aRoute, aSubscriber, DispatchWorld, type Process } from '../support/dispatch-world.ts';

const window = aGauge({ id: 'window', device: 'window', kind: 'window', quantity: 'waiting', river: null, thresholds: [] });
const routes = [aRoute({ rules: ['window-queue'], transitions: ['called'], audience: { kind: 'tickets' }, lane: 'congestion' })];

/** Three people with a ticket each, at a window that calls two numbers, slips back, and comes by the first one again. */
async function queueWorld(): Promise<DispatchWorld> {
  const world = new DispatchWorld({ playbook: aPlaybook({ gauges: [window], rules: [aQueueRule()], routes }) });
  await world.directory.subscribe(['first', 'second', 'third'].map((address) => aSubscriber({ address, categories: [] })));
  for (const [address, number] of [
    ['first', 46],
    ['second', 48],
    ['third', 60],
  ] as const) {
    const ticket = { gauge: 'window', channel: 'line', address, number, expiresAt: world.clock.now() + HOUR } as const;
    expect(await world.directory.drawTicket(ticket, world.clock.now())).toBe('drawn');
  }
  const ranges = [
    { above: 45, upTo: 46 },
    { above: 46, upTo: 48 },
    { above: 44, upTo: 49 },
    { above: 49, upTo: 50 },
  ];
  let used: TicketRange | null = null;
  for (const [i, near] of ranges.entries()) {
    await world.moveTo(
      i + 1,
      { ruleId: 'window-queue', kind: 'called', from: near.above - 5, to: near.upTo - 5, turn: { near, used } },
      'window',
    );
    used = near;
  }
  return world;
}

const told = (world: DispatchWorld) => Object.fromEntries([...world.line.told].map(([address, subjects]) => [address, subjects.length]));

/** Tells everything, by a process that dies at its n-th call to ledger or channel and by one that follows. Gives whether the first one died. */
async function diesAt(n: number): Promise<{ readonly died: boolean; readonly world: DispatchWorld }> {
  const world = await queueWorld();
  const first = world.start();
  let calls = 0;
  let died = false;
  first.at = () => {
    calls += 1;
    if (calls < n || died) return;
    died = true;
    first.kill();
  };
  await world.still();
  first.kill();
  const second: Process = world.start();
  await world.until(async () => second.dispatch.position === 4 && (await world.settled()));
  second.kill();
  return { died, world };
}

describe('holders of tickets', () => {
  it('are told once each, although the window comes by their numbers again', async () => {
    const { world } = await diesAt(Number.POSITIVE_INFINITY);
    expect(told(world)).toEqual({ first: 1, second: 1 });
  });

  it('are told once each wherever the process dies', async () => {
    let n = 1;
    for (let died = true; died; n += 1) {
      const after = await diesAt(n);
      ({ died } = after);
      expect([n, told(after.world)]).toEqual([n, { first: 1, second: 1 }]);
    }
    expect(n).toBeGreaterThan(20);
  });

  it('twin: would be told twice if the tickets of a call were not used up with the next', async () => {
    const world = await queueWorld();
    world.directory.useTickets = () => Promise.resolve();
    const process = world.start();
    await world.until(async () => process.dispatch.position === 4 && (await world.settled()));
    process.kill();
    expect(told(world)).toEqual({ first: 2, second: 2 });
  });

  it('hear nothing of a drill', async () => {
    const world = await queueWorld();
    const near = { above: 0, upTo: 9_999 };
    await world.moveTo(9, { ruleId: 'window-queue', kind: 'called', status: 'exercise', turn: { near, used: null } }, 'window');
    const process = world.start();
    await world.until(async () => process.dispatch.position === 5 && (await world.settled()));
    process.kill();
    expect(told(world)).toEqual({ first: 1, second: 1 });
  });
});
