import {
  BLOCKED_WHY,
  type Delivery,
  homesOf,
  type Ledger,
  LedgerFenced,
  type Message,
  messageId,
  reachOfRows,
  type StandIn,
  standInsOf,
} from '#core';
import { aDelivery, aMessage, aSettlement, aTransition, claimAll, planned, T0, type LedgerHarness } from './ledger-values.ts';

/** What every ledger promises about what became of single people, and about what waits for a person. */
export function describeProof(harness: LedgerHarness): void {
  describe('proof', () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await harness.open();
    });
    afterEach(() => harness.close());

    const of = aTransition().id;
    const people = async (ids: readonly string[], state: 'sent' | 'refused' | 'queued' = 'sent') => {
      const homes = homesOf(ids.map((_, index) => (index === 0 ? ['A', 'B'] : ['A'])));
      const hold = await planned(ledger, (message) => [aDelivery(message, 0, { recipients: ids, homes })]);
      const [claimed] = await claimAll(ledger, hold);
      if (state !== 'queued') await ledger.settle(hold, [aSettlement(claimed!.delivery, { state })]);
      return { hold, delivery: claimed!.delivery };
    };
    const all = async () => (await ledger.deliveries({ limit: 100 })).map(({ delivery }) => delivery);
    const residents = async () => reachOfRows(await ledger.reach(of)).residents;

    it('keeps homes and the delivery that another stands for', async () => {
      const standsFor = { deliveryId: 'another', recipient: '7', why: 'LINE が受け付けない' };
      await planned(ledger, (message) => [aDelivery(message, 0, { homes: homesOf([['A'], []]), standsFor })]);
      expect(await all()).toMatchObject([{ homes: { sets: [['A'], []], of: [0, 1] }, standsFor }]);
    });

    it('counts people by district and state, and those of whom something is noted', async () => {
      const { delivery } = await people(['11', '12', '13']);
      expect(await residents()).toMatchObject({ addressed: 3, accepted: 3, confirmed: 0 });
      expect(
        await ledger.noteRecipient({ of: { recipient: '11', deliveryId: delivery.id }, state: 'confirmed', at: T0 + 1, why: '' }),
      ).toBe(1);
      await ledger.noteRecipient({
        of: { recipient: '12', channel: 'line', acceptedSince: T0 },
        state: 'blocked',
        at: T0 + 2,
        why: 'unfollow',
      });
      const reach = reachOfRows(await ledger.reach(of));
      expect(reach.residents).toMatchObject({ addressed: 3, accepted: 2, confirmed: 1, failed: 1, blocked: 1 });
      expect(
        reach.districts.map(({ code, addressed, accepted, confirmed, blocked }) => [code, addressed, accepted, confirmed, blocked]),
      ).toEqual([
        ['A', 3, 2, 1, 1],
        ['B', 1, 1, 1, 0],
      ]);
      expect(await ledger.reach('another')).toEqual([]);
      expect(delivery.recipients).toHaveLength(3);
    });

    it('lets the stronger of two notes stand, in whatever order they come', async () => {
      const { delivery } = await people(['11']);
      const note = (state: 'bounced' | 'confirmed') => ledger.noteRecipient({ of: { deliveryId: delivery.id }, state, at: T0, why: '' });
      await note('bounced');
      await note('confirmed');
      await note('bounced');
      expect(await residents()).toMatchObject({ accepted: 1, confirmed: 1, bounced: 0 });
    });

    it('notes nothing of people and deliveries that there are not', async () => {
      const { delivery } = await people(['11']);
      const at = { state: 'blocked', at: T0, why: '' } as const;
      expect(await ledger.noteRecipient({ ...at, of: { deliveryId: 'none' } })).toBe(0);
      expect(await ledger.noteRecipient({ ...at, of: { recipient: '1', deliveryId: delivery.id } })).toBe(0);
      expect(await ledger.noteRecipient({ ...at, of: { recipient: '1%', deliveryId: delivery.id } })).toBe(0);
      expect(await ledger.noteRecipient({ ...at, of: { recipient: '11', channel: 'line', acceptedSince: T0 + 5_000 } })).toBe(0);
      expect(await ledger.noteRecipient({ ...at, of: { recipient: '11', channel: 'email', acceptedSince: T0 } })).toBe(0);
      expect(await residents()).toMatchObject({ blocked: 0 });
    });

    it('counts a part in place of what was split', async () => {
      const { hold, delivery } = await people(['11', '12'], 'queued');
      const part = (chunk: number, recipient: string, district: string) =>
        aDelivery(aMessage(of), chunk, { recipients: [recipient], homes: homesOf([[district]]) });
      const parts = [part(10, '11', 'A'), part(11, '12', 'B')];
      await ledger.settle(hold, [aSettlement(delivery, { state: 'refused', reason: 'split', receipt: '', parts })]);
      expect(reachOfRows(await ledger.reach(of)).districts.map(({ code, addressed }) => [code, addressed])).toEqual([
        ['A', 1],
        ['B', 1],
      ]);
    });

    const unreached = async (set: Partial<Parameters<Ledger['unreached']>[0]> = {}) =>
      (await ledger.unreached({ now: T0 + 1, orderDueBefore: T0 - 1, isClosed: false, limit: 10, ...set })).map(
        ({ delivery, recipients }) => [delivery.id, ...recipients].join(' '),
      );
    it.each<readonly [string, Partial<Delivery>, boolean]>([
      ['refused', { state: 'refused', lastReason: '400' }, true],
      ['split', { state: 'refused', lastReason: 'split' }, false],
      ['dead', { state: 'dead' }, true],
      ['held back for people who blocked LINE', { state: 'suppressed', lastReason: BLOCKED_WHY }, true],
      ['held back for another reason', { state: 'suppressed', lastReason: 'silence' }, false],
      ['sent', { state: 'sent' }, false],
      ['queued while LINE is open', {}, false],
      ['an order that waits for too long', { lane: 'evacuation', dueAt: T0 - 1 }, true],
      ['an order that was tried a moment ago', { lane: 'evacuation', dueAt: T0 - 1, firstAttemptAt: T0 }, false],
      ['too late for anybody', { state: 'refused', lastReason: '400', expiresAt: T0 + 1 }, false],
      ['mail', { state: 'refused', lastReason: '550', channel: 'disaster-mail' }, false],
    ])('F53 finds those who need another way: %s', async (_, set, isFound) => {
      await planned(ledger, (message) => [aDelivery(message, 0, { recipients: ['11'], ...set })]);
      expect(await unreached()).toHaveLength(isFound ? 1 : 0);
    });

    it('F55 finds everything that waits when LINE is closed, and looks for another way once', async () => {
      const hold = await planned(ledger, (message) => [aDelivery(message, 0, { recipients: ['11', '12'] })]);
      const [delivery, message] = [aDelivery(aMessage(of), 0, { recipients: ['11', '12'] }), aMessage(of)];
      expect(await unreached({ isClosed: true })).toEqual([`${delivery.id} 11 12`]);
      await ledger.standIn(hold, [forAll(delivery, message)]);
      await ledger.standIn(hold, [forAll(delivery, message)]);
      expect(await unreached({ isClosed: true })).toEqual([]);
      const standIns = (await all()).filter(({ channel }) => channel === 'disaster-mail');
      expect(standIns.map(({ recipients, state, standsFor }) => [recipients, state, standsFor?.recipient])).toEqual([
        [['129'], 'queued', '12'],
        [['119'], 'queued', '11'],
      ]);
      expect((await residents()).addressed).toBe(0);
      expect(reachOfRows(await ledger.reach(of)).others).toMatchObject({ addressed: 2, waiting: 2 });
    });

    it('F53 plans no other way for what LINE took in the meantime', async () => {
      const { hold, delivery } = await people(['11'], 'sent');
      await ledger.standIn(hold, [forAll(delivery, aMessage(of))]);
      expect(await all()).toHaveLength(1);
    });

    it('finds who blocked us after LINE had accepted, alone and once', async () => {
      const { hold, delivery } = await people(['11', '12']);
      await ledger.noteRecipient({ of: { recipient: '12', channel: 'line', acceptedSince: T0 }, state: 'blocked', at: T0 + 9, why: '' });
      expect(await unreached()).toEqual([`${delivery.id} 12`]);
      const message = aMessage(of);
      const standIn = forAll(delivery, message);
      await ledger.standIn(hold, [{ ...standIn, recipients: ['12'], deliveries: standIn.deliveries.slice(1) }]);
      expect(await unreached()).toEqual([]);
      expect(await residents()).toMatchObject({ addressed: 2, accepted: 1, waiting: 1, blocked: 0 });
    });

    it('F9 plans no other way under a hold that was taken over', async () => {
      const { hold, delivery } = await people(['11'], 'refused');
      await (await harness.again()).seize('dispatch');
      await expect(ledger.standIn(hold, [forAll(delivery, aMessage(of))])).rejects.toThrow(LedgerFenced);
    });

    it('F69 counts what nobody accepted in time, by transition and channel', async () => {
      const hold = await planned(ledger, (message) => [
        aDelivery(message, 0, { lane: 'evacuation', dueAt: T0 - 60_000 }),
        aDelivery(message, 1, { lane: 'evacuation', dueAt: T0 - 70_000, state: 'dead' }),
        aDelivery(message, 2, { lane: 'evacuation', dueAt: T0 - 60_000, channel: 'email' }),
        aDelivery(message, 3, { lane: 'evacuation', dueAt: T0 - 59_000, channel: 'disaster-mail' }),
        aDelivery(message, 4, { lane: 'flood', dueAt: T0 - 90_000 }),
        aDelivery(message, 5, { lane: 'evacuation', dueAt: T0 - 90_000, state: 'sent' }),
        aDelivery(message, 6, { lane: 'evacuation', dueAt: T0 - 90_000, expiresAt: T0 }),
      ]);
      await claimAll(ledger, hold, { limit: 1 });
      expect(await ledger.unconfirmed({ lane: 'evacuation', dueBefore: T0 - 60_000, now: T0 })).toEqual([
        { transitionId: of, channel: 'line', deliveries: 2, recipients: 4, since: T0 - 70_000 },
        { transitionId: of, channel: 'email', deliveries: 1, recipients: 2, since: T0 - 60_000 },
      ]);
    });

    const deadLetters = () =>
      planned(ledger, (message) => [
        aDelivery(message, 0, { state: 'dead', attempts: 1, firstAttemptAt: T0, settledAt: T0 }),
        aDelivery(message, 1, { state: 'dead', channel: 'disaster-mail', endpoint: 'a.example', settledAt: T0 }),
        aDelivery(message, 2, { state: 'dead', channel: 'disaster-mail', endpoint: 'b.example', settledAt: T0 }),
        aDelivery(message, 3, { state: 'sent', channel: 'disaster-mail', endpoint: 'b.example', settledAt: T0 }),
      ]);
    const by = { by: 'sato', role: 'duty', at: T0 + 9 } as const;

    it('lets a person try a dead letter again, with a new age of its retry key', async () => {
      const hold = await deadLetters();
      const { id } = aDelivery(aMessage(of), 0);
      expect(await ledger.settleDead({ ids: [id, 'none'] }, { ...by, kind: 'retry', reason: 'LINE が直った' })).toBe(1);
      expect(await ledger.settleDead({ ids: [id] }, { ...by, kind: 'retry', reason: '' })).toBe(0);
      const [again] = await claimAll(ledger, hold, { now: T0 + 10 });
      expect(again?.delivery).toMatchObject({
        id,
        attempts: 2,
        firstAttemptAt: T0 + 10,
        lastReason: expect.stringMatching(/sato.*LINE が直った/),
      });
    });

    it('lets a person settle dead letters otherwise, those of one endpoint together', async () => {
      await deadLetters();
      const act = { ...by, kind: 'close', reason: '電話で伝えた' } as const;
      expect(await ledger.settleDead({ channel: 'disaster-mail', endpoint: 'b.example' }, act)).toBe(1);
      expect(await ledger.settleDead({ channel: 'disaster-mail' }, act)).toBe(1);
      expect((await all()).map(({ state }) => state)).toEqual(['sent', 'closed', 'closed', 'dead']);
      expect((await all())[1]).toMatchObject({ settledAt: T0 + 9, lastReason: expect.stringMatching(/sato.*電話で伝えた/) });
      expect(reachOfRows(await ledger.reach(of)).channels).toMatchObject([
        { channel: 'disaster-mail', addressed: 6, accepted: 2, failed: 4 },
        { channel: 'line', unknown: 2 },
      ]);
    });

    it('F20 holds dispatch until a person releases it, and takes what waits for tried', async () => {
      await planned(ledger, (message) => [aDelivery(message, 0), aDelivery(message, 1, { state: 'sent', settledAt: T0 })]);
      expect(await ledger.dispatchHold()).toBeNull();
      expect(await ledger.releaseDispatch({ ...by, why: '' })).toBe(false);
      await ledger.holdDispatch({ at: T0 + 5, why: 'restored' });
      await ledger.holdDispatch({ at: T0 + 6, why: 'again' });
      const successor = await harness.again();
      expect(await successor.dispatchHold()).toEqual({ heldAt: T0 + 5, why: 'restored', released: null });
      expect((await all()).map(({ firstAttemptAt }) => firstAttemptAt)).toEqual([null, T0]);
      expect(await ledger.releaseDispatch({ ...by, why: 'looked' })).toBe(true);
      expect(await ledger.releaseDispatch({ ...by, why: 'twice' })).toBe(false);
      expect(await successor.dispatchHold()).toMatchObject({ released: { at: T0 + 9, by: 'sato', why: 'looked' } });
      await ledger.holdDispatch({ at: T0 + 50, why: 'restored once more' });
      expect(await ledger.dispatchHold()).toEqual({ heldAt: T0 + 50, why: 'restored once more', released: null });
    });

    it('speaks to a standby in their language where the words exist', () => {
      const [ja, en] = [aMessage(of), aMessage(of, { language: 'en' })];
      const standIn = standInsOf({
        unreached: { delivery: aDelivery(ja, 0, { recipients: ['1', '2', '3'] }), message: ja, recipients: ['1', '2', '3'] },
        standbys: [
          { recipient: '5', endpoint: 'a.example', channel: 'disaster-mail', language: 'en' },
          null,
          { recipient: '6', endpoint: 'a.example', channel: 'disaster-mail', language: 'vi' },
        ],
        translations: [ja, en],
        why: '',
        now: T0,
      });
      expect(standIn.deliveries.map(({ messageId: id }) => id)).toEqual([messageId(of, 'residents', 'en'), ja.id]);
    });
  });
}

const forAll = (delivery: Delivery, message: Message): StandIn =>
  standInsOf({
    unreached: { delivery, message, recipients: delivery.recipients },
    standbys: delivery.recipients.map((one) => ({
      recipient: `${one}9`,
      endpoint: 'mail.example',
      channel: 'disaster-mail',
      language: 'ja',
    })),
    translations: [message],
    why: 'LINE が受け付けない',
    now: T0 + 2,
  });
