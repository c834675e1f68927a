import { type DynamicModule, Module } from '@nestjs/common';
import { Accounts, Audit, type Channel, Clock, Directory, Ledger, OrderBook, type Playbook } from '#core';
import { Desk, OrderCopies, OrderDesk } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { Proposer, type SetAside } from '#pipeline/propose';
import { OrderCopyController } from '../http/order-copy.controller.ts';
import { InForceController } from '../http/in-force.controller.ts';
import { OrdersController } from '../http/orders.controller.ts';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { PLACE, type Place } from '../place.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { PARKED_SAYS, Stages } from '../stages.ts';
import { CHANNELS, PLAYBOOK } from './adapters.module.ts';
import { trouble } from './trouble.ts';

/** Evacuation orders: what proposes them and gives them, and how people decide on them. */
@Module({})
export class OrdersModule {
  static on(ground: DynamicModule, { desk, dispatch }: { readonly desk: DynamicModule; readonly dispatch: DynamicModule }): DynamicModule {
    return {
      module: OrdersModule,
      imports: [ground, desk, dispatch],
      controllers: [OrdersController, OrderCopyController, InForceController],
      providers: [
        {
          provide: Proposer,
          inject: [Ledger, OrderBook, Clock, PLACE, InForce, Desk, Dispatch, Stages, Logger],
          useFactory: (
            ledger: Ledger,
            orders: OrderBook,
            clock: Clock,
            place: Place,
            inForce: InForce,
            shown: Desk,
            telling: Dispatch,
            stages: Stages,
            logger: Logger,
          ) =>
            new Proposer({
              ledger,
              orders,
              clock,
              status: place.status,
              playbook: () => inForce.playbook(),
              playbookOf: (version) => inForce.of(version),
              onCommit: (order, transition) => {
                shown.orderChanged(order.id);
                if (transition) telling.notify();
              },
              onTrouble: trouble(stages, logger, 'propose', '避難情報の提案と発令が止まっています。警報の判定と配信は動いています'),
              onSetAside: (all) => {
                stages.report('propose', setAsideText(all), PARKED_SAYS);
                for (const { id, why } of all) logger.error(`${id} is set aside: ${why}`, undefined, 'propose');
              },
            }),
        },
        {
          provide: OrderDesk,
          inject: [OrderBook, Ledger, Directory, Accounts, Audit, Clock, PLACE, PLAYBOOK, SETTINGS, CHANNELS, Desk, Dispatch, Proposer],
          useFactory: (
            orders: OrderBook,
            ledger: Ledger,
            directory: Directory,
            accounts: Accounts,
            audit: Audit,
            clock: Clock,
            place: Place,
            playbook: Playbook,
            settings: Settings,
            channels: readonly Channel[],
            shown: Desk,
            telling: Dispatch,
            proposing: Proposer,
          ) =>
            new OrderDesk({
              orders,
              ledger,
              directory,
              accounts,
              audit,
              clock,
              status: place.status,
              playbook,
              publicUrl: settings.http.publicUrl,
              channels: channels.map(({ name }) => name),
              onChanged: (id) => {
                shown.orderChanged(id);
                proposing.notify();
                telling.notify();
              },
            }),
        },
        {
          provide: OrderCopies,
          inject: [OrderBook, InForce],
          useFactory: (orders: OrderBook, inForce: InForce) =>
            new OrderCopies({ orders, playbook: inForce.view, playbookOf: (version) => inForce.of(version) }),
        },
      ],
      exports: [Proposer, OrderDesk],
    };
  }
}

/** Named on the banner, which has to stay readable; the log names all. */
const NAMED_MAX = 3;

/** What waits for people because the service cannot do it; null when there is nothing. */
function setAsideText(all: readonly SetAside[]): string | null {
  if (all.length === 0) return null;
  const named = all.slice(0, NAMED_MAX).map(({ id, why }) => `${id}（${why}）`);
  const more = all.length > NAMED_MAX ? ` ほか${all.length - NAMED_MAX}件` : '';
  return `時刻や警報により自動で進むはずの避難情報を進められません。避難情報の画面で確かめ、人が対応してください。ほかの避難情報は動いています：${named.join('、')}${more}`;
}
