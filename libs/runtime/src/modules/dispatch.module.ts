import { type DynamicModule, Module } from '@nestjs/common';
import { type Channel, type ChannelName, Clock, Directory, Ledger, OrderBook, type Playbook, renderOrder, renderTransition } from '#core';
import { Desk } from '#pipeline/desk';
import { Dispatch } from '#pipeline/dispatch';
import { carried } from '../carried.ts';
import { eventReport, unheardWords } from '../event-report.ts';
import { InForce } from '../in-force.ts';
import { Logger } from '../logger.ts';
import { PLACE, type Place } from '../place.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { HELD_SAYS, PARKED_SAYS, SETTINGS_SAY, Stages } from '../stages.ts';
import { CHANNELS } from './adapters.module.ts';

/** The stage that tells people; its progress shows at the desk. */
@Module({})
export class DispatchModule {
  static on(ground: DynamicModule, desk: DynamicModule): DynamicModule {
    return {
      module: DispatchModule,
      imports: [ground, desk],
      providers: [
        {
          provide: Dispatch,
          inject: [PLACE, Ledger, OrderBook, Directory, Clock, InForce, CHANNELS, Desk, SETTINGS, Stages, Logger],
          useFactory: (
            place: Place,
            ledger: Ledger,
            orders: OrderBook,
            directory: Directory,
            clock: Clock,
            inForce: InForce,
            channels: readonly Channel[],
            shown: Desk,
            settings: Settings,
            stages: Stages,
            logger: Logger,
          ) => {
            const seen = carried(place, inForce);
            const dispatch = new Dispatch({
              ledger,
              directory,
              clock,
              playbook: seen.view,
              playbookOf: seen.of,
              render: (asked) => renderTransition({ ...asked, publicUrl: settings.http.publicUrl }),
              orders: { book: orders, render: (asked) => renderOrder({ ...asked, publicUrl: settings.http.publicUrl }) },
              channels,
              random: Math.random,
              stopMs: place.stopMs,
              onEvent: (event) => {
                eventReport(event, logger);
                const untold = unheardWords(event);
                if (untold) stages.report(untold.name, untold.why, PARKED_SAYS);
              },
              onSettled: (transitions) => {
                for (const id of transitions) shown.settled(id);
              },
            });
            // A relay or LINE that does not answer is no event: it is asked for.
            stages.ask(() => dispatch.state());
            stages.ask(() => [{ name: 'dispatch', why: dispatch.heldWhy }], HELD_SAYS);
            let silent: ReadonlySet<ChannelName> = new Set();
            const tellUnheard = (): void => {
              for (const name of silent) stages.report(name, null, SETTINGS_SAY);
              silent = unheard(inForce.playbook(), channels);
              for (const name of silent) {
                stages.report(name, UNHEARD, SETTINGS_SAY);
                logger.error(`the playbook's routes name ${name}, and the settings give no way to send there`, undefined, 'dispatch');
              }
            };
            tellUnheard();
            inForce.follows(tellUnheard);
            return dispatch;
          },
        },
      ],
      exports: [Dispatch],
    };
  }
}

const UNHEARD = '送信の設定がないため、この手段ではだれにも伝わりません。ほかの手段での送信は動いています';

/** Channels that routes name and this process cannot send by: whoever chose them would hear nothing, and nobody would notice (P6). */
const unheard = ({ routes, orders }: Playbook, channels: readonly Channel[]): ReadonlySet<ChannelName> => {
  const all = [...routes, ...(orders ? [orders.residents, ...(orders.staff ? [orders.staff] : [])] : [])];
  return new Set(all.flatMap((route) => route.channels).filter((name) => !channels.some((channel) => channel.name === name)));
};
