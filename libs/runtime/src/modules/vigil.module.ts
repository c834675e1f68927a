import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, Ledger } from '#core';
import { Desk } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { VigilStage } from '#pipeline/vigil';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { Stages } from '../stages.ts';
import { trouble } from './trouble.ts';

/** The stage that watches over raised alerts; what it says shows at the desk and wakes dispatch. */
@Module({})
export class VigilModule {
  static on(ground: DynamicModule, { desk, dispatch }: { readonly desk: DynamicModule; readonly dispatch: DynamicModule }): DynamicModule {
    return {
      module: VigilModule,
      imports: [ground, desk, dispatch],
      providers: [
        {
          provide: VigilStage,
          inject: [Ledger, Clock, InForce, Desk, Dispatch, Stages, Logger],
          useFactory: (ledger: Ledger, clock: Clock, inForce: InForce, shown: Desk, told: Dispatch, stages: Stages, logger: Logger) =>
            new VigilStage({
              ledger,
              clock,
              playbook: () => inForce.playbook(),
              onCommit: (transitions) => {
                shown.committed([], transitions);
                told.notify();
              },
              onTrouble: trouble(stages, logger, 'vigil', '催促と呼び出しが止まっています。警報の判定と配信は動いています'),
            }),
        },
      ],
      exports: [VigilStage],
    };
  }
}
