import { type DynamicModule, Module } from '@nestjs/common';
import { Accounts, Clock, Ledger, OrderBook, type Playbook } from '#core';
import { Proof } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { ProofController } from '../http/proof.controller.ts';
import { PLAYBOOK } from './adapters.module.ts';

/** Whom messages reached, and what of them waits for a person. */
@Module({})
export class ProofModule {
  static on(ground: DynamicModule, { dispatch }: { readonly dispatch: DynamicModule }): DynamicModule {
    return {
      module: ProofModule,
      imports: [ground, dispatch],
      controllers: [ProofController],
      providers: [
        {
          provide: Proof,
          inject: [Ledger, Accounts, Clock, PLAYBOOK, Dispatch, { token: OrderBook, optional: true }],
          useFactory: (ledger: Ledger, accounts: Accounts, clock: Clock, playbook: Playbook, telling: Dispatch, orders?: OrderBook) =>
            new Proof({ ledger, orders: orders ?? null, accounts, clock, playbook, onReleased: () => telling.notify() }),
        },
      ],
    };
  }
}
