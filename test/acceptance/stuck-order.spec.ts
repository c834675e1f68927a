import { setTimeout as delay } from 'node:timers/promises';
import type { OrderBook, Role } from '#core';
import { loadPlaybook } from '#playbook';
import type { OrderDetailDto, StageDto } from '#wire';
import { type Asking, signIn } from '../support/headquarters.ts';
import { Station } from '../support/station.ts';
import { SteeredClock } from '../support/steered-clock.ts';

// A whole service on a machine that may be busy.
const PATIENCE_MS = 120_000;
const UNDO_MS = 5_000;
const STAFF: readonly { readonly name: string; readonly role: Role }[] = [
  { name: 'sato', role: 'duty' },
  { name: 'suzuki', role: 'decider' },
  { name: 'mori', role: 'decider' },
];
const { playbook } = await loadPlaybook('infra/playbooks/mihon');
if (!playbook) throw new Error('the sample city does not check clean');

const ordered = async (asking: Readonly<Record<string, Asking>>, districts: readonly string[]): Promise<string> => {
  const { body } = await asking['sato']!<OrderDetailDto>(
    'POST',
    'orders',
    { municipalLevel: 4, hazard: 'flood', districts },
    districts.join(),
  );
  for (const name of ['suzuki', 'mori'])
    expect((await asking[name]!('POST', `orders/${body.id}/confirm`, { version: body.version })).status).toBe(200);
  return body.id;
};

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  const endAt = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > endAt) throw new Error('it did not come about');
    await delay(20);
  }
};

describe('an order that cannot take effect', () => {
  let station: Station;
  let clock: SteeredClock;
  /** The order whose taking effect breaks the program; null when none does. */
  let poison: string | null = null;

  beforeEach(async () => {
    clock = new SteeredClock(Date.parse('2026-07-01T02:00:00+09:00'));
    station = await Station.start({
      playbook,
      clock,
      staff: STAFF,
      wrapAdapters: (adapters) => {
        breakAt(adapters.orders, () => poison);
        return adapters;
      },
    });
  });
  afterEach(() => station.stop());

  const shown = async (): Promise<StageDto | undefined> => {
    const answer = (await (await fetch(`${station.httpUrl}/readyz`)).json()) as { readonly stages: readonly StageDto[] };
    return answer.stages.find(({ name }) => name === 'propose');
  };
  const counted = async (): Promise<string | undefined> =>
    /^sonae_orders_set_aside (\d+)$/m.exec(await (await fetch(`${station.httpUrl}/metrics`)).text())?.[1];

  it('F10 holds up no other one, is told on the screen and counted, and takes effect once the cause is gone', async () => {
    const asking = Object.fromEntries(
      await Promise.all(STAFF.map(async ({ name }) => [name, await signIn(station.httpUrl, name)] as const)),
    );
    const first = await ordered(asking, ['seguchi']);
    poison = first;
    const second = await ordered(asking, ['minato']);
    const stateOf = async (id: string): Promise<string | undefined> => (await station.service.adapters.orders.order(id))?.state;
    clock.moveTo(clock.now() + UNDO_MS);
    await until(async () => (await stateOf(second)) === 'given');
    await until(async () => (await shown())?.state === 'degraded');
    expect((await shown())?.why).toContain(first);
    expect((await shown())?.why).not.toContain(second);
    expect(await counted()).toBe('1');
    expect((await fetch(`${station.httpUrl}/readyz`)).status).toBe(200);
    expect(await stateOf(first)).toBe('confirmed');

    poison = null;
    await until(async () => (await stateOf(first)) === 'given');
    await until(async () => (await shown())?.state === 'ok');
    expect(await counted()).toBe('0');
  });
});

/** The taking effect of one order throws what a mistake in the program would. */
function breakAt(orders: OrderBook, poison: () => string | null): void {
  const commit = orders.commit.bind(orders);
  orders.commit = async (given) => {
    if (given.act.kind === 'take' && given.order.id === poison()) throw new TypeError('cannot read properties of undefined');
    return commit(given);
  };
}
