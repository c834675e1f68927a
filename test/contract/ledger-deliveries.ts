import { LedgerFenced, mailIdentity, type Delivery, type Ledger } from '#core';
import { aDelivery, aMessage, aSettlement, aTransition, claimAll, planned, T0, type LedgerHarness } from './ledger-values.ts';

/** What every ledger promises about messages and deliveries. */
export function describeDeliveries(harness: LedgerHarness): void {
  describe('deliveries', () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await harness.open();
    });
    afterEach(() => harness.close());

    const one = async (id: string): Promise<Delivery | undefined> =>
      (await ledger.deliveries({ limit: 100 })).find(({ delivery }) => delivery.id === id)?.delivery;

    it('keeps a plan with the position of dispatch', async () => {
      const message = aMessage(aTransition().id);
      const hold = await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1)]);
      const successor = await harness.again();
      expect(await successor.seize('dispatch')).toEqual({ ...hold, fence: hold.fence + 1 });
      expect(await successor.messages(message.transitionId)).toEqual([message]);
      expect(await successor.deliveries({ limit: 10 })).toEqual([
        { number: 2, delivery: aDelivery(message, 1) },
        { number: 1, delivery: aDelivery(message, 0) },
      ]);
    });

    it('F5 leaves what a repeated plan finds as it is', async () => {
      const message = aMessage(aTransition().id);
      let hold = await planned(ledger, (own) => [aDelivery(own, 0)]);
      const [claimed] = await claimAll(ledger, hold);
      await ledger.settle(hold, [aSettlement(claimed!.delivery)]);
      const changed = [aDelivery(message, 0, { recipients: ['somebody else'] }), aDelivery(message, 1)];
      hold = await ledger.commitPlan({ hold, to: hold.position + 1, messages: [{ ...message, body: 'other words' }], deliveries: changed });
      expect(await one(changed[0]!.id)).toMatchObject({ state: 'sent', recipients: ['U0a', 'U0b'] });
      expect(await ledger.messages(message.transitionId)).toEqual([message]);
      expect(ids(await claimAll(ledger, hold))).toEqual([changed[1]!.id]);
    });

    it('keeps a plan of thousands of deliveries', async () => {
      const hold = await planned(ledger, (own) => Array.from({ length: 2_100 }, (_, chunk) => aDelivery(own, chunk)));
      expect(await claimAll(ledger, hold, { limit: 1_500 })).toHaveLength(1_500);
      expect(await claimAll(ledger, hold, { limit: 1_500 })).toHaveLength(600);
    });

    it('promise 8 finds the delivery that somebody outside names, by its id, its key, its receipt or its mail', async () => {
      const message = aMessage(aTransition().id);
      const mail = { channel: 'disaster-mail', endpoint: 'mail.example', recipients: ['a@mail.example'] } as const;
      const hold = await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1), aDelivery(own, 2, mail)]);
      const [claimed] = await claimAll(ledger, hold, { limit: 1 });
      await ledger.settle(hold, [aSettlement(claimed!.delivery, { receipt: 'receipt of LINE' })]);
      const [first, second, third] = [aDelivery(message, 0), aDelivery(message, 1), aDelivery(message, 2, mail)];
      expect(await ledger.findDelivery({ id: second.id })).toEqual({ number: 2, delivery: second });
      expect(await ledger.findDelivery({ key: second.retryKey })).toEqual({ number: 2, delivery: second });
      expect((await ledger.findDelivery({ key: 'receipt of LINE' }))?.delivery.id).toBe(first.id);
      expect(await ledger.findDelivery({ mail: mailIdentity(third.id) })).toEqual({ number: 3, delivery: third });
      // LINE is told no such identity, so nobody can hold one.
      expect(await ledger.findDelivery({ mail: mailIdentity(first.id) })).toBeNull();
      for (const by of [{ id: 'none' }, { key: 'none' }, { key: '' }, { mail: 'none' }]) expect(await ledger.findDelivery(by)).toBeNull();
    });

    it('promise 8 finds an old delivery below thousands of others', async () => {
      const message = aMessage(aTransition().id);
      await planned(ledger, (own) => Array.from({ length: 4_500 }, (_, chunk) => aDelivery(own, chunk)));
      const oldest = aDelivery(message, 0);
      expect(await ledger.findDelivery({ key: oldest.retryKey })).toEqual({ number: 1, delivery: oldest });
    });

    it('claims what is due with its message, and counts the attempt before it is made', async () => {
      const message = aMessage(aTransition().id);
      const hold = await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1, { dueAt: T0 + 1 })]);
      const delivery = { ...aDelivery(message, 0), state: 'sending', attempts: 1, firstAttemptAt: T0 };
      expect(await claimAll(ledger, hold)).toEqual([{ delivery, message }]);
      expect(await (await harness.again()).deliveries({ state: 'sending', limit: 9 })).toEqual([{ number: 1, delivery }]);
      expect(await claimAll(ledger, hold)).toEqual([]);
    });

    it('F68 knows of no attempt at what went back into the queue without leaving the house', async () => {
      const hold = await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1)]);
      const [untouched, tried] = await claimAll(ledger, hold);
      const back = { state: 'queued', dueAt: T0 + 5_000, receipt: '' } as const;
      const settlements = [aSettlement(untouched!.delivery, { ...back, unclaimed: true }), aSettlement(tried!.delivery, back)];
      await ledger.settle(hold, settlements);
      // Twice, as after a commit of which nobody knows whether it took place.
      await ledger.settle(hold, settlements);
      const again = await claimAll(ledger, hold, { now: T0 + 6_000 });
      // Since when it waits is known all the same (F69).
      expect(again.map(({ delivery }) => [delivery.attempts, delivery.firstAttemptAt])).toEqual([
        [1, T0],
        [2, T0],
      ]);
    });

    it('claims lane before due time before age', async () => {
      const hold = await planned(ledger, (own) => [
        aDelivery(own, 0, { lane: 'congestion', dueAt: T0 - 9 }),
        aDelivery(own, 1, { lane: 'staff', dueAt: T0 - 8 }),
        aDelivery(own, 2, { lane: 'flood', dueAt: T0 - 1 }),
        aDelivery(own, 3, { lane: 'flood', dueAt: T0 - 2 }),
        aDelivery(own, 4, { lane: 'flood', dueAt: T0 - 2 }),
        aDelivery(own, 5, { lane: 'evacuation', dueAt: T0 }),
      ]);
      const order = [5, 3, 4, 2, 1, 0].map((chunk) => aDelivery(aMessage(aTransition().id), chunk).id);
      expect(ids(await claimAll(ledger, hold, { limit: 4 }))).toEqual(order.slice(0, 4));
      expect(ids(await claimAll(ledger, hold, { limit: 4 }))).toEqual(order.slice(4));
    });

    it('claims only of its channel and leaves endpoints out (F58)', async () => {
      const hold = await planned(ledger, (own) => [
        aDelivery(own, 0),
        aDelivery(own, 1, { channel: 'email', endpoint: 'slow.example' }),
        aDelivery(own, 2, { channel: 'email', endpoint: 'good.example' }),
      ]);
      const mail = { channel: 'email', exceptEndpoints: ['slow.example', 'other.example'] } as const;
      expect((await claimAll(ledger, hold, mail)).map(({ delivery }) => delivery.endpoint)).toEqual(['good.example']);
      expect(await claimAll(ledger, hold, mail)).toEqual([]);
      expect(await claimAll(ledger, hold, { channel: 'email' })).toHaveLength(1);
    });

    it('F62 never gives one delivery to two dispatchers that claim at the same time', async () => {
      const hold = await planned(ledger, (own) => Array.from({ length: 200 }, (_, chunk) => aDelivery(own, chunk)));
      const rivals = [ledger, await harness.again()];
      const claims = await Promise.all(Array.from({ length: 30 }, (_, index) => claimAll(rivals[index % 2]!, hold, { limit: 9 })));
      const claimed = claims.flatMap(ids);
      expect(new Set(claimed).size).toBe(claimed.length);
      // Rows that a rival has in hand are stepped over, so what was left then is claimed now.
      claimed.push(...ids(await claimAll(ledger, hold, { limit: 200 })));
      expect(new Set(claimed).size).toBe(200);
      expect(claimed).toHaveLength(200);
    });

    it('F9 refuses claims, settlements and plans under a hold that was taken over', async () => {
      const frozen = await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1)]);
      const [claimed] = await claimAll(ledger, frozen, { limit: 1 });
      await (await harness.again()).seize('dispatch');
      await expect(claimAll(ledger, frozen)).rejects.toThrow(LedgerFenced);
      await expect(ledger.settle(frozen, [aSettlement(claimed!.delivery)])).rejects.toThrow(LedgerFenced);
      await expect(ledger.unclaim(frozen)).rejects.toThrow(LedgerFenced);
      await expect(ledger.commitPlan({ hold: frozen, to: 9, messages: [], deliveries: [] })).rejects.toThrow(LedgerFenced);
      expect((await one(claimed!.delivery.id))?.state).toBe('sending');
    });

    it('F3 gives the claims of an ended process back, with the attempt still counted and its first instant kept', async () => {
      const before = await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1)]);
      await claimAll(ledger, before, { limit: 1 });
      const successor = await harness.again();
      const hold = await successor.seize('dispatch');
      expect(await successor.unclaim(hold)).toBe(1);
      expect(await successor.unclaim(hold)).toBe(0);
      const again = await claimAll(successor, hold, { now: T0 + 60_000 });
      expect(again.map(({ delivery }) => [delivery.attempts, delivery.firstAttemptAt])).toEqual([
        [2, T0],
        [1, T0 + 60_000],
      ]);
    });

    it('settles attempts for good or until the next try', async () => {
      const hold = await planned(ledger, (own) => [0, 1, 2, 3].map((chunk) => aDelivery(own, chunk)));
      const claimed = (await claimAll(ledger, hold)).map(({ delivery }) => delivery);
      const at = T0 + 500;
      await ledger.settle(hold, [
        aSettlement(claimed[0]!, { at, receipt: 'req-7' }),
        aSettlement(claimed[1]!, { at, state: 'queued', dueAt: T0 + 9_000, reason: '503', receipt: '' }),
        aSettlement(claimed[2]!, { at, state: 'dead', reason: 'too old', receipt: '' }),
        aSettlement(claimed[3]!, { at, state: 'expired', reason: '', receipt: '' }),
      ]);
      const now = await Promise.all(claimed.map(({ id }) => one(id)));
      expect(now).toMatchObject([
        { state: 'sent', settledAt: at, receipt: 'req-7' },
        { state: 'queued', settledAt: null, dueAt: T0 + 9_000, lastReason: '503', attempts: 1, firstAttemptAt: T0 },
        { state: 'dead', settledAt: at, lastReason: 'too old' },
        { state: 'expired', settledAt: at },
      ]);
      expect(await ledger.nextDueAt('line')).toBe(T0 + 9_000);
      expect(await ledger.nextDueAt('email')).toBeNull();
    });

    it('settles a thousand at once, and of two words about one attempt the first', async () => {
      const hold = await planned(ledger, (own) => Array.from({ length: 1_100 }, (_, chunk) => aDelivery(own, chunk)));
      const claimed = await claimAll(ledger, hold, { limit: 1_100 });
      const settlements = claimed.map(({ delivery }, index) =>
        index % 2 === 0
          ? aSettlement(delivery, { receipt: `of ${delivery.id}` })
          : aSettlement(delivery, { state: 'queued', dueAt: T0 + index, reason: '451 "つぎ" \\ 🌊', receipt: '' }),
      );
      const first = claimed[0]!.delivery;
      await ledger.settle(hold, [
        ...settlements.slice(0, 3),
        aSettlement(first, { state: 'dead', reason: 'second word' }),
        ...settlements.slice(3),
      ]);
      const all = new Map((await ledger.deliveries({ limit: 2_000 })).map(({ delivery }) => [delivery.id, delivery]));
      for (const [index, { delivery }] of claimed.entries()) {
        expect(all.get(delivery.id)).toMatchObject(
          index % 2 === 0
            ? { state: 'sent', dueAt: delivery.dueAt, receipt: `of ${delivery.id}`, lastReason: '' }
            : { state: 'queued', settledAt: null, dueAt: T0 + index, lastReason: '451 "つぎ" \\ 🌊', receipt: '' },
        );
      }
    });

    it('ignores the late word of an older attempt, and a settlement that is repeated', async () => {
      const hold = await planned(ledger, (own) => [aDelivery(own, 0)]);
      const [first] = await claimAll(ledger, hold);
      await ledger.unclaim(hold);
      const [second] = await claimAll(ledger, hold);
      await ledger.settle(hold, [aSettlement(first!.delivery, { state: 'dead', reason: 'late' })]);
      expect(await one(first!.delivery.id)).toMatchObject({ state: 'sending', attempts: 2 });
      await ledger.settle(hold, [aSettlement(second!.delivery)]);
      await ledger.settle(hold, [aSettlement(second!.delivery, { state: 'queued', reason: 'again' })]);
      expect(await one(first!.delivery.id)).toMatchObject({ state: 'sent', lastReason: '' });
    });

    it('F56 puts parts in the place of a delivery, once, and counts nobody twice', async () => {
      const message = aMessage(aTransition().id);
      const hold = await planned(ledger, (own) => [aDelivery(own, 0)]);
      const [claimed] = await claimAll(ledger, hold);
      const parts = [aDelivery(message, 10, { recipients: ['U0a'] }), aDelivery(message, 11, { recipients: ['U0b'] })];
      const settlement = aSettlement(claimed!.delivery, { state: 'refused', reason: '400', receipt: '', parts });
      await ledger.settle(hold, [settlement]);
      await ledger.settle(hold, [settlement]);
      expect(await one(claimed!.delivery.id)).toMatchObject({ state: 'refused', lastReason: 'split' });
      expect(ids(await claimAll(ledger, hold, { limit: 1 }))).toEqual([parts[0]!.id]);
      const counts = await ledger.deliveryCounts([message.transitionId]);
      expect(counts.toSorted((a, b) => (a.state < b.state ? -1 : 1))).toEqual([
        { transitionId: message.transitionId, channel: 'line', state: 'queued', deliveries: 1, recipients: 1 },
        { transitionId: message.transitionId, channel: 'line', state: 'sending', deliveries: 1, recipients: 1 },
      ]);
      expect(await ledger.deliveryCounts(['another'])).toEqual([]);
      const depths = await ledger.queueDepths();
      expect(depths.toSorted((a, b) => (a.state < b.state ? -1 : 1))).toEqual([
        { channel: 'line', state: 'queued', deliveries: 1 },
        { channel: 'line', state: 'sending', deliveries: 1 },
      ]);
    });

    it('takes whatever bytes a foreign server gives as its reason', async () => {
      const hold = await planned(ledger, (own) => [aDelivery(own, 0)]);
      const [claimed] = await claimAll(ledger, hold);
      await ledger.settle(hold, [
        aSettlement(claimed!.delivery, { state: 'dead', reason: `550 \0 \uD800 ${'x'.repeat(100_000)}`, receipt: '\0' }),
      ]);
      expect((await one(claimed!.delivery.id))?.state).toBe('dead');
    });

    it('lists deliveries by transition, state and channel, newest first, page by page', async () => {
      await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1, { channel: 'email' })]);
      const hold = await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1)], 2);
      await claimAll(ledger, hold, { limit: 1 });
      const numbers = async (query: Parameters<Ledger['deliveries']>[0]) => (await ledger.deliveries(query)).map(({ number }) => number);
      expect(await numbers({ limit: 3 })).toEqual([4, 3, 2]);
      expect(await numbers({ limit: 3, before: 3 })).toEqual([2, 1]);
      expect(await numbers({ transitionId: aTransition().id, limit: 9 })).toEqual([2, 1]);
      expect(await numbers({ channel: 'line', state: 'queued', limit: 9 })).toEqual([4, 3]);
      expect(await numbers({ state: 'sending', limit: 9 })).toEqual([1]);
      expect(await numbers({ channel: 'line', state: ['queued', 'sending'], limit: 9 })).toEqual([4, 3, 1]);
    });

    it('forgets settled deliveries of before an instant and the messages that nobody needs any more', async () => {
      const hold = await planned(ledger, (own) => [aDelivery(own, 0), aDelivery(own, 1), aDelivery(own, 2)]);
      const [first, second] = await claimAll(ledger, hold);
      await ledger.settle(hold, [aSettlement(first!.delivery, { at: T0 + 1 }), aSettlement(second!.delivery, { at: T0 + 1_000 })]);
      expect(await ledger.forgetDeliveries(T0 + 1)).toBe(0);
      expect(await ledger.forgetDeliveries(T0 + 500)).toBe(1);
      expect(await ledger.messages(aTransition().id)).toHaveLength(1);
      await planned(ledger, (own) => [aDelivery(own, 0, { state: 'sent', settledAt: T0 + 2 })], 2);
      expect(await ledger.forgetDeliveries(T0 + 500)).toBe(1);
      expect(await ledger.messages(aTransition({ ordinal: 2 }).id)).toEqual([]);
      expect(await ledger.deliveries({ limit: 9 })).toHaveLength(2);
    });
  });
}

const ids = (claimed: readonly { readonly delivery: Delivery }[]): readonly string[] => claimed.map(({ delivery }) => delivery.id);
