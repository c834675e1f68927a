import { SchedulerRegistry } from '@nestjs/schedule';
import { ManualClock, MemoryAccounts, MemoryAudit, MemoryLedger, MemoryQuarantine, MemoryReadingHistory, MemoryReadingLog } from '#memory';
import { aTransition } from '../../../test/contract/ledger-values.ts';
import { aPlaybook, aReading, HOUR, T0 } from '../../../test/support/builders.ts';
import { emptyMark, HEARTBEAT_ID } from '#core';
import { freshSecrets, KeyRing } from '#keys';
import { Calendar } from './calendar.ts';
import { Logger } from './logger.ts';
import { SignIn } from './sign-in.ts';

const DAY = 24 * HOUR;

describe('retention', () => {
  const clock = new ManualClock(T0);
  const log = new MemoryReadingLog();
  const history = new MemoryReadingHistory();
  const ledger = new MemoryLedger();
  let followed = 0;
  const calendar = new Calendar({
    registry: new SchedulerRegistry(),
    log,
    history,
    ledger,
    quarantine: new MemoryQuarantine(),
    inspection: { devices: () => Promise.resolve(), neighbours: () => Promise.resolve() },
    signIn: new SignIn({ accounts: new MemoryAccounts(), audit: new MemoryAudit(), keys: new KeyRing(freshSecrets()), clock }),
    clock,
    playbook: aPlaybook(),
    logger: new Logger('silent'),
    checkLine: () => Promise.resolve(),
    followedTo: () => followed,
  });
  const kept = async (): Promise<number> => (await log.after(0, 100)).length;

  it('forgets what is old and followed, and nothing that a stage has not read', async () => {
    await log.append({
      readings: [aReading(), aReading({ observedAt: T0 + 1 }), aReading({ observedAt: T0 + 2 })],
      marks: [emptyMark('tama-03')],
    });
    await clock.advance(31 * DAY);
    await calendar.retain();
    expect(await kept()).toBe(3);
    followed = 3;
    await calendar.retain();
    expect(await kept()).toBe(1);
  });

  it('forgets beats of the heartbeat after a month, and not before', async () => {
    const beat = { ...aTransition({ ruleId: HEARTBEAT_ID, gauge: HEARTBEAT_ID }), status: 'test' as const, decidedAt: clock.now() };
    await ledger.commitWatch({ hold: await ledger.seize('watch'), to: 1, watches: [], alerts: [], transitions: [beat] });
    for (const stage of ['dispatch', 'propose'] as const) await ledger.pass(await ledger.seize(stage), 1);
    await clock.advance(29 * DAY);
    await calendar.retain();
    expect(await ledger.transitionsAfter(0, 9)).toHaveLength(1);
    await clock.advance(2 * DAY);
    await calendar.retain();
    expect(await ledger.transitionsAfter(0, 9)).toEqual([]);
  });

  it('F21 forgets nothing when the clock was moved', async () => {
    await log.append({ readings: [aReading({ observedAt: clock.now() })], marks: [emptyMark('tama-03')] });
    const before = await kept();
    clock.jump(10 * 365 * DAY);
    await expect(calendar.retain()).rejects.toThrow('the clock was moved by 3650 days');
    expect(await kept()).toBe(before);
  });
});
