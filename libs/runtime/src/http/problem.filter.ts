import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import { Refusal } from '#pipeline/desk';
import type { Logger } from '../logger.ts';

const STATUS: Readonly<Record<Refusal['code'], number>> = {
  notFound: 404,
  conflict: 409,
  invalid: 400,
  forbidden: 403,
  signedOut: 401,
  unenrolled: 401,
  stale: 403,
};
/** What a page can do something about: ask for the password again and repeat the request, or say what is missing in the reader's language. */
const TYPES: Partial<Readonly<Record<Refusal['code'], string>>> = {
  stale: 'urn:sonae:sign-in-again',
  unenrolled: 'urn:sonae:second-factor-missing',
};
const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Signed out',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Conflict',
  413: 'Too large',
  429: 'Too many tries',
  503: 'Not now',
};

/** Every failure as a problem document (RFC 9457). What a person did wrong is said; what broke inside is logged and not shown (S24). */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  catch(cause: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { status, detail } = this.#told(cause);
    const type = (cause instanceof Refusal && (cause.type ?? TYPES[cause.code])) || 'about:blank';
    if (response.headersSent) {
      response.end();
      return;
    }
    response
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify({ type, title: TITLES[status] ?? 'Failed', status, detail }));
  }

  #told(cause: unknown): { status: number; detail: string } {
    if (cause instanceof Refusal) return { status: STATUS[cause.code], detail: cause.message };
    if (cause instanceof HttpException) return { status: cause.getStatus(), detail: detailOf(cause) };
    if (cause instanceof Error && 'status' in cause && typeof cause.status === 'number' && cause.status < 500)
      return { status: cause.status, detail: cause.message };
    this.#logger.error(cause instanceof Error ? cause.message : String(cause), cause instanceof Error ? cause.stack : undefined, 'http');
    return { status: 503, detail: 'The service could not do this now. Nothing was changed as far as it knows; try again.' };
  }
}

/** Nest's validation puts its list of issues into the response body. */
function detailOf(cause: HttpException): string {
  const body = cause.getResponse();
  if (typeof body === 'string') return body;
  const { message } = body as { message?: unknown };
  if (Array.isArray(message)) return message.map(String).join('; ');
  return typeof message === 'string' ? message : cause.message;
}
