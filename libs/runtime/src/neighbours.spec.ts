import { describe, expect, it } from '@jest/globals';
import { type Contact, type Delivery, type Message, type OrderTransition, SystemClock, type Transition } from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { orderTold } from '../../../test/support/order-told.ts';
import { openNeighbours } from './neighbours.ts';

const SIREN = 'siren-honmachi';
const delivery = { retryKey: 'k', status: 'actual', recipients: ['3'] } as unknown as Delivery<'actual'>;
const contacts = [{ address: SIREN } as unknown as Contact];

/** What a siren is told to do by words about a transition. */
async function switched(transitionId: string, told: OrderTransition | Transition | null): Promise<boolean> {
  const numbered = told && { number: 1, transition: told };
  const { relay } = openNeighbours({
    keys: new KeyRing(freshSecrets()),
    clock: new SystemClock(),
    ledger: { transition: async () => numbered as { number: number; transition: Transition } | null },
    orders: { transition: async () => numbered as { number: number; transition: OrderTransition } | null },
    innerHosts: [],
  });
  const on = Promise.withResolvers<boolean>();
  relay.connect({
    isConnected: (device) => device === SIREN,
    publishTo: async (device, _, payload) => {
      const command = JSON.parse(String(payload)) as { readonly id: string; readonly on: boolean };
      on.resolve(command.on);
      relay.heard(device, Buffer.from(JSON.stringify({ id: command.id, ok: true })));
    },
  });
  const message = { transitionId, status: 'actual', level: 4, expiresAt: 1 } as unknown as Message<'actual'>;
  expect(await relay.attempt(delivery, message, contacts)).toMatchObject({ kind: 'sent' });
  return on.promise;
}

describe('a siren', () => {
  it.each([
    ['raised', true],
    ['climbed', true],
    ['reminded', true],
    ['escalated', true],
    ['steppedDown', false],
    ['cleared', false],
    ['asked', false],
  ] as const)('hears of an alert that is %s: %s', async (kind, on) => {
    expect(await switched('river-level@ose-seguchi#1/1', { kind } as Transition)).toBe(on);
  });

  it.each([
    ['given', null, true],
    ['updated', null, true],
    ['lifted', null, false],
    ['corrected', 'given', false],
    ['corrected', 'updated', true],
    ['corrected', 'lifted', true],
  ] as const)('hears of an order that is %s (%s taken back): %s', async (kind, taken, on) => {
    const corrects = taken && { id: 'order/o1/1', kind: taken };
    expect(await switched('order/o1/2', orderTold(kind, { transition: { corrects } }))).toBe(on);
  });

  it('is not switched on by words of which nobody knows what they were about', async () => {
    expect(await switched('order/o1/2', null)).toBe(false);
    expect(await switched('river-level@ose-seguchi#1/1', null)).toBe(false);
  });
});
