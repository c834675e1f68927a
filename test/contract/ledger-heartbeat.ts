import { type Alert, HEARTBEAT_ID, heartbeatRuleId, type Ledger, LedgerFenced } from '#core';
import { aDelivery, aMessage, anAlert, aSettlement, aTransition, claimAll, planned, T0, type LedgerHarness } from './ledger-values.ts';

/** What every ledger promises about the heartbeat: that it goes the way of everything else, and is seen by nobody who does not ask for it. */
export function describeHeartbeat(harness: LedgerHarness): void {
  describe('heartbeat', () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await harness.open();
    });
    afterEach(() => harness.close());

    const beat: Alert = anAlert({ ruleId: HEARTBEAT_ID, gauge: HEARTBEAT_ID, step: 1, status: 'test' });
    const test = { lane: 'test', status: 'test' } as const;
    const beating = async (): Promise<void> => {
      const watching = await ledger.seize('watch');
      const alerts = [beat, anAlert()];
      await ledger.commitWatch({
        hold: watching,
        to: 1,
        watches: [],
        alerts,
        transitions: [{ ...aTransition(beat), status: 'test' }, aTransition()],
      });
    };

    it('hands its transitions to those who follow, and shows them and its alerts in no list', async () => {
      await beating();
      expect((await ledger.transitionsAfter(0, 10)).map(({ transition }) => transition.gauge)).toEqual([HEARTBEAT_ID, 'tama-03']);
      expect((await ledger.openAlerts(10)).map(({ gauge }) => gauge)).toEqual(['tama-03']);
      expect((await ledger.vigilants(10)).map(({ alert }) => alert.gauge)).toEqual(['tama-03']);
      expect((await ledger.transitions({ limit: 10 })).map(({ transition }) => transition.gauge)).toEqual(['tama-03']);
      expect(await ledger.transitions({ gauge: HEARTBEAT_ID, limit: 10 })).toEqual([]);
      const { id, alertId } = aTransition(beat);
      expect((await ledger.transitions({ alertId, limit: 10 })).map(({ transition }) => transition.id)).toEqual([id]);
      expect((await ledger.transition(id))?.transition.status).toBe('test');
      expect((await ledger.watchState()).alerts).toHaveLength(2);
    });

    it('sends its deliveries after all others, and knows them by channel, newest first', async () => {
      const hold = await planned(ledger, (message) => [
        aDelivery(message, 0, test),
        aDelivery(message, 1, { ...test, channel: 'email', dueAt: T0 - 9 }),
        aDelivery(message, 2, { ...test, dueAt: T0 - 9 }),
        aDelivery(message, 3, { lane: 'congestion' }),
      ]);
      const claimed = await claimAll(ledger, hold);
      expect(claimed.map(({ delivery }) => delivery.lane)).toEqual(['congestion', 'test', 'test']);
      await ledger.settle(hold, [aSettlement(claimed[1]!.delivery, { state: 'sent' })]);
      expect((await ledger.beats('line', 10)).map(({ state }) => state)).toEqual(['sent', 'sending']);
      expect(await ledger.beats('line', 1)).toHaveLength(1);
      expect((await ledger.beats('email', 10)).map(({ state }) => state)).toEqual(['queued']);
      expect(await ledger.beats('disaster-mail', 10)).toEqual([]);
    });

    it('counts and lists no test among the deliveries, unless one asks for its transition, and takes no other way for one', async () => {
      const hold = await planned(ledger, (message) => [
        aDelivery(message, 0, test),
        aDelivery(message, 1, { ...test, lane: 'evacuation' }),
      ]);
      expect(await ledger.deliveries({ limit: 10 })).toEqual([]);
      expect(await ledger.deliveries({ transitionId: aTransition().id, limit: 10 })).toHaveLength(2);
      expect(await ledger.queueDepths()).toEqual([]);
      const [claimed] = await claimAll(ledger, hold);
      await ledger.settle(hold, [aSettlement(claimed!.delivery, { state: 'dead' })]);
      expect(await ledger.queueDepths()).toEqual([]);
      expect(await ledger.unreached({ now: T0, orderDueBefore: T0 + 99, isClosed: true, limit: 10 })).toEqual([]);
    });

    it('forgets beats of before an instant with their words and deliveries, and leaves alarms, alerts and everything newer', async () => {
      const rule = heartbeatRuleId('line');
      const ages = [T0, T0 + 1_000, T0 + 2_000];
      const beats = ages.map((decidedAt, index) => ({
        ...aTransition({ ...beat, ordinal: index + 1 }),
        status: 'test' as const,
        decidedAt,
      }));
      const alarm = aTransition(anAlert({ ruleId: rule, gauge: HEARTBEAT_ID, step: 1, status: 'test' }));
      const others = [alarm, aTransition()];
      const watching = await ledger.seize('watch');
      await ledger.commitWatch({ hold: watching, to: 1, watches: [], alerts: [beat], transitions: [...beats, ...others] });
      const messages = beats.map(({ id }) => aMessage(id, { status: 'test' }));
      const deliveries = messages.map((message) => aDelivery(message, 0, test));
      let hold = await ledger.seize('dispatch');
      hold = await ledger.commitPlan({ hold, to: 5, messages, deliveries });
      // The proposals have seen nothing yet, and dispatch has the first under way.
      const [first] = await claimAll(ledger, hold, { limit: 1 });
      await ledger.settle(hold, [aSettlement(first!.delivery)]);
      expect(await ledger.forgetBeats(T0 + 1_500)).toBe(0);
      const proposing = await ledger.seize('propose');
      await ledger.pass(proposing, 5);
      const known = async () => (await ledger.transitionsAfter(0, 10)).map(({ number }) => number);

      expect(await ledger.forgetBeats(T0 + 1_500)).toBe(1);
      expect(await known()).toEqual([2, 3, 4, 5]);
      expect(await ledger.transition(beats[0]!.id)).toBeNull();
      expect(await ledger.messages(beats[0]!.id)).toEqual([]);
      expect(await ledger.deliveries({ transitionId: beats[0]!.id, limit: 9 })).toEqual([]);
      // The second waits to be sent, and goes once it has ended.
      const [second, third] = await claimAll(ledger, hold);
      expect(await ledger.forgetBeats(T0 + 1_500)).toBe(0);
      await ledger.settle(hold, [aSettlement(second!.delivery, { state: 'dead' }), aSettlement(third!.delivery)]);
      expect(await ledger.forgetBeats(T0 + 1_500)).toBe(1);

      const successor = await harness.again();
      expect((await successor.transitionsAfter(2, 10)).map(({ number, transition }) => [number, transition.id])).toEqual(
        [beats[2]!, ...others].map(({ id }, index) => [index + 3, id]),
      );
      expect((await successor.beats('line', 9)).map(({ transitionId }) => transitionId)).toEqual([beats[2]!.id]);
      expect(await successor.messages(beats[2]!.id)).toHaveLength(1);
      expect((await successor.watchState()).alerts).toEqual([beat]);
      // What comes next has a number of its own, and whoever follows finds it.
      const next = await successor.seize('watch');
      await successor.commitWatch({ hold: next, to: 2, watches: [], alerts: [], transitions: [aTransition({ ordinal: 2 })] });
      expect((await successor.transitionsAfter(5, 10)).map(({ number }) => number)).toEqual([6]);
    });

    it('says by a stage of its own that a channel is not proven, and not for a process that it was taken from', async () => {
      const rule = heartbeatRuleId('line');
      const alarm = anAlert({ ruleId: rule, gauge: HEARTBEAT_ID, step: 1 });
      const move = { after: { episode: 0, transitions: 0 }, alert: alarm, transitions: [aTransition(alarm)] };
      const hold = await ledger.seize('heartbeat');
      const next = await ledger.commitFaults({ hold, moves: [move] });
      expect(next).toEqual({ ...hold, position: 1 });
      const successor = await harness.again();
      expect(await successor.alert(rule, HEARTBEAT_ID)).toEqual(alarm);
      expect(await successor.openAlerts(10)).toEqual([]);
      expect(await successor.answer(aTransition(alarm).alertId, 'sato', T0)).toBe(true);
      await successor.seize('heartbeat');
      await expect(ledger.commitFaults({ hold: next, moves: [] })).rejects.toThrow(LedgerFenced);
    });
  });
}
