import { type CanActivate, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { type Role } from '#core';
import { Refusal } from '#pipeline/desk';
import type { Place } from '../place.ts';
import type { SignedIn, SignIn } from '../sign-in.ts';

const ROLES_KEY = 'sonae:roles';

/** Who may call a route: roles, `signedIn` for anybody with a session, `anyone` for the rest of the world. A route that says nothing is closed (S12). */
export const Allow = (...who: readonly (Role | 'signedIn' | 'anyone')[]): MethodDecorator & ClassDecorator => SetMetadata(ROLES_KEY, who);

const FRESH_KEY = 'sonae:fresh';

/**
 * For acts that cannot be taken back: whoever proved longer than 15 minutes ago who they are is asked again (S14). The refusal is a problem of
 * type `urn:sonae:sign-in-again`; after `POST /api/v1/session/renew` the same request passes.
 */
export const Fresh = (): MethodDecorator & ClassDecorator => SetMetadata(FRESH_KEY, true);

export type RequestOfStaff = Request & { staff?: SignedIn };

const SAFE_METHODS = new Set(['GET', 'HEAD']);

/** Denies by default; finds the session; refuses writes that another site's page sends (S27). */
export class SessionGuard implements CanActivate {
  readonly #signIn: SignIn;
  readonly #place: Place;
  readonly #publicOrigin: string;
  readonly #reflector = new Reflector();

  constructor(signIn: SignIn, place: Place, publicUrl: string) {
    this.#signIn = signIn;
    this.#place = place;
    this.#publicOrigin = new URL(publicUrl).origin;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const allowed =
      this.#reflector.getAllAndOverride<readonly string[] | undefined>(ROLES_KEY, [context.getHandler(), context.getClass()]) ?? [];
    const request = context.switchToHttp().getRequest<RequestOfStaff>();
    const anyone = allowed.includes('anyone');
    if (!anyone || !SAFE_METHODS.has(request.method)) this.#refuseForeignPages(request);
    if (anyone) return true;
    // What staff see is not left in the cache of a shared PC (S27).
    context.switchToHttp().getResponse<Response>().setHeader('cache-control', 'no-store');
    const token = cookieOf(request, this.#place);
    const staff = token === null ? null : await this.#signIn.whoIs(token);
    if (!staff) throw new Refusal('signedOut', 'Sign in first.');
    if (!allowed.includes('signedIn') && !allowed.includes(staff.role)) {
      throw new Refusal('forbidden', `This needs one of the roles ${allowed.join(', ')}; ${staff.user} has the role ${staff.role}.`);
    }
    if (
      this.#reflector.getAllAndOverride<boolean | undefined>(FRESH_KEY, [context.getHandler(), context.getClass()]) &&
      !this.#signIn.isFresh(staff)
    )
      throw new Refusal('stale', '最後の本人確認から15分を過ぎました。パスワードと確認コードをもう一度入力してください。');
    request.staff = staff;
    return true;
  }

  #refuseForeignPages(request: Request): void {
    const { origin, host } = request.headers;
    if (origin === undefined || origin === this.#publicOrigin) return;
    if (URL.canParse(origin) && new URL(origin).host === host) return;
    throw new Refusal('forbidden', 'This request comes from the page of another site.');
  }
}

/** The value of the place's session cookie, whichever of its two names it has; null without one. The cookie of another place is none. */
export function cookieOf({ headers }: Request, { cookie }: Place): string | null {
  for (const pair of (headers.cookie ?? '').split(';')) {
    const [name, value] = pair.trim().split('=', 2);
    if ((name === cookie.plain || name === cookie.secure) && value) return value;
  }
  return null;
}
