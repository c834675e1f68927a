import { type DynamicModule, type Provider, StandardSchemaValidationPipe, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CheckInFeed, Desk, GaugeCare } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { HistoryFollower } from '#pipeline/history';
import { Intake } from '#pipeline/intake';
import { Proposer } from '#pipeline/propose';
import { VigilStage } from '#pipeline/vigil';
import { Watch } from '#pipeline/watch';
import { encloseEvidence } from '../enclose-evidence.ts';
import { ProblemFilter } from '../http/problem.filter.ts';
import { SessionGuard } from '../http/session.guard.ts';
import type { Running } from '../lifecycle.ts';
import { Notary } from '../notary.ts';
import { SignIn } from '../sign-in.ts';
import { AdaptersModule, type Ground } from './adapters.module.ts';
import { AuditModule } from './audit.module.ts';
import { CareModule } from './care.module.ts';
import { CheckInModule } from './check-in.module.ts';
import { DeskModule } from './desk.module.ts';
import { DispatchModule } from './dispatch.module.ts';
import { IntakeModule } from './intake.module.ts';
import { PlaybookModule } from './playbook.module.ts';
import { ProofModule } from './proof.module.ts';
import { ScoresModule } from './scores.module.ts';
import { OrdersModule } from './orders.module.ts';
import { VigilModule } from './vigil.module.ts';
import { WatchModule } from './watch.module.ts';

/** What hands in readings from outside, made on the ground and the intake of the place; null where nothing does. */
export type FrontOf = (ground: DynamicModule, intake: DynamicModule) => DynamicModule | null;

/** The stages of a place and what guards its HTTP face. */
export interface PlaceStages {
  readonly ground: DynamicModule;
  readonly intake: DynamicModule;
  readonly front: DynamicModule | null;
  readonly desk: DynamicModule;
  readonly dispatch: DynamicModule;
  readonly care: DynamicModule;
  readonly checkIn: DynamicModule;
  readonly imports: readonly DynamicModule[];
  readonly providers: readonly Provider[];
  /** The stages from the back of the house to the front: the order in which they start. */
  readonly backToFront: readonly Type<Running>[];
}

/** The one list of stages for real life and for drills: whatever is added here is in both, and only values tell them apart (`Place`). */
export function placeStages(base: Ground, frontOf: FrontOf): PlaceStages {
  const { place, settings, logger } = base;
  const ground = AdaptersModule.on(base);
  encloseEvidence(base.adapters, { inForce: base.inForce, publicUrl: settings.http.publicUrl, root: place.root });
  const life = PlaybookModule.on(ground, base);
  const intake = IntakeModule.on(ground);
  const front = frontOf(ground, intake);
  const desk = DeskModule.on(ground);
  const dispatch = DispatchModule.on(ground, desk);
  const care = CareModule.on(ground, { intake, desk, dispatch });
  const checkIn = CheckInModule.on(ground, { intake, desk, care });
  const vigil = VigilModule.on(ground, { desk, dispatch });
  const watch = WatchModule.on(ground, { tune: front, desk, dispatch });
  return {
    ground,
    intake,
    front,
    desk,
    dispatch,
    care,
    checkIn,
    imports: [
      ground,
      life,
      intake,
      ...(front ? [front] : []),
      care,
      checkIn,
      desk,
      dispatch,
      vigil,
      OrdersModule.on(ground, { desk, dispatch }),
      ScoresModule.on(ground),
      AuditModule.on(ground),
      ProofModule.on(ground, { dispatch }),
      watch,
    ],
    providers: [
      {
        provide: APP_GUARD,
        inject: [SignIn],
        useFactory: (signIn: SignIn) => new SessionGuard(signIn, place, settings.http.publicUrl),
      },
      { provide: APP_FILTER, useValue: new ProblemFilter(logger) },
      { provide: APP_PIPE, useValue: new StandardSchemaValidationPipe() },
    ],
    backToFront: [Notary, Desk, HistoryFollower, Dispatch, Proposer, VigilStage, Watch, GaugeCare, Intake, CheckInFeed],
  };
}
