import type { Delivery } from '#core';
import { aDelivery, aMessage, aTransition, T0 } from '../../../../test/contract/ledger-values.ts';
import { aRoute } from '../../../../test/support/dispatch-world.ts';
import { toldOn } from './told.ts';

const transition = aTransition();

const toldOf = async (set: Partial<Delivery>): Promise<boolean> => {
  const delivery = aDelivery(aMessage(transition.id), 0, { recipients: ['7'], ...set });
  const ledger = { deliveries: async () => [{ number: 1, delivery }] };
  const earlier = [{ number: 1, transition }];
  const { told } = await toldOn(ledger, { route: aRoute(), status: 'actual', earlier, since: 1 });
  return told.get('line')!.has('7');
};

describe('who was told of the rise', () => {
  it.each<[string, Partial<Delivery>, boolean]>([
    ['has it', { state: 'sent', attempts: 1 }, true],
    ['is in a delivery that waits for its turn', {}, true],
    ['is in one half of a group that LINE refused, which is due later than it was decided', { dueAt: T0 + 2_000 }, true],
    ['waits for the interval of a crowding notice', { lane: 'congestion', dueAt: T0 + 2_000 }, false],
    ['was in a crowding notice that was tried', { lane: 'congestion', dueAt: T0 + 2_000, attempts: 1 }, true],
    ['was held back', { state: 'suppressed' }, false],
  ])('counts who %s: %#', async (_, set, isTold) => {
    expect(await toldOf(set)).toBe(isTold);
  });
});
