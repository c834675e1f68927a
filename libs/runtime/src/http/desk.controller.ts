import { Controller, Get, Header, Headers, HttpCode, Inject, type MessageEvent, Param, Post, Query, Req, Sse } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { concatMap, filter, interval, map, type Observable, takeUntil } from 'rxjs';
import { z } from 'zod';
import { CHANNELS, DELIVERY_STATES, LedgerUnavailable, Logbook, Quarantine, REPORT_ROLES, type Role } from '#core';
import { Desk, withCorrections } from '#pipeline/desk';
import {
  type AlertDto,
  alertDto,
  type DeliveryDto,
  deliveryDto,
  type GaugeDto,
  gaugeDto,
  type MessageDto,
  messageDto,
  type ReadingsDto,
  readingsDto,
  type StatusDto,
  statusDto,
  type TimelineDto,
  timelineDto,
} from '#wire';
import { PLACE, type Place } from '../place.ts';
import { SignIn } from '../sign-in.ts';
import { Allow, cookieOf, type RequestOfStaff } from './session.guard.ts';

/** A viewer that leaves more than this unread is let go and starts again from a snapshot (a snapshot of 1,000 gauges is about 1 MB). */
const LIVE_PENDING_MAX = 4 * 1024 * 1024;

/** A live line ends this soon after its session (S11: revoked within 5 s). While it is open the session counts as used: a wall screen stays lit. */
const SESSION_LOOK_MS = 4_000;

/** The live line tells of reports to those alone who may read them (S12). */
const READS_REPORTS: ReadonlySet<string> = new Set<Role>(REPORT_ROLES);

const page = {
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
};
const instant = z.coerce.number().int().min(0).max(8_640_000_000_000_000);
const readingsQuery = z.strictObject({ from: instant.optional(), to: instant.optional(), quantity: z.string().max(16).optional() });
const timelineQuery = z.strictObject({ ...page, gauge: z.string().max(128).optional() });
const deliveriesQuery = z.strictObject({
  ...page,
  transition: z.string().max(512).optional(),
  state: z.enum(DELIVERY_STATES).optional(),
  channel: z.enum(CHANNELS).optional(),
});
const quarantineQuery = z.strictObject({ ...page, device: z.string().max(128).optional() });

const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });
const quarantinedDto = z
  .object({ id: z.number().int(), device: z.string(), receivedAt: instant, reason: z.string(), detail: z.string(), payload: z.string() })
  .meta({ id: 'Quarantined', description: 'What could not be admitted; payload as text with unreadable bytes replaced.' });
type QuarantinedDto = z.infer<typeof quarantinedDto>;

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

@ApiTags('headquarters')
@Allow('signedIn')
@Controller('api/v1')
export class DeskController {
  constructor(
    @Inject(Desk) private readonly desk: Desk,
    @Inject(Quarantine) private readonly quarantine: Quarantine,
    @Inject(Logbook) private readonly logbook: Logbook,
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(PLACE) private readonly place: Place,
  ) {}

  @Sse('live', { maxPendingDataLength: LIVE_PENDING_MAX })
  live(@Headers('last-event-id') lastId: string | undefined, @Req() request: RequestOfStaff): Observable<MessageEvent> {
    const token = cookieOf(request, this.place);
    const ended = interval(SESSION_LOOK_MS).pipe(
      concatMap(() => this.stillIn(token)),
      filter((still) => !still),
    );
    const mayReadReports = READS_REPORTS.has(request.staff!.role);
    return this.desk.follow(lastId ?? null).pipe(
      takeUntil(ended),
      filter(({ event }) => event.type !== 'reports' || mayReadReports),
      map(({ id, event }) => ({ id, type: event.type, data: event })),
    );
  }

  @Get('status')
  @ApiResponse({ status: 200, standardSchema: statusDto })
  status(): Promise<StatusDto> {
    return this.desk.status();
  }

  @Get('gauges')
  @ApiResponse({ status: 200, description: 'The most dangerous first.', standardSchema: z.array(gaugeDto) })
  gauges(): Promise<readonly GaugeDto[]> {
    return this.desk.gauges();
  }

  @Get('gauges/:id')
  @ApiResponse({ status: 200, standardSchema: gaugeDto })
  gauge(@Param('id') id: string): Promise<GaugeDto> {
    return this.desk.gauge(id);
  }

  @Get('gauges/:id/readings')
  @Header('cache-control', 'no-store')
  @ApiResponse({
    status: 200,
    description: 'In order of observation; the last six hours unless told otherwise.',
    standardSchema: readingsDto,
  })
  async readings(
    @Param('id') id: string,
    @Query({ schema: readingsQuery }) { from, to, quantity }: z.infer<typeof readingsQuery>,
  ): Promise<ReadingsDto> {
    const readings = await this.desk.readings(id, {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(quantity === undefined ? {} : { quantity }),
    });
    return withCorrections(readings, this.logbook);
  }

  @Get('alerts/:id')
  @ApiResponse({ status: 200, standardSchema: alertDto })
  alert(@Param('id') id: string): Promise<AlertDto> {
    return this.desk.alert(id);
  }

  @Post('alerts/:id/acknowledge')
  @HttpCode(200)
  @Allow('operator', 'duty', 'decider', 'admin')
  @ApiResponse({ status: 200, description: 'Acknowledged by the one who is signed in; again changes nothing.', standardSchema: alertDto })
  acknowledge(@Param('id') id: string, @Req() request: RequestOfStaff): Promise<AlertDto> {
    return this.desk.acknowledge(id, request.staff!.user, request.ip);
  }

  @Post('alerts/:id/answer')
  @HttpCode(200)
  @Allow('duty', 'decider', 'admin')
  @ApiResponse({
    status: 200,
    description: 'The one who is signed in looks after it: one of the k answers that end its escalation. Again changes nothing.',
    standardSchema: alertDto,
  })
  answer(@Param('id') id: string, @Req() request: RequestOfStaff): Promise<AlertDto> {
    return this.desk.answer(id, request.staff!.user, request.ip);
  }

  @Get('transitions')
  @ApiResponse({ status: 200, description: 'Newest first, with how their messages reached people.', standardSchema: pageOf(timelineDto) })
  async transitions(@Query({ schema: timelineQuery }) { limit, cursor, gauge }: z.infer<typeof timelineQuery>): Promise<Page<TimelineDto>> {
    const items = await this.desk.timeline({
      limit,
      ...(cursor === undefined ? {} : { before: cursor }),
      ...(gauge === undefined ? {} : { gauge }),
    });
    return { items, next: items.length === limit ? String(items.at(-1)!.transition.number) : null };
  }

  @Get('transitions/:id/messages')
  @ApiResponse({ status: 200, description: 'The words in every language.', standardSchema: z.array(messageDto) })
  messages(@Param('id') id: string): Promise<readonly MessageDto[]> {
    return this.desk.messages(id);
  }

  @Get('deliveries')
  @ApiResponse({ status: 200, description: 'Newest first.', standardSchema: pageOf(deliveryDto) })
  async deliveries(@Query({ schema: deliveriesQuery }) query: z.infer<typeof deliveriesQuery>): Promise<Page<DeliveryDto>> {
    const { limit, cursor, transition, state, channel } = query;
    const items = await this.desk.deliveries({
      limit,
      ...(cursor === undefined ? {} : { before: cursor }),
      ...(transition === undefined ? {} : { transitionId: transition }),
      ...(state === undefined ? {} : { state }),
      ...(channel === undefined ? {} : { channel }),
    });
    return { items, next: items.length === limit ? String(items.at(-1)!.number) : null };
  }

  @Get('quarantine')
  @Allow('operator', 'duty', 'admin', 'auditor')
  @ApiResponse({ status: 200, description: 'Newest first.', standardSchema: pageOf(quarantinedDto) })
  async quarantined(
    @Query({ schema: quarantineQuery }) { limit, cursor, device }: z.infer<typeof quarantineQuery>,
  ): Promise<Page<QuarantinedDto>> {
    const found = await this.quarantine.list({
      limit,
      ...(cursor === undefined ? {} : { before: cursor }),
      ...(device === undefined ? {} : { device }),
    });
    const items = found.map(({ payload, ...entry }) => ({ ...entry, payload: Buffer.from(payload).toString('utf8') }));
    return { items, next: items.length === limit ? String(items.at(-1)!.id) : null };
  }

  /** While the sessions cannot be read, who is in stays in: a ledger in trouble must not darken every screen. */
  private async stillIn(token: string | null): Promise<boolean> {
    try {
      return token !== null && (await this.signIn.whoIs(token)) !== null;
    } catch (cause) {
      if (cause instanceof LedgerUnavailable) return true;
      throw cause;
    }
  }
}
