import { type DynamicModule, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { ScheduleModule, SchedulerRegistry } from '@nestjs/schedule';
import { Broker, type BrokerLimits } from '#mqtt';
import { Desk, GaugeCare } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { HistoryFollower } from '#pipeline/history';
import { Inspection } from '#pipeline/inspect';
import { Intake } from '#pipeline/intake';
import { VigilStage } from '#pipeline/vigil';
import { Watch } from '#pipeline/watch';
import { Calendar } from '../calendar.ts';
import { checkLine } from '../check-line.ts';
import { HealthController } from '../http/health.controller.ts';
import { ProblemFilter } from '../http/problem.filter.ts';
import { SessionGuard } from '../http/session.guard.ts';
import { Lifecycle } from '../lifecycle.ts';
import { measuresOf } from '../measures.ts';
import { Metrics } from '../metrics.ts';
import { PlaybookFolder } from '../playbook-folder.ts';
import { SignIn } from '../sign-in.ts';
import { Stages } from '../stages.ts';
import { AdaptersModule, type Ground } from './adapters.module.ts';
import { CareModule } from './care.module.ts';
import { DeskModule } from './desk.module.ts';
import { DispatchModule } from './dispatch.module.ts';
import { IntakeModule } from './intake.module.ts';
import { PlaybookModule } from './playbook.module.ts';
import { ScoresModule } from './scores.module.ts';
import { VigilModule } from './vigil.module.ts';
import { WatchModule } from './watch.module.ts';

/** The standalone shape: every stage in one process, with what watches over it. */
@Module({})
export class ServiceModule {
  static on(base: Ground, limits: Partial<BrokerLimits>): DynamicModule {
    const { settings, inForce, adapters, logger } = base;
    const playbook = inForce.view;
    const { log, history, ledger, quarantine, clock } = adapters;
    const ground = AdaptersModule.on(base);
    const life = PlaybookModule.on(ground, base);
    const intake = IntakeModule.on(ground, limits);
    const desk = DeskModule.on(ground);
    const dispatch = DispatchModule.on(ground, desk);
    const care = CareModule.on(ground, { intake, desk, dispatch });
    const vigil = VigilModule.on(ground, { desk, dispatch });
    const watch = WatchModule.on(ground, { intake, desk, dispatch });
    const askLine = (stages: Stages): Promise<void> =>
      checkLine(settings, stages, logger).catch((cause: unknown) =>
        logger.error(`the check of LINE failed: ${String(cause)}`, undefined, 'line'),
      );

    return {
      module: ServiceModule,
      imports: [ScheduleModule.forRoot(), ground, life, intake, care, desk, dispatch, vigil, ScoresModule.on(ground), watch],
      controllers: [HealthController],
      providers: [
        {
          provide: Metrics,
          inject: [Broker, Intake, Watch, HistoryFollower, Dispatch],
          useFactory: (broker: Broker, admitting: Intake, judging: Watch, following: HistoryFollower, telling: Dispatch) =>
            new Metrics(
              measuresOf({
                broker,
                intake: admitting,
                watch: judging,
                history: following,
                dispatch: telling,
                log,
                ledger,
                quarantine,
                playbook,
              }),
            ),
        },
        {
          provide: Lifecycle,
          inject: [Broker, Intake, GaugeCare, Watch, HistoryFollower, VigilStage, Dispatch, Desk, Stages, PlaybookFolder],
          useFactory: (
            broker: Broker,
            admitting: Intake,
            caring: GaugeCare,
            judging: Watch,
            following: HistoryFollower,
            watchingOver: VigilStage,
            telling: Dispatch,
            shown: Desk,
            stages: Stages,
            folder: PlaybookFolder | null,
          ) =>
            // LINE is asked beside the start: its answer must not hold up the gauges.
            new Lifecycle(
              [
                { start: () => void askLine(stages), stop: () => undefined },
                shown,
                following,
                telling,
                watchingOver,
                judging,
                caring,
                admitting,
                broker,
                ...(folder ? [folder] : []),
              ],
              () => adapters.close(),
            ),
        },
        {
          provide: Calendar,
          inject: [SchedulerRegistry, SignIn, Inspection, Watch, HistoryFollower, Stages],
          useFactory: (
            registry: SchedulerRegistry,
            signIn: SignIn,
            inspection: Inspection,
            judging: Watch,
            following: HistoryFollower,
            stages: Stages,
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
              playbook,
              logger,
              checkLine: () => askLine(stages),
              followedTo: () => Math.min(judging.position, following.position),
            }),
        },
        { provide: APP_GUARD, inject: [SignIn], useFactory: (signIn: SignIn) => new SessionGuard(signIn, settings.http.publicUrl) },
        { provide: APP_FILTER, useValue: new ProblemFilter(logger) },
        { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe() },
      ],
    };
  }
}
