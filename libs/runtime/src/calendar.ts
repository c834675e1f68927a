import type { OnApplicationBootstrap } from '@nestjs/common';
import type { SchedulerRegistry } from '@nestjs/schedule';
import { CronJob } from 'cron';
import { BEATS_KEPT_MS, type Clock, type Ledger, type Playbook, type Quarantine, type ReadingHistory, type ReadingLog } from '#core';
import type { Inspection } from '#pipeline/inspect';
import type { Logger } from './logger.ts';
import type { SignIn } from './sign-in.ts';

const DAY_MS = 86_400_000;
/** Once a night, when few look: old data goes. */
const RETENTION_AT = '17 3 * * *';
/** Sessions that ended are forgotten every hour. */
const SESSIONS_AT = '41 * * * *';
/** What a device tells about itself is worth a word within minutes; what it takes its neighbours to see is no matter of minutes. */
const DEVICES_AT = '*/5 * * * *';
const NEIGHBOURS_AT = '7 * * * *';

/** Before the day shift begins: a token that ran out over night is found while somebody can renew it (D§3.3). */
const LINE_AT = '11 6 * * *';

export interface CalendarOptions {
  readonly registry: SchedulerRegistry;
  readonly log: ReadingLog;
  readonly history: ReadingHistory;
  readonly ledger: Ledger;
  readonly quarantine: Quarantine;
  readonly signIn: SignIn;
  readonly inspection: Pick<Inspection, 'devices' | 'neighbours'>;
  /** Other places with what is forgotten by their own rules, by name. */
  readonly alsoForget?: Readonly<Record<string, () => Promise<number>>>;
  readonly clock: Clock;
  readonly playbook: Playbook;
  readonly logger: Logger;
  /** Asks LINE whether it still lets us send; also done at the start. */
  readonly checkLine: () => Promise<void>;
  /** The log before this position was judged and is in the history. */
  readonly followedTo: () => number;
}

/** Work by the calendar of the city's time zone. A run that fails is repeated by the next one. */
export class Calendar implements OnApplicationBootstrap {
  readonly #options: CalendarOptions;
  readonly #began: { readonly wall: number; readonly monotonic: number };

  constructor(options: CalendarOptions) {
    this.#options = options;
    this.#began = { wall: options.clock.now(), monotonic: options.clock.monotonic() };
  }

  onApplicationBootstrap(): void {
    this.#every('retention', RETENTION_AT, () => this.retain());
    this.#every('line', LINE_AT, this.#options.checkLine);
    this.#every('sessions', SESSIONS_AT, () => this.#options.signIn.tidy());
    this.#every('devices', DEVICES_AT, () => this.#options.inspection.devices());
    this.#every('neighbours', NEIGHBOURS_AT, () => this.#options.inspection.neighbours());
  }

  /**
   * Forgets what the playbook's retention no longer wants, never what a stage has not followed yet. A place that is away keeps its old data
   * until the next night, and no other place keeps more for it (F19).
   */
  async retain(): Promise<void> {
    const { log, history, ledger, quarantine, clock, playbook, logger, followedTo } = this.#options;
    // A clock that jumped ahead by years would make everything old at once (F21).
    const jumpMs = clock.now() - this.#began.wall - (clock.monotonic() - this.#began.monotonic);
    if (Math.abs(jumpMs) > DAY_MS)
      throw new Error(
        `the clock was moved by ${Math.round(jumpMs / DAY_MS)} days: nothing is forgotten until the service is started again`,
      );
    const before = (days: number): number => clock.now() - days * DAY_MS;
    const { logDays, historyDays, deliveriesDays, quarantineDays } = playbook.retention;
    const places: Readonly<Record<string, () => Promise<number>>> = {
      log: () => log.forget(followedTo(), before(logDays)),
      history: () => history.forget(before(historyDays)),
      deliveries: () => ledger.forgetDeliveries(before(deliveriesDays)),
      beats: () => ledger.forgetBeats(clock.now() - BEATS_KEPT_MS),
      quarantine: () => quarantine.forget(before(quarantineDays)),
      ...this.#options.alsoForget,
    };
    const gone: Record<string, number> = {};
    const failed: string[] = [];
    for (const [place, forget] of Object.entries(places)) {
      try {
        gone[place] = await forget();
      } catch (cause) {
        failed.push(`${place}: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
    }
    logger.log(`retention: ${JSON.stringify(gone)} rows gone`, 'calendar');
    if (failed.length > 0) throw new Error(`not everything old is gone (${failed.join('; ')})`);
  }

  #every(name: string, cronTime: string, work: () => Promise<void>): void {
    const { registry, playbook, logger } = this.#options;
    const onTick = async (): Promise<void> => {
      try {
        await work();
      } catch (cause) {
        logger.error(
          `${name}: ${cause instanceof Error ? cause.message : String(cause)}; tried again at the next date`,
          undefined,
          'calendar',
        );
      }
    };
    const job = CronJob.from({ cronTime, onTick, timeZone: playbook.city.timeZone, waitForCompletion: true });
    registry.addCronJob(name, job);
    job.start();
  }
}
