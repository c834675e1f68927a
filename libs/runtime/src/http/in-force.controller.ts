import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from './described.ts';
import type { Request, Response } from 'express';
import { Clock, type Language, type Playbook } from '#core';
import { DOOR_HEADERS, type OrderInForce, ordersPage } from '#door-page';
import { OrderDesk } from '#pipeline/desk';
import { pageLanguage } from '#sign-up-page';
import { PLAYBOOK } from '../modules/adapters.module.ts';
import { PLACE, type Place } from '../place.ts';
import { dayTimeIn, nameIn } from './page-text.ts';
import { Allow } from './session.guard.ts';

/** After an order a whole city opens the link at once: its orders are read this often at most, for each language. */
const KEPT_S = 5;

/** Where the links in messages lead: the orders in force. An order that is lifted is not there any more, whenever its message is read. */
@ApiExcludeController()
@Allow('anyone')
@Controller()
export class InForceController {
  readonly #kept = new Map<Language, { readonly at: number; readonly orders: Promise<readonly OrderInForce[]> }>();

  constructor(
    @Inject(OrderDesk) private readonly desk: OrderDesk,
    @Inject(PLAYBOOK) private readonly playbook: Playbook,
    @Inject(PLACE) private readonly place: Place,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Get()
  async page(@Query('lang') lang: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const language = pageLanguage({ asked: typeof lang === 'string' ? lang : null, accept: request.get('accept-language') ?? '' });
    const { city } = this.playbook;
    const { at, orders } = this.#ordersIn(language);
    const page = ordersPage({
      city: nameIn(this.playbook, language)(city.name),
      language,
      isDrill: this.place.status !== 'actual',
      root: this.place.root,
      orders: await orders,
      timeText: dayTimeIn(city.timeZone, language)(at),
    });
    response.set({ ...DOOR_HEADERS, 'cache-control': `public, max-age=${KEPT_S}`, vary: 'accept-language' }).send(page.markup);
  }

  #ordersIn(language: Language): { readonly at: number; readonly orders: Promise<readonly OrderInForce[]> } {
    const now = this.clock.now();
    const kept = this.#kept.get(language);
    if (kept && now - kept.at < KEPT_S * 1000) return kept;
    const read = { at: now, orders: this.desk.inForce(language) };
    this.#kept.set(language, read);
    // What could not be read is asked for again by the next reader.
    read.orders.catch(() => this.#kept.delete(language));
    return read;
  }
}
