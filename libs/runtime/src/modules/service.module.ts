import { type DynamicModule, Module } from '@nestjs/common';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { CHECK_INS_MS } from '#core';
import { Broker, type BrokerLimits } from '#mqtt';
import { Account } from '#pipeline/account';
import { FamilyDesk } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { HeartbeatStage } from '#pipeline/heartbeat';
import { HistoryFollower } from '#pipeline/history';
import { Inspection } from '#pipeline/inspect';
import { Intake } from '#pipeline/intake';
import { LetterStage, Returns } from '#pipeline/letters';
import { Proposer } from '#pipeline/propose';
import { Watch } from '#pipeline/watch';
import { Calendar } from '../calendar.ts';
import { checkLine } from '../check-line.ts';
import type { DrillHost } from '../drill-host.ts';
import { HealthController } from '../http/health.controller.ts';
import { Lifecycle, type Running } from '../lifecycle.ts';
import { MailDoor } from '../mail-door.ts';
import { measuresOf } from '../measures.ts';
import { Metrics } from '../metrics.ts';
import { PlaybookFolder } from '../playbook-folder.ts';
import { SignIn } from '../sign-in.ts';
import { Stages } from '../stages.ts';
import type { Ground } from './adapters.module.ts';
import { AccountModule } from './account.module.ts';
import { BrokerModule } from './broker.module.ts';
import { DrillsModule } from './drills.module.ts';
import { HeartbeatModule } from './heartbeat.module.ts';
import { MailModule } from './mail.module.ts';
import { PeopleModule } from './people.module.ts';
import { placeStages } from './place-stages.ts';

/** Delivery proof is without a person after 90 days (S40). */
const BOUNCES_MS = 90 * 86_400_000;

/** Residents are told that the place of a report is forgotten after 30 days. */
const REPORTS_MS = 30 * 86_400_000;

/** The standalone shape: every stage in one process, with what watches over it. */
@Module({})
export class ServiceModule {
  static on(base: Ground, limits: Partial<BrokerLimits>, drills: DrillHost): DynamicModule {
    const { settings, inForce, adapters, logger } = base;
    const playbook = inForce.view;
    const { log, history, ledger, quarantine, clock } = adapters;
    const stages = placeStages(base, (ground, intake) => BrokerModule.on(ground, intake, limits));
    const askLine = (shown: Stages): Promise<void> =>
      checkLine(settings, shown, logger).catch((cause: unknown) =>
        logger.error(`the check of LINE failed: ${String(cause)}`, undefined, 'line'),
      );

    return {
      module: ServiceModule,
      imports: [
        ScheduleModule.forRoot(),
        ...stages.imports,
        DrillsModule.on(stages.ground, drills),
        PeopleModule.on(stages.ground),
        AccountModule.on(stages, adapters.account, drills),
        MailModule.on(stages.ground, adapters.mail),
        HeartbeatModule.on(stages),
      ],
      controllers: [HealthController],
      providers: [
        {
          provide: Metrics,
          inject: [Broker, Intake, Watch, HistoryFollower, Dispatch, Proposer, FamilyDesk, HeartbeatStage, Stages],
          useFactory: (
            broker: Broker,
            admitting: Intake,
            judging: Watch,
            following: HistoryFollower,
            telling: Dispatch,
            proposing: Proposer,
            families: FamilyDesk,
            heartbeat: HeartbeatStage,
            shown: Stages,
          ) =>
            new Metrics(
              measuresOf({
                broker,
                intake: admitting,
                watch: judging,
                history: following,
                dispatch: telling,
                proposer: proposing,
                families,
                heartbeat,
                log,
                ledger,
                quarantine,
                playbook,
                adapters,
                clock,
                stages: shown,
              }),
            ),
        },
        {
          provide: Lifecycle,
          inject: [Stages, PlaybookFolder, Account, LetterStage, MailDoor, HeartbeatStage, ...stages.backToFront, Broker],
          useFactory: (
            shown: Stages,
            folder: PlaybookFolder | null,
            talking: Account | null,
            writing: LetterStage | null,
            door: MailDoor | null,
            heartbeat: HeartbeatStage,
            ...backToFront: readonly Running[]
          ) =>
            // LINE is asked beside the start: its answer must not hold up the gauges.
            new Lifecycle(
              [
                { start: () => void askLine(shown), stop: () => undefined },
                ...backToFront,
                heartbeat,
                ...[talking, writing, door].filter((one) => one !== null),
                ...(folder ? [folder] : []),
                drills,
              ],
              () => adapters.close(),
            ),
        },
        {
          provide: Calendar,
          inject: [SchedulerRegistry, SignIn, Inspection, Watch, HistoryFollower, Stages, Account, Returns, Dispatch],
          useFactory: (
            registry: SchedulerRegistry,
            signIn: SignIn,
            inspection: Inspection,
            judging: Watch,
            following: HistoryFollower,
            shown: Stages,
            talking: Account | null,
            returning: Returns | null,
            telling: Dispatch,
          ) =>
            new Calendar({
              registry,
              log,
              history,
              ledger,
              quarantine,
              signIn,
              inspection,
              clock,
              alsoForget: {
                ...(talking && { talks: () => talking.forget() }),
                ...(adapters.mail && {
                  links: () => adapters.mail!.letters.forgetLinks(clock.now()),
                  bounces: async () => {
                    const gone = await adapters.mail!.bounces.forget(clock.now() - BOUNCES_MS);
                    // Whose address was mended since is named no more.
                    await returning?.review();
                    return gone;
                  },
                }),
                checkIns: () => adapters.checkIns.forget(clock.now() - CHECK_INS_MS),
                families: () => adapters.families.forget(clock.now()),
                ...(adapters.account && { reports: () => adapters.account!.reports.forget(clock.now() - REPORTS_MS) }),
              },
              playbook,
              logger,
              checkLine: async () => {
                await askLine(shown);
                await telling.lookAtQuotas();
              },
              followedTo: () => Math.min(judging.position, following.position),
            }),
        },
        ...stages.providers,
      ],
    };
  }
}
