import { type ActKind, actId, type Alert, alertId, type Hold, type Ledger, LedgerFenced, type Transition, type Vigil } from '#core';
import { anAlert, aTransition, T0, type LedgerHarness } from './ledger-values.ts';

const MINUTE = 60_000;

const aVigil = (alert: Alert, set: Partial<Vigil> = {}): Vigil => ({
  alertId: alertId(alert),
  since: T0,
  reminders: 0,
  remindedAt: null,
  calledAt: null,
  level: 0,
  levelAt: null,
  ...set,
});

const aReminder = (alert: Alert, ordinal: number): Transition => ({
  ...aTransition(alert),
  id: `${alertId(alert)}/reminded/${ordinal}`,
  kind: 'reminded',
  from: alert.step,
  call: { ordinal, waitedMs: MINUTE, answered: 0, wanted: 1 },
});

/** What every ledger promises about lives that begin at one position, about answers, and about the stage that reminds and escalates. */
export function describeVigils(harness: LedgerHarness): void {
  describe('vigils', () => {
    let ledger: Ledger;
    let watching: Hold;
    beforeEach(async () => {
      ledger = await harness.open();
      watching = await ledger.seize('watch');
    });
    afterEach(() => harness.close());

    const stand = async (...alerts: readonly Alert[]): Promise<void> => {
      watching = await ledger.commitWatch({ hold: watching, to: watching.position, watches: [], alerts, transitions: [] });
    };

    it('F10 counts the lives that began at one position, each stage for itself, and anew where there was progress', async () => {
      expect(await ledger.countAttempt(watching)).toBe(1);
      const second = await harness.again();
      const next = await second.seize('watch');
      expect(await second.countAttempt(next)).toBe(2);
      await expect(ledger.countAttempt(watching)).rejects.toThrow(LedgerFenced);
      expect(await second.countAttempt(await second.seize('vigil'))).toBe(1);
      const moved = await second.commitWatch({ hold: next, to: 5, watches: [], alerts: [], transitions: [] });
      expect(await second.countAttempt(moved)).toBe(1);
      expect(await second.countAttempt(moved)).toBe(2);
    });

    it('remembers, and says in the line of all transitions, so that a successor finds both', async () => {
      const alert = anAlert();
      await stand(alert);
      await ledger.commitWatch({ hold: watching, to: 1, watches: [], alerts: [], transitions: [aTransition()] });
      const hold = await ledger.seize('vigil');
      expect(hold).toEqual({ stage: 'vigil', fence: 1, position: 0 });
      const vigil = aVigil(alert, { reminders: 1, remindedAt: T0 + MINUTE });
      expect(await ledger.commitVigil({ hold, vigils: [vigil], transitions: [aReminder(alert, 1)] })).toEqual({ ...hold, position: 1 });

      const successor = await harness.again();
      expect(await successor.vigilants(10)).toEqual([{ alert, vigil, answers: [], mutedBy: [] }]);
      const said = await successor.transitionsAfter(0, 10);
      expect(said.map(({ number, transition }) => [number, transition.id])).toEqual([
        [1, aTransition().id],
        [2, aReminder(alert, 1).id],
      ]);
      expect(said[1]!.transition).toEqual(aReminder(alert, 1));
      expect((await successor.seize('vigil')).position).toBe(1);
    });

    it('says a thing once, however often it is committed, and leaves no gap in the numbers', async () => {
      const alert = anAlert();
      await stand(alert);
      let hold = await ledger.seize('vigil');
      hold = await ledger.commitVigil({ hold, vigils: [], transitions: [aReminder(alert, 1)] });
      await ledger.commitVigil({ hold, vigils: [], transitions: [aReminder(alert, 1), aReminder(alert, 2)] });
      expect((await ledger.transitionsAfter(0, 10)).map(({ number, transition }) => [number, transition.call?.ordinal])).toEqual([
        [1, 1],
        [2, 2],
      ]);
    });

    it('leaves out an episode that ended meanwhile, so that a call never follows its all-clear, and forgets what it remembered of it', async () => {
      const lasting = anAlert({ gauge: 'asa-01', step: 1 });
      const ending = anAlert();
      await stand(ending, lasting);
      let hold = await ledger.seize('vigil');
      hold = await ledger.commitVigil({ hold, vigils: [aVigil(ending), aVigil(lasting)], transitions: [] });
      await stand(anAlert({ state: 'quiet', step: 0 }));
      await ledger.commitVigil({
        hold,
        vigils: [aVigil(ending, { level: 1 })],
        transitions: [aReminder(ending, 1), aReminder(lasting, 1)],
      });
      expect((await ledger.transitionsAfter(0, 10)).map(({ transition }) => transition.id)).toEqual([aReminder(lasting, 1).id]);

      // The next episode has another id and starts with nothing remembered.
      await stand(anAlert({ episode: 2 }));
      expect((await ledger.vigilants(10)).map(({ alert, vigil }) => [alertId(alert), vigil])).toEqual([
        ['river-level@tama-03#2', null],
        ['river-level@asa-01#1', aVigil(lasting)],
      ]);
    });

    it('gives only raised alerts, the highest step first, and no more than asked for', async () => {
      await stand(
        anAlert({ gauge: 'asa-01', step: 1 }),
        anAlert({ gauge: 'ose-01', step: 3 }),
        anAlert({ gauge: 'kuji-01', state: 'pending', step: 0 }),
        anAlert({ gauge: 'naka-01', state: 'quiet', step: 0 }),
      );
      const gauges = (await ledger.vigilants(10)).map(({ alert }) => alert.gauge);
      expect(gauges).toEqual(['ose-01', 'asa-01']);
      expect(await ledger.vigilants(1)).toHaveLength(1);
    });

    it('F9 refuses what a frozen holder commits after it was taken over', async () => {
      const alert = anAlert();
      await stand(alert);
      const frozen = await ledger.seize('vigil');
      await (await harness.again()).seize('vigil');
      await expect(ledger.commitVigil({ hold: frozen, vigils: [aVigil(alert)], transitions: [aReminder(alert, 1)] })).rejects.toThrow(
        LedgerFenced,
      );
      expect(await ledger.transitionsAfter(0, 10)).toEqual([]);
      expect(await ledger.vigilants(10)).toEqual([{ alert, vigil: null, answers: [], mutedBy: [] }]);
    });

    it('keeps one answer of each person, the first, and none for an alert that is not raised', async () => {
      const alert = anAlert();
      const id = alertId(alert);
      await stand(alert, anAlert({ gauge: 'asa-01', state: 'pending', step: 0 }));
      expect(await ledger.answer(id, 'tanaka', T0 + 2)).toBe(true);
      expect(await ledger.answer(id, 'sato', T0 + 1)).toBe(true);
      expect(await ledger.answer(id, 'sato', T0 + 9)).toBe(true);
      expect(await ledger.answer('river-level@asa-01#1', 'sato', T0)).toBe(false);
      expect(await ledger.answer('river-level@tama-03#7', 'sato', T0)).toBe(false);
      const answers = [
        { alertId: id, by: 'sato', at: T0 + 1 },
        { alertId: id, by: 'tanaka', at: T0 + 2 },
      ];
      const successor = await harness.again();
      expect(await successor.answers(id)).toEqual(answers);
      expect((await successor.vigilants(10))[0]!.answers).toEqual(answers);
    });

    it('gives the persons who muted an episode, each once, also when the mute was lifted', async () => {
      const alert = anAlert();
      await stand(alert, anAlert({ gauge: 'asa-01' }));
      const act = (kind: ActKind, by: string, key: string, text = '') => {
        const draft = { alertId: alertId(alert), kind, by, at: T0, text };
        return ledger.act({ ...draft, id: actId(draft, key) });
      };
      await act('note', 'ito', '1', 'a/mute/b');
      await act('mute', 'sato', '1');
      await act('unmute', 'sato', '2');
      await act('mute', 'sato', '3');
      await act('mute', 'tanaka', '1');
      const successor = await harness.again();
      const vigilants = await successor.vigilants(10);
      expect(vigilants.map(({ alert: { gauge }, mutedBy }) => [gauge, mutedBy])).toEqual([
        ['asa-01', []],
        ['tama-03', ['sato', 'tanaka']],
      ]);
    });

    it('keeps answers when watch writes the alert again, and after the episode', async () => {
      const alert = anAlert();
      await stand(alert);
      await ledger.answer(alertId(alert), 'sato', T0);
      await stand(anAlert({ step: 3 }));
      expect((await ledger.vigilants(10))[0]).toMatchObject({ alert: { step: 3 }, answers: [{ by: 'sato' }] });
      await stand(anAlert({ state: 'quiet', step: 0 }));
      expect(await ledger.vigilants(10)).toEqual([]);
      expect(await ledger.answers(alertId(alert))).toEqual([{ alertId: alertId(alert), by: 'sato', at: T0 }]);
    });
  });
}
