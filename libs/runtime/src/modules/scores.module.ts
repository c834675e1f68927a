import { type DynamicModule, Module } from '@nestjs/common';
import { Clock, Ledger, ReadingHistory } from '#core';
import { ScoresController } from '../http/scores.controller.ts';
import { InForce } from '../in-force.ts';
import { Scores } from '../scores.ts';

/** What rules that tell nobody would have told. */
@Module({})
export class ScoresModule {
  static on(ground: DynamicModule): DynamicModule {
    return {
      module: ScoresModule,
      imports: [ground],
      controllers: [ScoresController],
      providers: [
        {
          provide: Scores,
          inject: [Ledger, ReadingHistory, Clock, InForce],
          useFactory: (ledger: Ledger, history: ReadingHistory, clock: Clock, inForce: InForce) =>
            new Scores({ ledger, history, clock, playbook: () => inForce.playbook() }),
        },
      ],
    };
  }
}
