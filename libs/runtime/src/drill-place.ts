import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { RequestHandler } from 'express';
import { type Clock, type Drill, drillNotice, type DrillNotice, drillPlaybook, drillCategories, PacedClock, type Role } from '#core';
import { Announcer, type DrillTable, ScriptPlayer, speakers } from '#pipeline/drill';
import { Dispatch } from '#pipeline/dispatch';
import { Intake } from '#pipeline/intake';
import { Watch } from '#pipeline/watch';
import type { Adapters } from './adapters.ts';
import { type DrillAdapters, openDrillAdapters } from './drill-adapters.ts';
import { prepareHttp } from './http-face.ts';
import { InForce } from './in-force.ts';
import type { Logger } from './logger.ts';
import { DrillModule } from './modules/drill.module.ts';
import { DRILL_PLACE, type DrillNow } from './place.ts';
import type { Settings } from './settings.ts';
import { Stages } from './stages.ts';

/** How long the words of a drill about itself help, in real time. */
const NOTICE_MS = 30 * 60_000;

export interface DrillPlaceOptions {
  readonly drill: Drill;
  readonly table: DrillTable | null;
  readonly settings: Settings;
  /** Of real life. */
  readonly live: Adapters;
  readonly inForce: InForce;
  readonly wall: Clock;
  readonly needsSecondFactor: (role: Role) => boolean;
  readonly drillNow: DrillNow;
  readonly isOn: () => boolean;
  /** The place cannot go on; the drill must end. */
  readonly onFault: (why: string) => void;
  readonly logger: Logger;
}

/** A drill as a place: the stages of real life on its own folder, under its own clock, with its own face. It exists while the drill runs. */
export class DrillPlace {
  readonly #app: NestExpressApplication;
  readonly #announcer: Announcer;
  readonly #options: DrillPlaceOptions;
  readonly adapters: DrillAdapters;
  readonly clock: PacedClock;
  readonly #player: ScriptPlayer | null;
  #stopped = false;

  private constructor(
    options: DrillPlaceOptions,
    made: {
      readonly app: NestExpressApplication;
      readonly adapters: DrillAdapters;
      readonly clock: PacedClock;
      readonly player: ScriptPlayer | null;
    },
  ) {
    const { app, adapters, clock, player } = made;
    this.#options = options;
    this.#app = app;
    this.adapters = adapters;
    this.clock = clock;
    this.#player = player;
    this.#announcer = new Announcer({
      drill: options.drill.id,
      ledger: adapters.ledger,
      directory: adapters.directory,
      categories: drillCategories(options.inForce.playbook()),
      channels: adapters.channels,
      clock,
      expiresAfterMs: NOTICE_MS * clock.speed,
    });
  }

  /** Opens the place and starts its stages. Rejects with a named error, and nothing left open. */
  static async open(options: DrillPlaceOptions): Promise<DrillPlace> {
    const { drill, table, settings, live, inForce, wall, needsSecondFactor, drillNow, isOn, onFault, logger } = options;
    const clock = new PacedClock(wall, { startsAt: wall.now(), speed: drill.script?.speed ?? 1 });
    const real = inForce.playbook();
    const speaking = table ? speakers(table, drill.script?.map ?? [], real.gauges) : [];
    const playbook = drillPlaybook(real, new Set(speaking.flatMap((speaker) => (speaker ? [speaker.gauge.id] : []))));
    const adapters = await openDrillAdapters({
      drill,
      settings,
      live,
      playbook,
      clock,
      logger,
      isOn,
      onFatal: onFault,
      onRefused: (why) => logger.error(why, undefined, 'drill'),
    });
    let app: NestExpressApplication | null = null;
    try {
      const own = await InForce.begin({ versions: adapters.playbookVersions, clock, playbook, files: inForce.files });
      const ground = { place: DRILL_PLACE, wall, drillNow, settings, inForce: own, folder: null, adapters, needsSecondFactor, logger };
      app = await NestFactory.create<NestExpressApplication>(DrillModule.on(ground), { bodyParser: false, logger, abortOnError: false });
      prepareHttp(app, { place: DRILL_PLACE, overTls: settings.http.publicUrl.startsWith('https:') });
      await app.init();
      const intake = app.get(Intake);
      const stages = app.get(Stages);
      stages.started = true;
      const player =
        table &&
        new ScriptPlayer({
          table,
          speakers: speaking,
          clock,
          admit: (device, reports, receivedAt) => intake.admitReports(device, reports, receivedAt),
          onTrouble: (why) => stages.report('intake', why === null ? null : `訓練の観測値を保存できません（${why}）`, 'script'),
        });
      return new DrillPlace(options, { app, adapters, clock, player });
    } catch (cause) {
      await app?.close();
      await adapters.close();
      throw cause;
    }
  }

  /** Its face, below `/drill`. */
  get handler(): RequestHandler {
    return this.#app.getHttpAdapter().getInstance() as RequestHandler;
  }

  /** Share of the script that was played; null without one. */
  get played(): number | null {
    return this.#player?.share ?? null;
  }

  get audience(): number {
    return this.adapters.audience.count;
  }

  /** Tells its audience, then lets the past begin. */
  async begin(): Promise<void> {
    await this.#announce('start', 'started');
    this.#player?.start();
  }

  /** Takes in nothing more, and tells its audience that it is over. Again changes nothing. */
  async endWith(notice: DrillNotice): Promise<void> {
    await this.#player?.stop();
    await this.#announce('end', notice);
  }

  /** Whether everybody whom it concerns was told that it is over, or cannot be. */
  isTold(): Promise<boolean> {
    return this.#announcer.isSettled('end');
  }

  /** Resolves when everything that was played so far is judged and planned, and nothing waits in its queues: for tests. */
  async settled(): Promise<void> {
    const { log, ledger } = this.adapters;
    const [watch, dispatch] = [this.#app.get(Watch), this.#app.get(Dispatch)];
    for (;;) {
      const end = await log.end();
      const planned = (await ledger.transitionsAfter(dispatch.position, 1)).length === 0;
      const waiting = (await ledger.queueDepths()).some(({ state }) => state !== 'dead');
      if (watch.position === end && planned && !waiting && (await log.end()) === end) return;
      await this.clock.sleep(SETTLE_LOOK_MS);
    }
  }

  /** Stops its stages and closes its folder. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#player?.stop();
    await this.#app.close();
  }

  #announce(which: 'start' | 'end', notice: DrillNotice): Promise<void> {
    const { drill, inForce } = this.#options;
    const { timeZone } = inForce.view.city;
    const until = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(drill.endsAt);
    const isFast = (drill.script?.speed ?? 1) > 1;
    return this.#announcer.announce(which, (language) => drillNotice(notice, { name: drill.name, until, language, isFast }));
  }
}

const SETTLE_LOOK_MS = 10;
