import { type ActDraft, actId, type Gathered, type Hold, type Ledger, type SilenceDraft } from '#core';
import { aDelivery, aMessage, anAlert, aTransition, T0, type LedgerHarness } from './ledger-values.ts';

const ALERT = 'river-level@tama-03#1';

const anAct = (set: Partial<ActDraft> & { readonly key?: string } = {}): ActDraft => {
  const { key = 'k1', ...rest } = set;
  const act = { alertId: ALERT, kind: 'mute' as const, by: 'sato', at: T0 + 5_000, text: '', ...rest };
  return { ...act, id: actId(act, key) };
};

const aSilence = (set: Partial<SilenceDraft> = {}): SilenceDraft => ({
  key: 'sato/1',
  matcher: { rivers: ['多摩川'] },
  covers: ['staff'],
  reason: '護岸工事のため',
  by: 'sato',
  at: T0,
  endsAt: T0 + 3_600_000,
  ...set,
});

const waiting = (ordinal: number, leader = 1): Gathered => {
  const leaderId = aTransition({ ordinal: leader }).id;
  return {
    transitionId: aTransition({ ordinal }).id,
    routeId: 'staff',
    groupId: `${leaderId}/staff+group`,
    leaderId,
    key: 'staff 多摩川',
    number: ordinal,
    closesAt: T0 + 30_000,
  };
};

/** What every ledger promises about acts, silences and groups. */
export function describeActs(harness: LedgerHarness): void {
  describe('acts, silences and groups', () => {
    let ledger: Ledger;
    let watch: Hold;
    beforeEach(async () => {
      ledger = await harness.open();
      watch = await ledger.seize('watch');
    });
    afterEach(() => harness.close());

    const move = async (ordinal: number, step: number): Promise<void> => {
      const alert = anAlert({ step, state: step === 0 ? 'quiet' : 'raised', transitions: ordinal });
      watch = await ledger.commitWatch({
        hold: watch,
        to: ordinal,
        watches: [],
        alerts: [alert],
        transitions: [aTransition({ ordinal, step })],
      });
    };

    it('writes an act down with the step of the alert and its place among the transitions', async () => {
      await move(1, 1);
      await move(2, 2);
      expect(await ledger.act(anAct())).toEqual({ ...anAct(), step: 2, after: 2 });
      expect(await (await harness.again()).acts(ALERT)).toEqual([{ ...anAct(), step: 2, after: 2 }]);
    });

    it('keeps one act of a person under one key, and other people and keys beside it', async () => {
      await move(1, 2);
      await ledger.act(anAct());
      await move(2, 3);
      expect(await ledger.act(anAct({ at: T0 + 9_000 }))).toMatchObject({ at: T0 + 5_000, after: 1 });
      await ledger.act(anAct({ by: 'ito' }));
      await ledger.act(anAct({ kind: 'note', text: '堤防を見に行った', key: 'k2' }));
      expect((await ledger.acts(ALERT)).map(({ by, kind, text }) => [by, kind, text])).toEqual([
        ['sato', 'mute', ''],
        ['ito', 'mute', ''],
        ['sato', 'note', '堤防を見に行った'],
      ]);
    });

    it('takes no act on an alert that is not raised, except a note on an episode that was', async () => {
      expect(await ledger.act(anAct({ kind: 'note', text: '？' }))).toBeNull();
      await move(1, 2);
      await move(2, 0);
      expect(await ledger.act(anAct())).toBeNull();
      expect(await ledger.act(anAct({ kind: 'note', text: '引き継ぎ' }))).toMatchObject({ step: 0, after: 2 });
      expect(await ledger.acts('river-level@tama-03#2')).toEqual([]);
    });

    it('writes each acknowledgement down as an act, while the alert keeps the first one', async () => {
      await move(1, 2);
      await ledger.acknowledge(ALERT, 'sato', T0 + 1);
      await ledger.acknowledge(ALERT, 'ito', T0 + 2);
      await ledger.acknowledge(ALERT, 'sato', T0 + 3);
      expect((await ledger.acts(ALERT)).map(({ by, kind, at }) => [by, kind, at])).toEqual([
        ['sato', 'acknowledge', T0 + 1],
        ['ito', 'acknowledge', T0 + 2],
      ]);
      expect((await ledger.alert('river-level', 'tama-03'))?.acknowledgedBy).toBe('sato');
    });

    it('numbers silences, and keeps one per key with its place among the transitions', async () => {
      await move(1, 2);
      const first = await ledger.addSilence(aSilence());
      expect(first).toEqual({ ...aSilence(), id: 'silence-1', number: 1, after: 1, ended: null, told: false });
      await move(2, 3);
      expect(await ledger.addSilence(aSilence({ reason: 'again' }))).toEqual(first);
      await ledger.addSilence(aSilence({ key: 'ito/1', by: 'ito' }));
      const all = await (await harness.again()).silences({ limit: 10 });
      expect(all.map(({ id, by, after }) => [id, by, after])).toEqual([
        ['silence-2', 'ito', 2],
        ['silence-1', 'sato', 1],
      ]);
      expect(await ledger.silences({ before: 2, limit: 10 })).toEqual([first]);
    });

    it('ends a silence once, and neither one that is over nor one that never was', async () => {
      await ledger.addSilence(aSilence());
      await move(1, 2);
      const ended = await ledger.endSilence('silence-1', 'ito', T0 + 60_000);
      expect(ended?.ended).toEqual({ by: 'ito', at: T0 + 60_000, after: 1 });
      expect(await ledger.endSilence('silence-1', 'sato', T0 + 70_000)).toEqual(ended);
      expect(await ledger.endSilence('silence-7', 'sato', T0)).toBeNull();
      expect(await ledger.endSilence('nonsense', 'sato', T0)).toBeNull();
      await ledger.addSilence(aSilence({ key: '2' }));
      expect(await ledger.endSilence('silence-2', 'sato', T0 + 3_600_000)).toMatchObject({ ended: null });
    });

    it('closes a silence in the commit that plans what staff is told after it', async () => {
      await ledger.addSilence(aSilence());
      expect(await ledger.silences({ open: true, limit: 10 })).toHaveLength(1);
      const hold = await ledger.seize('dispatch');
      await ledger.commitPlan({ hold, to: 0, messages: [], deliveries: [], silencesTold: ['silence-1'] });
      expect(await ledger.silences({ open: true, limit: 10 })).toEqual([]);
      expect(await ledger.silences({ limit: 10 })).toMatchObject([{ id: 'silence-1', told: true }]);
    });

    it('keeps what waits to be told together with the position, once, until its group is told', async () => {
      const hold = await ledger.seize('dispatch');
      const next = await ledger.commitPlan({ hold, to: 2, messages: [], deliveries: [], gathered: [waiting(1), waiting(2)] });
      const same = await ledger.commitPlan({ hold: next, to: 3, messages: [], deliveries: [], gathered: [waiting(2), waiting(3, 3)] });
      expect(await (await harness.again()).gathered()).toEqual([waiting(1), waiting(2), waiting(3, 3)]);
      await ledger.commitPlan({ hold: same, to: 3, messages: [], deliveries: [], groupsTold: [waiting(1).groupId] });
      expect(await ledger.gathered()).toEqual([waiting(3, 3)]);
    });

    it('shows the message of a group with every transition that was told by it', async () => {
      const [leader, member] = [aTransition({ ordinal: 1 }).id, aTransition({ ordinal: 2 }).id];
      const own = aMessage(leader);
      const shared = aMessage(leader, { id: `${leader}/staff+group/ja`, routeId: 'staff+group' });
      const deliveries = [aDelivery(own, 1), aDelivery(shared, 2, { state: 'suppressed', settledAt: T0 })];
      const hold = await ledger.seize('dispatch');
      await ledger.commitPlan({ hold, to: 2, messages: [own, shared], deliveries, gathered: [waiting(1), waiting(2)] });

      expect(await ledger.messages(member)).toEqual([shared]);
      expect(await ledger.messages(leader)).toHaveLength(2);
      expect((await ledger.deliveries({ transitionId: member, limit: 10 })).map(({ delivery }) => delivery.id)).toEqual([
        deliveries[1]!.id,
      ]);
      expect(await ledger.deliveryCounts([member])).toEqual([
        { transitionId: member, channel: 'line', state: 'suppressed', deliveries: 1, recipients: 2 },
      ]);
      expect(await ledger.deliveryCounts([leader])).toHaveLength(2);
    });
  });
}
