import { Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from './described.ts';
import type { Request, Response } from 'express';
import type { FamilyWord, Playbook } from '#core';
import { DOOR_HEADERS, familyPage } from '#door-page';
import { FamilyDesk } from '#pipeline/desk';
import { pageLanguage } from '#sign-up-page';
import { PLAYBOOK } from '../modules/adapters.module.ts';
import { PLACE, type Place } from '../place.ts';
import { dayTimeIn, nameIn } from './page-text.ts';
import { Allow } from './session.guard.ts';

/**
 * Where family ask for somebody who gave them a code. Every answer but good news is the same page with the same words and status: nobody learns by
 * asking whether somebody is known here.
 */
@ApiExcludeController()
@Allow('anyone')
@Controller('family')
export class FamilyController {
  constructor(
    @Inject(FamilyDesk) private readonly families: FamilyDesk,
    @Inject(PLAYBOOK) private readonly playbook: Playbook,
    @Inject(PLACE) private readonly place: Place,
  ) {}

  @Get()
  form(@Query('lang') lang: unknown, @Req() request: Request, @Res() response: Response): void {
    this.#page(request, response, { lang, answer: null });
  }

  @Post()
  async ask(@Query('lang') lang: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const body = request.body instanceof Uint8Array ? Buffer.from(request.body).toString('utf8') : '';
    const answer = await this.families.ask(new URLSearchParams(body).get('code') ?? '', `address ${request.ip ?? ''}`);
    this.#page(request, response, { lang, answer });
  }

  #page(request: Request, response: Response, { lang, answer }: { readonly lang: unknown; readonly answer: FamilyWord | null }): void {
    const language = pageLanguage({ asked: typeof lang === 'string' ? lang : null, accept: request.get('accept-language') ?? '' });
    const { city } = this.playbook;
    const name = nameIn(this.playbook, language);
    const page = familyPage({
      city: name(city.name),
      language,
      isDrill: this.place.status !== 'actual',
      path: `${this.place.root}/family`,
      answer,
      timeText: dayTimeIn(city.timeZone, language),
      nameIn: name,
    });
    response
      .status(answer?.kind === 'tooMany' ? 429 : 200)
      .set(DOOR_HEADERS)
      .send(page.markup);
  }
}
