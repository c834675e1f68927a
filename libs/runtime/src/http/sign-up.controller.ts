import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from './described.ts';
import type { Request, Response } from 'express';
import { CHARSETS, type Charset, type Language, LANGUAGES } from '#core';
import type { Html } from '#html';
import { type Choices, SignUp } from '#pipeline/letters';
import { formPage, type FormProblem, leavePage, type PageCity, pageLanguage, resultPage, SIGN_UP_HEADERS } from '#sign-up-page';
import { Allow } from './session.guard.ts';

/** Gives what the pages name of the city, as the playbook in force has it. */
export abstract class PageCityNow {
  abstract now(): PageCity;
}

/** What a person sent by the form of their link. */
interface Sent {
  readonly choices: Choices;
  readonly agreed: boolean;
}

const STATUS = { chosen: 200, left: 200, used: 410, unknown: 404 } as const;

/**
 * Pages for residents who sign up for disaster mail, change what they chose, or leave. They need no script and no session: the address of the page
 * is what proves whose it is. Looking at a page changes nothing, for mail programs look at every link (S18).
 */
@ApiExcludeController()
@Allow('anyone')
@Controller()
export class SignUpController {
  constructor(
    @Inject(SignUp) private readonly signUp: SignUp,
    @Inject(PageCityNow) private readonly city: PageCityNow,
  ) {}

  @Get('mail/:token')
  async form(
    @Param('token') token: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const form = await this.signUp.form(token);
    const language = languageOf(request, lang, form?.isSubscribed ? form.choices.language : undefined);
    if (!form || form.state !== 'open') return this.#result(response, form ? (form.state as 'chosen' | 'left') : 'unknown', language);
    const { address, isSubscribed, choices } = form;
    const filled = { address, isSubscribed, ...choices, language: isSubscribed ? choices.language : null, agreed: false, problems: [] };
    this.#send(response, 200, formPage({ path: `/mail/${token}`, form: filled, city: this.city.now(), language }));
  }

  @Post('mail/:token')
  async choose(
    @Param('token') token: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { choices, agreed } = sentBy(request);
    const language = languageOf(request, lang, choices.language);
    const before = await this.signUp.form(token);
    if (!before) return this.#result(response, 'unknown', language);
    const known = new Set(this.city.now().districts.map(({ code }) => code));
    const problems: FormProblem[] = [
      ...(choices.districts.some((code) => known.has(code)) ? [] : (['districts'] as const)),
      ...(agreed ? [] : (['agree'] as const)),
    ];
    if (before.state === 'open' && problems.length > 0) {
      const form = { address: before.address, isSubscribed: before.isSubscribed, ...choices, agreed, problems };
      return this.#send(response, 422, formPage({ path: `/mail/${token}`, form, city: this.city.now(), language }));
    }
    const outcome = await this.signUp.choose(token, choices);
    await this.#answer(response, token, outcome === 'done' ? 'chosen' : outcome === 'unknown' ? 'unknown' : 'used', choices.language);
  }

  @Post('mail/:token/leave')
  async leave(
    @Param('token') token: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const outcome = await this.signUp.leave(token);
    await this.#answer(
      response,
      token,
      outcome === 'done' ? 'left' : outcome === 'unknown' ? 'unknown' : 'used',
      languageOf(request, lang),
    );
  }

  /** The same for every token, known or not: a page says nothing about an address. */
  @Get('u/:token')
  leavingPage(@Param('token') token: string, @Query('lang') lang: unknown, @Req() request: Request, @Res() response: Response): void {
    const path = `/u/${encodeURIComponent(token)}`;
    this.#send(response, 200, leavePage({ path, city: this.city.now(), language: languageOf(request, lang) }));
  }

  /** One click of a mail program, or the button of the page: at once, without sign-in, question or redirect (RFC 8058 §3.2). */
  @Post('u/:token')
  async leaveAtOnce(
    @Param('token') token: string,
    @Query('lang') lang: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const language = languageOf(request, lang);
    const isMeant = isOneClick(bodyOf(request));
    const isDone = isMeant && (await this.signUp.leaveAtOnce(token));
    this.#result(response, isDone ? 'left' : 'unknown', language);
  }

  /** Who sends a form twice sees how it ended the first time. */
  async #answer(response: Response, token: string, result: keyof typeof STATUS, language: Language): Promise<void> {
    const state = result === 'used' ? (await this.signUp.form(token))?.state : null;
    this.#result(response, state === 'chosen' || state === 'left' ? state : result, language);
  }

  #result(response: Response, result: keyof typeof STATUS, language: Language): void {
    this.#send(response, STATUS[result], resultPage({ result, city: this.city.now(), language }));
  }

  #send(response: Response, status: number, { markup }: Html): void {
    response.status(status).set(SIGN_UP_HEADERS).send(markup);
  }
}

function languageOf(request: Request, lang: unknown, spare?: Language): Language {
  const asked = typeof lang === 'string' ? lang : null;
  return pageLanguage({ asked, accept: spare === undefined ? (request.get('accept-language') ?? '') : '', ...(spare && { spare }) });
}

const bodyOf = ({ body }: Request): string => (body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '');

function sentBy(request: Request): Sent {
  const fields = new URLSearchParams(bodyOf(request));
  const oneOf = <T extends string>(name: string, known: readonly T[], spare: T): T =>
    known.find((one) => one === fields.get(name)) ?? spare;
  return {
    choices: {
      language: oneOf<Language>('language', LANGUAGES, 'ja'),
      charset: oneOf<Charset>('charset', CHARSETS, 'utf-8'),
      districts: fields.getAll('district'),
      categories: fields.getAll('category'),
    },
    agreed: fields.get('agree') === 'yes',
  };
}

/** `List-Unsubscribe=One-Click` as a form, or as the parts that RFC 8058 recommends. */
const isOneClick = (body: string): boolean =>
  new URLSearchParams(body.trim()).get('List-Unsubscribe') === 'One-Click' ||
  /name="?List-Unsubscribe"?\s*(?:\r?\n[^\r\n]+)*\r?\n\r?\nOne-Click\r?\n/i.test(body);
