import * as fc from 'fast-check';
import type { Recipient } from '#core';
import { aGauge, aLevelRule, aPlaybook } from '../support/builders.ts';
import { aRoute, aSubscriber, DispatchWorld, ScriptedChannel } from '../support/dispatch-world.ts';

/** Two gauges in districts of their own; people live in one of three, of which one has no gauge. */
const playbook = aPlaybook({
  gauges: [aGauge({ areas: ['001'] }), aGauge({ id: 'tama-04', name: '下流', areas: ['002'] })],
  rules: [aLevelRule()],
  routes: [aRoute()],
});
const GAUGES = ['tama-03', 'tama-04'] as const;
const DISTRICTS = ['001', '002', '003'] as const;
const AREA = { 'tama-03': '001', 'tama-04': '002' } as const;

type Event =
  | { readonly kind: 'live'; readonly who: number; readonly district: (typeof DISTRICTS)[number] }
  | { readonly kind: 'leave'; readonly who: number }
  | { readonly kind: 'block'; readonly who: number }
  | { readonly kind: 'move'; readonly gauge: (typeof GAUGES)[number]; readonly step: number };

const events = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('live' as const), who: fc.nat(5), district: fc.constantFrom(...DISTRICTS) }),
    fc.record({ kind: fc.constant('leave' as const), who: fc.nat(5) }),
    fc.record({ kind: fc.constant('block' as const), who: fc.nat(5) }),
    fc.record({ kind: fc.constant('move' as const), gauge: fc.constantFrom(...GAUGES), step: fc.nat(3) }),
  ),
  { maxLength: 25 },
);

const addressOf = (who: number): string => `U${who}`;

/** What each person should hear, worked out person by person: the plainest reading of the promise. */
class Expected {
  readonly told = new Map<string, string[]>();
  /** The person behind a number, where they live, and the step of each gauge that they were told last. */
  readonly #people = new Map<
    Recipient,
    { readonly address: string; district: string; isBlocked: boolean; readonly steps: Map<string, number> }
  >();

  live(recipient: Recipient, address: string, district: string): void {
    const known = this.#people.get(recipient);
    if (known) known.district = district;
    else this.#people.set(recipient, { address, district, isBlocked: false, steps: new Map() });
  }

  leave(recipient: Recipient): void {
    this.#people.delete(recipient);
  }

  block(recipient: Recipient): void {
    const known = this.#people.get(recipient);
    if (known) known.isBlocked = true;
  }

  move(gauge: (typeof GAUGES)[number], from: number, to: number, subject: string): void {
    for (const { address, district, isBlocked, steps } of this.#people.values()) {
      const hears = to > from ? district === AREA[gauge] : (steps.get(gauge) ?? 0) > to;
      if (!hears || isBlocked) continue;
      this.told.set(address, [...(this.told.get(address) ?? []), `${gauge} ${subject}`]);
      steps.set(gauge, to);
    }
  }
}

async function happen(all: readonly Event[]): Promise<{ readonly heard: object; readonly expected: object }> {
  const world = new DispatchWorld({ playbook });
  const expected = new Expected();
  const steps = new Map<string, number>(GAUGES.map((gauge) => [gauge, 0]));
  const process = world.start({
    render: ({ transition }) => ({ subject: `${transition.gauge} ${transition.kind} ${transition.to}`, body: '', translated: true }),
  });
  const recipientOf = (who: number) => world.directory.recipientOf('line', addressOf(who));
  for (const event of all) {
    switch (event.kind) {
      case 'live': {
        await world.directory.subscribe([aSubscriber({ address: addressOf(event.who), districts: [event.district] })]);
        expected.live((await recipientOf(event.who))!, addressOf(event.who), event.district);
        break;
      }
      case 'leave': {
        const recipient = await recipientOf(event.who);
        await world.directory.leave('line', addressOf(event.who));
        if (recipient) expected.leave(recipient);
        break;
      }
      case 'block': {
        const recipient = await recipientOf(event.who);
        if (!recipient) break;
        await world.directory.setState(recipient, 'blocked');
        expected.block(recipient);
        break;
      }
      case 'move': {
        const from = steps.get(event.gauge)!;
        if (from === event.step) break;
        const { kind } = await world.moveTo(event.step, {}, event.gauge);
        steps.set(event.gauge, event.step);
        process.dispatch.notify();
        await world.until(() => world.settled(), 600_000);
        expected.move(event.gauge, from, event.step, `${kind} ${event.step}`);
      }
    }
  }
  await process.dispatch.stop();
  return { heard: Object.fromEntries(world.line.told), expected: Object.fromEntries(expected.told) };
}

describe('the end of an alarm', () => {
  it('reaches exactly those who got the alarm and are still there, whoever came, moved or left in between', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        const { heard, expected } = await happen(all);
        expect(heard).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('reaches who moved to a district without a gauge, and not who moved in', async () => {
    const { heard } = await happen([
      { kind: 'live', who: 0, district: '001' },
      { kind: 'live', who: 1, district: '003' },
      { kind: 'move', gauge: 'tama-03', step: 2 },
      { kind: 'live', who: 0, district: '003' },
      { kind: 'live', who: 1, district: '001' },
      { kind: 'live', who: 2, district: '001' },
      { kind: 'move', gauge: 'tama-03', step: 0 },
    ]);
    expect(heard).toEqual({ U0: ['tama-03 raised 2', 'tama-03 cleared 0'] });
  });

  it('F62 reaches who may have the alarm although nobody knows', async () => {
    const world = new DispatchWorld({ playbook });
    await world.directory.subscribe([aSubscriber({ address: 'U0' })]);
    const process = world.start();
    world.line.answer = () => ({ kind: 'retry', reason: 'no answer', unknown: true });
    await world.moveTo(2);
    process.dispatch.notify();
    await world.until(() => world.line.requests.length > 2, 120_000);
    await world.directory.subscribe([aSubscriber({ address: 'U0', districts: ['003'] })]);
    await world.moveTo(0);
    world.line.answer = () => null;
    await world.until(() => world.settled(), 600_000);
    expect(world.line.told.get('U0')).toEqual(['raised 2', 'cleared 0']);
    await process.dispatch.stop();
  });

  it('is told where the alarm was told by another way', async () => {
    const world = new DispatchWorld({
      playbook,
      channels: (clock) => [new ScriptedChannel(clock), new ScriptedChannel(clock, { name: 'disaster-mail', chunkMax: 1 })],
    });
    await world.directory.subscribe([aSubscriber({ address: 'a@mail.example', channel: 'disaster-mail', categories: [] })]);
    const standby = (await world.directory.recipientOf('disaster-mail', 'a@mail.example'))!;
    await world.directory.subscribe([aSubscriber({ address: 'U0', standby })]);
    world.line.answer = () => ({ kind: 'refused', reason: '400', scope: 'recipients' });
    const process = world.start();
    await world.moveTo(2);
    process.dispatch.notify();
    const mail = world.channels[1]!;
    await world.until(() => mail.told.size > 0, 120_000);
    await world.moveTo(0);
    process.dispatch.notify();
    await world.until(async () => (await world.settled()) && (mail.told.get('a@mail.example') ?? []).length > 1, 120_000);
    await world.clock.advance(60_000);
    await world.still();
    expect(Object.fromEntries(mail.told)).toEqual({ 'a@mail.example': ['raised 2', 'cleared 0'] });
    await process.dispatch.stop();
  });
});
