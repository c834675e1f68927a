import { randomBytes } from 'node:crypto';
import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from './described.ts';
import type { Request, Response } from 'express';
import { type CheckInParty, DOOR_PERSONS_MAX, type Language, type Playbook, type Shelter, ShelterOpenings } from '#core';
import { DOOR_HEADERS, type DoorPlace, formPage, notePage, partyPage } from '#door-page';
import type { Html } from '#html';
import { CheckInDesk, type DoorOutcome, FamilyDesk } from '#pipeline/desk';
import { pageLanguage } from '#sign-up-page';
import { PLAYBOOK } from '../modules/adapters.module.ts';
import { PLACE, type Place } from '../place.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { dayTimeIn, nameIn } from './page-text.ts';
import { Allow } from './session.guard.ts';

/** The phone remembers the party it was checked in with for as long as family codes last. */
const COOKIE = 'sonae-party';
const COOKIE_S = 30 * 86_400;

/**
 * Pages at a shelter's door, for phones that scanned the code there. No script, no session and no name: a form carries a key that was made with it,
 * and that key is the party from then on. Looking at a page counts nobody, and a form that is sent twice, or found again by the way back, counts once.
 */
@ApiExcludeController()
@Allow('anyone')
@Controller('shelter/:token')
export class DoorController {
  constructor(
    @Inject(CheckInDesk) private readonly desk: CheckInDesk,
    @Inject(FamilyDesk) private readonly families: FamilyDesk,
    @Inject(ShelterOpenings) private readonly openings: ShelterOpenings,
    @Inject(PLAYBOOK) private readonly playbook: Playbook,
    @Inject(PLACE) private readonly place: Place,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get()
  async form(
    @Param('token') token: string,
    @Query('lang') lang: unknown,
    @Query('other') other: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const language = languageOf(request, lang);
    const door = await this.desk.door(token);
    if (!door) return this.#note(response, { language, token, note: 'unknown', status: 404 });
    const said = (await this.openings.current()).get(door.shelter.id);
    const pageKey = other === 'yes' ? null : cookieOf(request);
    const mine = pageKey === null ? null : await this.desk.partyOf(pageKey);
    const known = mine?.party.state === 'in' && mine.shelter.id === door.shelter.id ? { key: pageKey!, ticket: mine.party.ticket } : null;
    const page = formPage(this.#at(token, door.shelter, language), {
      key: randomBytes(16).toString('base64url'),
      isOpen: said?.state === 'open',
      known,
    });
    this.#send(response, 200, page);
  }

  @Get(':key')
  async party(
    @Param('token') token: string,
    @Param('key') key: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const language = languageOf(request, lang);
    const known = await this.desk.partyOf(key);
    // A form that was never sent: from the door one begins again.
    if (!known) return response.redirect(303, `${this.#path(token)}?lang=${language}`);
    await this.#party(response, { token, key, language, ...known });
  }

  @Post(':key')
  async come(
    @Param('token') token: string,
    @Param('key') key: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const language = languageOf(request, lang);
    const fields = fieldsOf(request);
    const persons = wholeNumber(fields.get('persons'));
    const turn = wholeNumber(fields.get('turn'));
    const known = await this.desk.partyOf(key);
    const shelter = known?.shelter ?? (await this.desk.door(token))?.shelter ?? null;
    if (!shelter || persons < 1 || persons > DOOR_PERSONS_MAX)
      return this.#note(response, { language, token, note: 'unknown', status: shelter ? 400 : 404 });
    const outcome = await this.desk.come(shelter, key, { persons, turn });
    await this.#answer(response, { token, key, language, shelter, outcome });
  }

  @Post(':key/leave')
  async leave(
    @Param('token') token: string,
    @Param('key') key: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const language = languageOf(request, lang);
    const known = await this.desk.partyOf(key);
    if (!known) return this.#note(response, { language, token, note: 'unknown', status: 404 });
    const outcome = await this.desk.leave(known.shelter, key, wholeNumber(fieldsOf(request).get('turn')));
    await this.#answer(response, { token, key, language, shelter: known.shelter, outcome });
  }

  @Post(':key/family')
  async consent(
    @Param('token') token: string,
    @Param('key') key: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const language = languageOf(request, lang);
    const known = await this.desk.partyOf(key);
    if (!known) return this.#note(response, { language, token, note: 'unknown', status: 404 });
    const fields = fieldsOf(request);
    if (fields.get('agree') !== 'yes') return this.#party(response, { token, key, language, ...known, said: 'mustAgree', status: 422 });
    await this.families.consentAtDoor(known.party, { namesShelter: fields.get('name') === 'yes' });
    response.redirect(303, `${this.#path(token)}/${key}?lang=${language}`);
  }

  @Post(':key/family/withdraw')
  async withdraw(
    @Param('token') token: string,
    @Param('key') key: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const language = languageOf(request, lang);
    const known = await this.desk.partyOf(key);
    if (!known) return this.#note(response, { language, token, note: 'unknown', status: 404 });
    await this.families.withdrawAtDoor(known.party);
    await this.#party(response, { token, key, language, ...known, said: 'withdrawn' });
  }

  /** After a change the phone is sent to the page of the party: loading it again sends nothing again. */
  async #answer(
    response: Response,
    {
      token,
      key,
      language,
      shelter,
      outcome,
    }: {
      readonly token: string;
      readonly key: string;
      readonly language: Language;
      readonly shelter: Shelter;
      readonly outcome: DoorOutcome;
    },
  ): Promise<void> {
    if (outcome.kind === 'done') {
      response.cookie(COOKIE, key, {
        path: `${this.place.root}/shelter`,
        maxAge: COOKIE_S * 1_000,
        httpOnly: true,
        sameSite: 'lax',
        secure: this.settings.http.publicUrl.startsWith('https:'),
      });
      return response.redirect(303, `${this.#path(token)}/${key}?lang=${language}`);
    }
    const { why, party } = outcome;
    const note = why === 'busy' ? 'busy' : why === 'beyondCeiling' ? 'full' : why === 'unknown' ? 'unknown' : 'stale';
    const status = why === 'busy' ? 429 : 409;
    if (party && note !== 'unknown') return this.#party(response, { token, key, language, shelter, party, note, status });
    this.#note(response, { language, token, note, status, shelter });
  }

  async #party(
    response: Response,
    {
      token,
      key,
      language,
      shelter,
      party,
      note = null,
      said = null,
      status = 200,
    }: {
      readonly token: string;
      readonly key: string;
      readonly language: Language;
      readonly shelter: Shelter;
      readonly party: CheckInParty;
      readonly note?: 'stale' | 'busy' | 'full' | null;
      readonly said?: 'withdrawn' | 'mustAgree' | null;
      readonly status?: number;
    },
  ): Promise<void> {
    const consent = await this.families.ofParty(party);
    const page = partyPage(this.#at(token, shelter, language), {
      key,
      party,
      sinceText: dayTimeIn(this.playbook.city.timeZone, language)(party.at),
      familyCode: consent?.code ?? null,
      note,
      said,
    });
    this.#send(response, status, page);
  }

  #note(
    response: Response,
    {
      language,
      token,
      note,
      status,
      shelter,
    }: {
      readonly language: Language;
      readonly token: string;
      readonly note: 'unknown' | 'busy' | 'full' | 'stale';
      readonly status: number;
      readonly shelter?: Shelter;
    },
  ): void {
    const { path, ...place } = this.#at(token, shelter ?? null, language);
    this.#send(response, status, notePage(place, note, { path }));
  }

  #at(token: string, shelter: Shelter | null, language: Language): DoorPlace {
    const name = nameIn(this.playbook, language);
    const { publicUrl } = this.settings.http;
    return {
      shelter: name(shelter?.name ?? this.playbook.city.name),
      city: name(this.playbook.city.name),
      language,
      isDrill: this.place.status !== 'actual',
      path: this.#path(token),
      familyAddress: `${publicUrl.replace(/\/$/, '')}${this.place.root}/family`,
    };
  }

  #path(token: string): string {
    return `${this.place.root}/shelter/${encodeURIComponent(token)}`;
  }

  #send(response: Response, status: number, { markup }: Html): void {
    response.status(status).set(DOOR_HEADERS).send(markup);
  }
}

function languageOf(request: Request, lang: unknown): Language {
  return pageLanguage({ asked: typeof lang === 'string' ? lang : null, accept: request.get('accept-language') ?? '' });
}

const fieldsOf = ({ body }: Request): URLSearchParams =>
  new URLSearchParams(body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '');

/** 0 for what is no number of a form of ours. */
const wholeNumber = (text: string | null): number => (text !== null && /^\d{1,4}$/.test(text) ? Number(text) : 0);

function cookieOf({ headers }: Request): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if (name === COOKIE && value) return value;
  }
  return null;
}
