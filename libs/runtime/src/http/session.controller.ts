import { Body, Controller, Delete, Get, HttpCode, Inject, Ip, Post, Req, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import type { Response } from 'express';
import { z } from 'zod';
import { Refusal } from '#pipeline/desk';
import { type SessionDto, sessionDto } from '#wire';
import { PLACE, type Place } from '../place.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { type CheckResult, SignIn } from '../sign-in.ts';
import { Allow, cookieOf, type RequestOfStaff } from './session.guard.ts';

const proof = z.strictObject({
  password: z.string().min(1).max(256),
  /** Six digits of the second factor; without one empty or left out. */
  code: z.string().trim().max(16).default(''),
});
const credentials = proof.extend({ user: z.string().min(1).max(64) });

@ApiTags('session')
@Controller('api/v1/session')
export class SessionController {
  constructor(
    @Inject(SignIn) private readonly signIn: SignIn,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(PLACE) private readonly place: Place,
  ) {}

  @Post()
  @HttpCode(200)
  @Allow('anyone')
  @ApiResponse({ status: 200, description: 'Signed in; the session is in the cookie.', standardSchema: sessionDto })
  async open(
    @Body({ schema: credentials }) given: z.infer<typeof credentials>,
    @Ip() from: string,
    @Req() request: RequestOfStaff,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionDto> {
    const before = cookieOf(request, this.place);
    const result = await this.signIn.signIn({ ...given, from });
    if (result.kind !== 'in') throw new Refusal(result.kind === 'unenrolled' ? 'unenrolled' : 'signedOut', whyNot(result));
    // Somebody else takes over at the same desk: the session whose cookie is replaced here must not live on without anybody's eyes on it.
    if (before !== null) await this.#leave(before, from);
    const secure = this.settings.http.publicUrl.startsWith('https:');
    const { cookie } = this.place;
    response.cookie(secure ? cookie.secure : cookie.plain, result.token, { httpOnly: true, sameSite: 'strict', secure, path: cookie.path });
    return result.who;
  }

  @Post('renew')
  @HttpCode(200)
  @Allow('signedIn')
  @ApiResponse({
    status: 200,
    description: 'Proved again who it is: grave acts are taken for 15 minutes. A wrong word is 403 and leaves the session as it is.',
    standardSchema: sessionDto,
  })
  async renew(
    @Body({ schema: proof }) given: z.infer<typeof proof>,
    @Ip() from: string,
    @Req() request: RequestOfStaff,
  ): Promise<SessionDto> {
    const result = await this.signIn.renew(cookieOf(request, this.place)!, { ...given, user: request.staff!.user, from });
    if (result.kind !== 'in') throw new Refusal('forbidden', whyNot(result));
    return result.who;
  }

  @Get()
  @Allow('signedIn')
  @ApiResponse({ status: 200, description: 'Who is signed in.', standardSchema: sessionDto })
  show(@Req() request: RequestOfStaff): SessionDto {
    return request.staff!;
  }

  @Delete()
  @HttpCode(204)
  @Allow('signedIn')
  async close(@Req() request: RequestOfStaff, @Ip() from: string, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = cookieOf(request, this.place);
    if (token !== null) await this.signIn.signOut(token, request.staff!, from);
    const { plain, secure, path } = this.place.cookie;
    response.clearCookie(plain, { path }).clearCookie(secure, { path, secure: true });
  }

  async #leave(token: string, from: string): Promise<void> {
    const who = await this.signIn.whoIs(token);
    if (who) await this.signIn.signOut(token, who, from);
  }
}

function whyNot(result: CheckResult): string {
  switch (result.kind) {
    case 'refused':
      return '利用者名、パスワード、確認コードのどれかが違います。同じ確認コードは一度しか使えません。';
    case 'unenrolled':
      return 'この役割では確認コードが必要ですが、まだ登録されていません。管理者に sonae user factor の実行を依頼してください。';
    case 'wait':
      return `続けて失敗したため、${Math.ceil(result.ms / 1000)}秒待ってからもう一度お試しください。`;
  }
}
