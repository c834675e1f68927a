import 'reflect-metadata';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type Clock, type ClockJump, type Playbook, type Role, SECOND_FACTOR_ROLES, spanText, SteadyClock, SystemClock } from '#core';
import { Broker, type BrokerLimits } from '#mqtt';
import { Dispatch } from '#pipeline/dispatch';
import { HistoryFollower } from '#pipeline/history';
import { Inspection } from '#pipeline/inspect';
import { Proposer } from '#pipeline/propose';
import { Watch } from '#pipeline/watch';
import type { loadPlaybook } from '#playbook';
import { type Adapters, openAdapters } from './adapters.ts';
import { DrillHost } from './drill-host.ts';
import type { DrillPlace } from './drill-place.ts';
import { prepareHttp } from './http-face.ts';
import { InForce } from './in-force.ts';
import { Logger } from './logger.ts';
import { MailDoor } from './mail-door.ts';
import { ServiceModule } from './modules/service.module.ts';
import { DRILL_PLACE, LIVE_PLACE } from './place.ts';
import type { Settings } from './settings.ts';
import { CLOCK_SAYS, DRILL_SAYS, Stages } from './stages.ts';
import { TlsListener } from './tls-listener.ts';

/** A request has this long for its head and for all of it (S28), and devices cannot crowd headquarters out of file descriptors. */
const HTTP_LIMITS = { headersTimeout: 10_000, requestTimeout: 30_000, maxConnections: 2_000 } as const;

export interface ServiceOptions {
  readonly settings: Settings;
  /** Null, with what the folder held, to go on by the playbook that was in force last. */
  readonly playbook: Playbook | null;
  /** What the playbook's folder held. With it every version is kept and changes of the folder come in force; without it the playbook stays. */
  readonly folder?: Pick<Awaited<ReturnType<typeof loadPlaybook>>, 'files' | 'problems'> | undefined;
  /** The machine's, not believing its jumps, by default. */
  readonly clock?: Clock;
  /** Bounds of the broker that differ from the usual ones. */
  readonly brokerLimits?: Partial<BrokerLimits>;
  /** Whose password alone is not enough; as the settings say by default. Suites that are about something else let everybody in. */
  readonly needsSecondFactor?: (role: Role) => boolean;
  /** Told when the process must end because the disk can no longer be trusted; by default it ends. */
  readonly onFatal?: (why: string) => void;
  /** Puts something between the stages and their adapters, once they are open: how the kill suite dies between two calls. As they are by default. */
  readonly wrapAdapters?: (adapters: Adapters) => Adapters;
}

/** A running service: every stage of the standalone shape in this process. */
export interface Service {
  readonly httpPort: number;
  readonly mqttPort: number;
  /** Null without a certificate. */
  readonly mqttTlsPort: number | null;
  /** Where mail to the service arrives; null without such a door. */
  readonly mailPort: number | null;
  readonly adapters: Adapters;
  /** The version that is in force now. */
  readonly playbookVersion: string;
  readonly stages: Stages;
  /** The place of the drill that runs or is being ended; null when there is none. */
  readonly drill: DrillPlace | null;
  /** Resolves when everything that was kept is judged and told; the history, which gathers its writes, may lag. */
  told(): Promise<void>;
  /** Resolves when everything that was kept is judged, told and in the history. */
  settled(): Promise<void>;
  /** Resolves when the devices were asked and the gauges compared, as the calendar has it done. */
  inspect(): Promise<void>;
  stop(): Promise<void>;
}

/** Assembles and starts the standalone shape: adapters, stages in their order, HTTP and MQTT. Rejects with a named error, and nothing left open. */
export async function startService({
  settings,
  playbook: loaded,
  folder,
  clock: given,
  brokerLimits = {},
  needsSecondFactor = (role) => settings.secondFactor === 'everybody' || SECOND_FACTOR_ROLES.has(role),
  onFatal,
  wrapAdapters = (adapters) => adapters,
}: ServiceOptions): Promise<Service> {
  const logger = new Logger(settings.logLevel);
  // Nobody can write anything down until the adapters are open.
  let opened: Adapters | null = null;
  const clock =
    given ??
    new SteadyClock(new SystemClock(), (jump) => {
      if (jump) logger.error(movedBy(jump), undefined, 'clock');
      else logger.log('the wall clock is believed again', 'clock');
      if (opened) void auditClock(opened, logger, jump);
    });
  const fatal = onFatal ?? ((why: string) => endProcess(logger, why));
  const adapters = wrapAdapters(await openAdapters(settings, { clock, logger, onFatal: fatal }));
  opened = adapters;
  const inForce = await playbookInForce({ playbook: loaded, folder }, adapters);
  let troubleOfDrill: string | null = null;
  const drills = new DrillHost({
    settings,
    live: adapters,
    inForce,
    wall: clock,
    needsSecondFactor,
    logger,
    onTrouble: (why) => {
      troubleOfDrill = why;
    },
  });
  const ground = {
    place: LIVE_PLACE,
    wall: clock,
    drillNow: drills.now,
    settings,
    inForce,
    folder: folder ?? null,
    adapters,
    needsSecondFactor,
    logger,
  };
  const app = await NestFactory.create<NestExpressApplication>(ServiceModule.on(ground, brokerLimits, drills), {
    bodyParser: false,
    forceCloseConnections: true,
    logger,
    abortOnError: false,
  });
  try {
    app.enableShutdownHooks([], { useProcessExit: true });
    // Before everything that reads a body or sets a header: the other place does both for itself.
    app.use(DRILL_PLACE.root, drills.handle);
    prepareHttp(app, { place: LIVE_PLACE, overTls: settings.http.publicUrl.startsWith('https:') });
    await app.listen(settings.http.port, settings.http.host);
    const server: Server = app.getHttpServer();
    const broker = app.get(Broker);
    broker.attach(server);
    Object.assign(server, HTTP_LIMITS);
    const mqttPort = await broker.listen({ port: settings.mqtt.port, host: settings.mqtt.host });
    const tls =
      settings.tls &&
      new TlsListener({ tls: settings.tls, broker, alsoRenew: (files) => app.get<MailDoor | null>(MailDoor)?.renewTls(files), logger });
    const mqttTlsPort = tls ? await tls.listen(settings.mqtt.host) : null;
    const stages = app.get(Stages);
    if (clock instanceof SteadyClock) stages.ask(() => [{ name: 'clock', why: clock.jump && movedBy(clock.jump) }], CLOCK_SAYS);
    stages.ask(() => [{ name: 'drill', why: troubleOfDrill }], DRILL_SAYS);
    // The listeners are bound: from here on the service answers, and whoever reads the audit sees the gap before it.
    await adapters.audit.append([
      {
        at: clock.now(),
        by: 'service',
        role: 'system',
        act: 'service-started',
        subject: 'service',
        after: { playbook: inForce.view.version },
      },
    ]);
    stages.started = true;
    const httpPort = (server.address() as AddressInfo).port;
    logger.log(
      `listening: http ${settings.http.host}:${httpPort}, mqtt ${settings.mqtt.host}:${mqttPort}${mqttTlsPort === null ? '' : `, mqtt over TLS :${mqttTlsPort}`}; playbook ${inForce.view.city.name} ${inForce.view.version}`,
      'service',
    );
    return {
      httpPort,
      mqttPort,
      mqttTlsPort,
      mailPort: app.get<MailDoor | null>(MailDoor)?.port ?? null,
      adapters,
      get playbookVersion() {
        return inForce.playbook().version;
      },
      stages,
      get drill() {
        return drills.place;
      },
      told: () => told(app, adapters),
      settled: () => settled(app, adapters),
      inspect: async () => {
        await app.get(Inspection).devices();
        await app.get(Inspection).neighbours();
      },
      stop: async () => {
        tls?.stop();
        await app.close();
      },
    };
  } catch (cause) {
    await app.close();
    throw cause;
  }
}

/** For the duty officer and for the log: what happened to the clock, what goes on, and what to do. */
const movedBy = ({ offsetMs }: ClockJump): string =>
  `この計算機の時計が約${spanText(Math.abs(offsetMs))}${offsetMs > 0 ? '進み' : '戻り'}ました。それまでの時刻のまま動いています。正しい時刻を確かめ、合わせ直すか、サービスを再起動してください`;

/** Writes down that the clock was moved, or is believed again. The stages do not wait for it. */
async function auditClock({ audit, clock }: Pick<Adapters, 'audit' | 'clock'>, logger: Logger, jump: ClockJump | null): Promise<void> {
  const act = jump ? ('clock-jumped' as const) : ('clock-believed' as const);
  const after = jump ? { after: { offsetMs: jump.offsetMs } } : {};
  try {
    await audit.append([{ at: clock.now(), by: 'clock', role: 'system', act, subject: 'clock', ...after }]);
  } catch (cause) {
    logger.error(`a jump of the clock is not in the audit: ${String(cause)}`, undefined, 'audit');
  }
}

/** The adapters are let go of when nothing can come in force: nobody else would. */
async function playbookInForce({ playbook, folder }: Pick<ServiceOptions, 'playbook' | 'folder'>, adapters: Adapters): Promise<InForce> {
  const { playbookVersions: versions, clock } = adapters;
  try {
    const first = playbook ? { playbook, files: folder?.files ?? null } : await InForce.last(versions);
    return await InForce.begin({ versions, clock, ...first });
  } catch (cause) {
    await adapters.close();
    throw cause;
  }
}

/** How long `told` and `settled` look between two checks; they are for tests and for the demo. */
const LOOK_MS = 10;

const nextLook = (): Promise<void> => new Promise((next) => setTimeout(next, LOOK_MS));

async function told(app: NestExpressApplication, { log, ledger, orders, channels }: Adapters): Promise<void> {
  const [watch, proposer, dispatch] = [app.get(Watch), app.get(Proposer), app.get(Dispatch)];
  for (;;) {
    const end = await log.end();
    const weighed = (await ledger.transitionsAfter(Math.min(proposer.position, dispatch.position), 1)).length === 0;
    const planned = weighed && (await orders.transitionsAfter(dispatch.orderPosition, 1)).length === 0;
    const waiting = (await ledger.queueDepths()).some(
      ({ state, channel }) => state !== 'dead' && channels.some(({ name }) => name === channel),
    );
    if (watch.position === end && planned && !waiting && (await log.end()) === end) return;
    await nextLook();
  }
}

async function settled(app: NestExpressApplication, adapters: Adapters): Promise<void> {
  const [watch, history] = [app.get(Watch), app.get(HistoryFollower)];
  for (;;) {
    await told(app, adapters);
    if (history.position === watch.position) return;
    await nextLook();
  }
}

function endProcess(logger: Logger, why: string): void {
  logger.fatal(`${why}. The disk can no longer be trusted; this process ends and the next one checks the files.`, 'service');
  process.exit(70);
}
