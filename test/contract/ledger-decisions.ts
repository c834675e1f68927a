import { LedgerFenced, type Alert, type Hold, type Ledger, type Transition } from '#core';
import { anAlert, aTransition, aWatch, T0, type LedgerHarness } from './ledger-values.ts';

/** A queue that moved on. */
const called = (ordinal: number): Transition => ({ ...aTransition({ ruleId: 'queue', step: 0, ordinal }), kind: 'called', to: ordinal });

/** What every ledger promises about stages, windows, alerts and transitions. */
export function describeDecisions(harness: LedgerHarness): void {
  describe('decisions', () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await harness.open();
    });
    afterEach(() => harness.close());

    const commit = (hold: Hold, to: number, alerts: readonly Alert[] = [], ordinals: readonly number[] = []) =>
      ledger.commitWatch({ hold, to, watches: [], alerts, transitions: ordinals.map((ordinal) => aTransition({ ordinal })) });

    it('starts both stages at position 0', async () => {
      expect(await ledger.seize('watch')).toEqual({ stage: 'watch', fence: 1, position: 0 });
      expect(await ledger.seize('dispatch')).toEqual({ stage: 'dispatch', fence: 1, position: 0 });
    });

    it('F2 gives a successor the position, the windows and the alerts of the last commit', async () => {
      const hold = await ledger.seize('watch');
      const watches = [aWatch('tama-03'), aWatch('asa-01')];
      await ledger.commitWatch({ hold, to: 40, watches, alerts: [anAlert()], transitions: [aTransition()] });

      const successor = await harness.again();
      expect((await successor.seize('watch')).position).toBe(40);
      const state = await successor.watchState();
      expect(state.watches.toSorted((a, b) => (a.gauge < b.gauge ? -1 : 1))).toEqual([aWatch('asa-01'), aWatch('tama-03')]);
      expect(state.alerts).toEqual([anAlert()]);
      expect(await successor.transitionsAfter(0, 10)).toEqual([{ number: 1, transition: aTransition() }]);
    });

    it('replaces windows and alerts, and of two in one commit keeps the later one', async () => {
      const hold = await ledger.seize('watch');
      const next = await ledger.commitWatch({
        hold,
        to: 1,
        watches: [aWatch('tama-03', 1)],
        alerts: [anAlert({ step: 1 })],
        transitions: [],
      });
      const watches = [aWatch('tama-03', 2), aWatch('tama-03', 3)];
      await ledger.commitWatch({ hold: next, to: 2, watches, alerts: [anAlert({ step: 2 }), anAlert({ step: 3 })], transitions: [] });
      expect(await ledger.watchState()).toMatchObject({ watches: [aWatch('tama-03', 3)], alerts: [anAlert({ step: 3 })] });
    });

    it('F51 keeps by which playbook the steps of the alerts count, in the commit that counted them anew', async () => {
      const hold = await ledger.seize('watch');
      await ledger.commitWatch({ hold, to: 0, watches: [], alerts: [anAlert({ step: 1 })], transitions: [], playbookVersion: 'v2' });
      expect(await ledger.watchState()).toEqual({ watches: [], alerts: [anAlert({ step: 1 })], playbookVersion: 'v2' });
      await commit(await ledger.seize('watch'), 1, [anAlert({ step: 2 })]);
      const successor = await harness.again();
      expect((await successor.watchState()).playbookVersion).toBe('v2');
      await ledger.seize('watch');
      await expect(ledger.commitWatch({ hold, to: 0, watches: [], alerts: [], transitions: [], playbookVersion: 'v3' })).rejects.toThrow(
        LedgerFenced,
      );
      expect((await ledger.watchState()).playbookVersion).toBe('v2');
    });

    it('commits without moving on when only time passed', async () => {
      const hold = await commit(await ledger.seize('watch'), 7);
      expect(await commit(hold, 7, [anAlert()])).toEqual(hold);
      expect(await ledger.alert('river-level', 'tama-03')).toEqual(anAlert());
    });

    it('keeps thousands of windows and hundreds of transitions in one commit', async () => {
      const hold = await ledger.seize('watch');
      const watches = Array.from({ length: 5_000 }, (_, index) => aWatch(`gauge-${String(index).padStart(4, '0')}`));
      const transitions = Array.from({ length: 700 }, (_, index) => aTransition({ ordinal: index }));
      await ledger.commitWatch({ hold, to: 1, watches, alerts: [], transitions });
      expect((await ledger.watchState()).watches).toHaveLength(5_000);
      const kept = await ledger.transitionsAfter(650, 1_000);
      expect(kept.map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, index) => 651 + index));
      expect(kept.at(-1)?.transition).toEqual(transitions.at(-1));
    });

    it('F9 refuses the writes of a process whose stage was taken over, and keeps nothing of them', async () => {
      const frozen = await ledger.seize('watch');
      await (await harness.again()).seize('watch');
      await expect(commit(frozen, 1, [anAlert()], [1])).rejects.toThrow(LedgerFenced);
      expect(await ledger.watchState()).toEqual({ watches: [], alerts: [], playbookVersion: null });
      expect(await ledger.transitionsAfter(0, 10)).toEqual([]);
      expect((await ledger.seize('watch')).position).toBe(0);
    });

    it('refuses a second commit from the same position', async () => {
      const hold = await ledger.seize('watch');
      await commit(hold, 5, [], [1]);
      await expect(commit(hold, 5, [], [2])).rejects.toThrow(LedgerFenced);
      expect(await ledger.transitionsAfter(0, 10)).toHaveLength(1);
    });

    it('F9 says that the stage was taken over also when the successor has decided the same already', async () => {
      const frozen = await ledger.seize('watch');
      await commit(await (await harness.again()).seize('watch'), 1, [], [1]);
      await expect(commit(frozen, 1, [], [1])).rejects.toThrow(LedgerFenced);
    });

    it('lets exactly one of many concurrent commits from one position win', async () => {
      const hold = await ledger.seize('watch');
      const rivals = [ledger, await harness.again(), await harness.again()];
      const attempts = Array.from({ length: 12 }, (_, index) =>
        rivals[index % rivals.length]!.commitWatch({
          hold,
          to: index + 1,
          watches: [],
          alerts: [],
          transitions: [aTransition({ ordinal: index })],
        }),
      );
      const results = await Promise.allSettled(attempts);
      const won = results.filter((result) => result.status === 'fulfilled');
      expect(won).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(LedgerFenced);
      expect(await ledger.transitionsAfter(0, 100)).toHaveLength(1);
      expect((await ledger.seize('watch')).position).toBe(won[0]?.value.position);
    });

    it('gives every concurrent take-over a fence of its own', async () => {
      const rivals = [ledger, await harness.again()];
      const holds = await Promise.all(Array.from({ length: 8 }, (_, index) => rivals[index % 2]!.seize('watch')));
      expect(holds.map(({ fence }) => fence).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('numbers transitions without gaps in the order of commits, however many writers try', async () => {
      const rivals = [ledger, await harness.again()];
      const seen: number[] = [];
      // A follower that goes by number, while writers fence each other off again and again.
      const follow = async () => {
        for (const { number } of await ledger.transitionsAfter(seen.at(-1) ?? 0, 100)) seen.push(number);
      };
      const writeSome = async (rival: Ledger, name: string) => {
        for (let round = 0; round < 15; round += 1) {
          const hold = await rival.seize('watch');
          const transitions = [1, 2].map((ordinal) => aTransition({ gauge: `${name}-${round}`, ordinal }));
          await rival
            .commitWatch({ hold, to: hold.position + 1, watches: [], alerts: [], transitions })
            .catch((error: unknown) => expect(error).toBeInstanceOf(LedgerFenced));
          await follow();
        }
      };
      await Promise.all(rivals.map((rival, index) => writeSome(rival, `writer-${index}`)));
      const all = await ledger.transitionsAfter(0, 1_000);
      expect(all.length).toBeGreaterThan(0);
      expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index + 1));
      expect((await ledger.seize('watch')).position).toBe(all.length / 2);
      // The two followers share `seen`, so a number may be there twice, but none may be missing.
      expect([...new Set(seen)].toSorted((a, b) => a - b)).toEqual(all.map(({ number }) => number).slice(0, new Set(seen).size));
    });

    it('lists transitions by gauge and by alert, newest first, page by page', async () => {
      const hold = await ledger.seize('watch');
      const transitions = [1, 2, 3].flatMap((ordinal) => [aTransition({ ordinal }), aTransition({ gauge: 'asa-01', ordinal })]);
      await ledger.commitWatch({ hold, to: 1, watches: [], alerts: [], transitions });
      const numbers = async (query: Parameters<Ledger['transitions']>[0]) => (await ledger.transitions(query)).map(({ number }) => number);
      expect(await numbers({ limit: 4 })).toEqual([6, 5, 4, 3]);
      expect(await numbers({ limit: 4, before: 3 })).toEqual([2, 1]);
      expect(await numbers({ gauge: 'asa-01', limit: 2 })).toEqual([6, 4]);
      expect(await numbers({ alertId: aTransition().alertId, before: 5, limit: 9 })).toEqual([3, 1]);
      expect(await ledger.transition(transitions[3]!.id)).toEqual({ number: 4, transition: transitions[3] });
      expect(await ledger.transition('nothing')).toBeNull();
    });

    it('keeps the calls of a queue apart from what is looked back at, and gives them in order to whoever follows', async () => {
      const hold = await ledger.seize('watch');
      const transitions = [aTransition(), called(1), called(2), aTransition({ ordinal: 2 })];
      await ledger.commitWatch({ hold, to: 1, watches: [], alerts: [], transitions });
      const numbers = async (query: Parameters<Ledger['transitions']>[0]) => (await ledger.transitions(query)).map(({ number }) => number);
      expect(await numbers({ limit: 9 })).toEqual([4, 1]);
      expect(await numbers({ gauge: 'tama-03', limit: 9 })).toEqual([4, 1]);
      expect(await numbers({ alertId: called(1).alertId, limit: 9 })).toEqual([3, 2]);
      expect(await ledger.transitionsAfter(1, 2)).toEqual([
        { number: 2, transition: called(1) },
        { number: 3, transition: called(2) },
      ]);
    });

    it('lists open alerts by step, then by newest change', async () => {
      const alerts = [
        anAlert({ gauge: 'a', step: 1, changedAt: T0 + 9 }),
        anAlert({ gauge: 'b', step: 3, changedAt: T0 }),
        anAlert({ gauge: 'c', step: 3, changedAt: T0 + 1 }),
        anAlert({ gauge: 'd', step: 0, state: 'quiet' }),
        anAlert({ gauge: 'e', step: 0, state: 'pending' }),
      ];
      await commit(await ledger.seize('watch'), 1, alerts);
      expect((await ledger.openAlerts(10)).map(({ gauge }) => gauge)).toEqual(['c', 'b', 'a', 'e']);
      expect(await ledger.openAlerts(2)).toHaveLength(2);
      expect(await ledger.alert('river-level', 'd')).toEqual(alerts[3]);
      expect(await ledger.alert('river-level', 'nowhere')).toBeNull();
    });

    describe('acknowledgement', () => {
      const id = aTransition().alertId;

      it('F12 stays with the episode while watch, which knows nothing of it, writes the alert again', async () => {
        const hold = await commit(await ledger.seize('watch'), 1, [anAlert({ step: 1 })]);
        expect(await ledger.acknowledge(id, 'sato', T0 + 5)).toBe(true);
        await commit(hold, 2, [anAlert({ step: 3 })]);
        const expected = anAlert({ step: 3, acknowledgedBy: 'sato', acknowledgedAt: T0 + 5 });
        expect(await ledger.alert('river-level', 'tama-03')).toEqual(expected);
        expect(await ledger.openAlerts(5)).toEqual([expected]);
        expect((await ledger.watchState()).alerts).toEqual([expected]);
      });

      it('is gone in the next episode, even when watch carries the old one along', async () => {
        const hold = await commit(await ledger.seize('watch'), 1, [anAlert()]);
        await ledger.acknowledge(id, 'sato', T0);
        await commit(hold, 2, [anAlert({ episode: 2, acknowledgedBy: 'sato', acknowledgedAt: T0 })]);
        expect(await ledger.alert('river-level', 'tama-03')).toEqual(anAlert({ episode: 2 }));
        expect(await ledger.acknowledge(id, 'sato', T0)).toBe(false);
      });

      it('keeps the first person', async () => {
        await commit(await ledger.seize('watch'), 1, [anAlert()]);
        expect(await ledger.acknowledge(id, 'sato', T0 + 1)).toBe(true);
        expect(await ledger.acknowledge(id, 'suzuki', T0 + 2)).toBe(true);
        expect(await ledger.alert('river-level', 'tama-03')).toMatchObject({ acknowledgedBy: 'sato', acknowledgedAt: T0 + 1 });
      });

      it('is refused for an alert that is not raised', async () => {
        await commit(await ledger.seize('watch'), 1, [anAlert({ state: 'pending', step: 0 })]);
        expect(await ledger.acknowledge(id, 'sato', T0)).toBe(false);
        expect(await ledger.acknowledge('unknown', 'sato', T0)).toBe(false);
      });
    });
  });
}
