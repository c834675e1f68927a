import { type DynamicModule, Module } from '@nestjs/common';
import {
  BLOCKED_SOON_MS,
  Clock,
  DESIGNATIONS,
  Directory,
  districtOutlines,
  hazardsOf,
  isInForce,
  Ledger,
  type Playbook,
  OrderBook,
  residentChoices,
  selects,
  type TicketAnswer,
} from '#core';
import { Account, type CityFacts } from '#pipeline/account';
import { Desk, FamilyDesk, Refusal, ReportDesk, ShelterDesk, WindowTickets } from '#pipeline/desk';
import type { Adapters } from '../adapters.ts';
import type { DrillHost } from '../drill-host.ts';
import { LineWebhookController } from '../http/line-webhook.controller.ts';
import { ReportsController } from '../http/reports.controller.ts';
import { Logger } from '../logger.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { PARKED_SAYS, Stages } from '../stages.ts';
import { PLAYBOOK } from './adapters.module.ts';
import type { PlaceStages } from './place-stages.ts';
import { trouble } from './trouble.ts';

/** Real life's LINE account: what residents ask and report. Without a channel secret nobody is heard, and reports are what they were. */
@Module({})
export class AccountModule {
  static on(
    { ground, desk, care, checkIn }: Pick<PlaceStages, 'ground' | 'desk' | 'care' | 'checkIn'>,
    own: Adapters['account'],
    drills: DrillHost,
  ): DynamicModule {
    return {
      module: AccountModule,
      imports: [ground, desk, care, checkIn],
      controllers: own ? [LineWebhookController, ReportsController] : [LineWebhookController],
      providers: [
        {
          provide: ReportDesk,
          inject: [Clock, PLAYBOOK, Desk],
          useFactory: (clock: Clock, playbook: Playbook, shown: Desk) =>
            own ? new ReportDesk({ reports: own.reports, clock, playbook, onChanged: (reports) => shown.reported(reports) }) : null,
        },
        {
          provide: Account,
          inject: [
            Directory,
            Ledger,
            OrderBook,
            Clock,
            PLAYBOOK,
            Desk,
            ShelterDesk,
            WindowTickets,
            ReportDesk,
            FamilyDesk,
            SETTINGS,
            Stages,
            Logger,
          ],
          useFactory: (
            directory: Directory,
            ledger: Ledger,
            orders: OrderBook,
            clock: Clock,
            playbook: Playbook,
            shown: Desk,
            shelters: ShelterDesk,
            tickets: WindowTickets,
            reports: ReportDesk | null,
            families: FamilyDesk,
            { http }: Settings,
            stages: Stages,
            logger: Logger,
          ): Account | null => {
            if (!own?.line) return null;
            return new Account({
              talks: own.talks,
              directory,
              line: own.line,
              clock,
              random: Math.random,
              city: async () => ({
                ...(await cityFacts({ playbook, desk: shown, shelters, orders })),
                familyAddress: `${http.publicUrl.replace(/\/$/, '')}/family`,
              }),
              families,
              drawTicket: (ticket) => drawTicket(tickets, ticket),
              onReports: (ids) =>
                void reports
                  ?.told(ids)
                  .catch((cause: unknown) => logger.error(`a report was not shown: ${String(cause)}`, undefined, 'account')),
              onBlocked: (recipient, at) => {
                const of = { recipient, channel: 'line', acceptedSince: at - BLOCKED_SOON_MS } as const;
                return ledger.noteRecipient({ of, state: 'blocked', at: clock.now(), why: 'LINEで配信が止められました' });
              },
              onSeen: ({ status, ...of }) => {
                const note = { of, state: 'confirmed', at: clock.now(), why: 'LINEで「見ました」が押されました' } as const;
                return status === 'exercise' ? drills.noteRecipient(note) : ledger.noteRecipient(note);
              },
              onSetAside: (why) => {
                stages.report('account', 'LINEで届いた1件に応答できなかったため、飛ばして続けています', PARKED_SAYS);
                logger.error(why, undefined, 'account');
              },
              onTrouble: trouble(stages, logger, 'account', 'LINEでの問い合わせへの応答が止まっています。警報の判定と配信は動いています'),
            });
          },
        },
      ],
      exports: [Account],
    };
  }
}

/** Orders that are open at once; a city has fewer districts. */
const ORDERS_MAX = 100;

async function cityFacts({
  playbook,
  desk,
  shelters,
  orders,
}: {
  readonly playbook: Playbook;
  readonly desk: Desk;
  readonly shelters: ShelterDesk;
  readonly orders: OrderBook;
}): Promise<Omit<CityFacts, 'familyAddress'>> {
  const [places, sheltersNow, open] = await Promise.all([desk.gauges(), shelters.list(), orders.orders({ open: true, limit: ORDERS_MAX })]);
  // What people are ordered to flee from is at hand, whatever the gauges say.
  const ordered = open.flatMap(({ order }) => (isInForce(order) ? [DESIGNATIONS[order.content.hazard]] : []));
  const { city, districts, rules, gauges, wordings, areasGeoJson } = playbook;
  const queues = rules.filter(({ kind }) => kind === 'queue');
  return {
    city: city.name,
    timeZone: city.timeZone,
    districts: [...districts.values()],
    outlines: districtOutlines(areasGeoJson),
    categories: residentChoices(playbook, 'line'),
    nameIn: (language, name) => wordings.get(language)?.names?.[name] ?? name,
    places,
    shelters: sheltersNow,
    windows: [...gauges.values()].filter((gauge) => queues.some(({ selector }) => selects(selector, gauge))),
    hazards: [...new Set([...hazardsOf(places), ...ordered])],
  };
}

/** What the desk refuses is told in the talk's own words. */
async function drawTicket(
  tickets: WindowTickets,
  { gauge, number, address }: { readonly gauge: string; readonly number: number; readonly address: string },
): Promise<TicketAnswer> {
  try {
    const { state, calling, ahead } = await tickets.draw(gauge, { channel: 'line', address, number });
    return { kind: state, calling, ahead };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { kind: cause.code === 'conflict' ? 'tooMany' : 'closed' };
  }
}
