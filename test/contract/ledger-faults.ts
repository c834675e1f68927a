import { type Alert, alertId, type FaultMove, type Hold, type Ledger, LedgerFenced } from '#core';
import { anAlert, aTransition, T0, type LedgerHarness } from './ledger-values.ts';

const aFault = (set: Partial<Alert> = {}): Alert =>
  anAlert({ ruleId: 'faults', step: 1, findings: [{ id: 'clock/tama-03/1', why: '時計がずれています' }], ...set });

/** From `before` (nothing known) to the alert, told by its newest transition. */
const aMove = (alert: Alert, before?: Alert): FaultMove => ({
  after: { episode: before?.episode ?? 0, transitions: before?.transitions ?? 0 },
  alert,
  transitions: [aTransition({ ...alert, ordinal: alert.transitions })],
});

/** What every ledger promises about the stage that tells what was found out about devices. */
export function describeFaults(harness: LedgerHarness): void {
  describe('faults', () => {
    let ledger: Ledger;
    let hold: Hold;
    beforeEach(async () => {
      ledger = await harness.open();
      hold = await ledger.seize('fault');
    });
    afterEach(() => harness.close());

    const told = async () => (await ledger.transitionsAfter(0, 10)).map(({ number, transition }) => [number, transition.id]);

    it('keeps the alert with its findings and says so in the line of all transitions, so that a successor finds both', async () => {
      expect(hold).toEqual({ stage: 'fault', fence: 1, position: 0 });
      const watching = await ledger.seize('watch');
      await ledger.commitWatch({ hold: watching, to: 1, watches: [], alerts: [anAlert()], transitions: [aTransition()] });
      expect(await ledger.commitFaults({ hold, moves: [aMove(aFault())] })).toEqual({ ...hold, position: 1 });

      const successor = await harness.again();
      expect(await successor.alert('faults', 'tama-03')).toEqual(aFault());
      expect(await successor.openAlerts(10)).toEqual([anAlert(), aFault()]);
      expect(await told()).toEqual([
        [1, 'river-level@tama-03#1/1'],
        [2, 'faults@tama-03#1/1'],
      ]);
      expect((await successor.seize('fault')).position).toBe(1);
    });

    it('moves a stage whose work is written elsewhere, and not for a process that it was taken from', async () => {
      const proposing = await ledger.seize('propose');
      const moved = await ledger.pass(proposing, 7);
      expect(moved).toEqual({ ...proposing, position: 7 });
      const successor = await harness.again();
      const next = await successor.seize('propose');
      expect(next.position).toBe(7);
      await expect(ledger.pass(moved, 9)).rejects.toThrow(LedgerFenced);
      expect((await successor.pass(next, 7)).position).toBe(7);
    });

    it('says a thing once, however often it is committed, and leaves no gap in the numbers', async () => {
      hold = await ledger.commitFaults({ hold, moves: [aMove(aFault())] });
      hold = await ledger.commitFaults({ hold, moves: [aMove(aFault())] });
      await ledger.commitFaults({ hold, moves: [aMove(aFault({ step: 2, transitions: 2 }), aFault())] });
      expect(await told()).toEqual([
        [1, 'faults@tama-03#1/1'],
        [2, 'faults@tama-03#1/2'],
      ]);
    });

    it('F51 leaves out what was decided on an alert that a changed playbook reset meanwhile, and keeps the rest', async () => {
      hold = await ledger.commitFaults({ hold, moves: [aMove(aFault())] });
      const watching = await ledger.seize('watch');
      const reset = aFault({ state: 'quiet', step: 0, transitions: 2, changedAt: T0 + 1, findings: [] });
      await ledger.commitWatch({ hold: watching, to: 0, watches: [], alerts: [reset], transitions: [] });
      const other = aFault({ gauge: 'asa-01' });
      await ledger.commitFaults({ hold, moves: [aMove(aFault({ step: 2, transitions: 2 }), aFault()), aMove(other)] });
      expect(await ledger.alert('faults', 'tama-03')).toEqual(reset);
      expect(await told()).toEqual([
        [1, 'faults@tama-03#1/1'],
        [2, 'faults@asa-01#1/1'],
      ]);
    });

    it('leaves an acknowledgement where it is while the episode goes on', async () => {
      hold = await ledger.commitFaults({ hold, moves: [aMove(aFault())] });
      await ledger.acknowledge(alertId(aFault()), 'sato', T0 + 5);
      await ledger.commitFaults({ hold, moves: [aMove(aFault({ step: 2, transitions: 2 }), aFault())] });
      expect(await ledger.alert('faults', 'tama-03')).toMatchObject({ step: 2, acknowledgedBy: 'sato', acknowledgedAt: T0 + 5 });
    });

    it('F9 refuses what a frozen holder commits after it was taken over', async () => {
      await (await harness.again()).seize('fault');
      await expect(ledger.commitFaults({ hold, moves: [aMove(aFault())] })).rejects.toThrow(LedgerFenced);
      expect(await told()).toEqual([]);
      expect(await ledger.alert('faults', 'tama-03')).toBeNull();
    });
  });
}
