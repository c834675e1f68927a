import { Body, Controller, Delete, Get, HttpCode, Inject, Ip, Post, Req, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Refusal } from '#pipeline/desk';
import { type SessionDto, sessionDto } from '#wire';
import { PLACE, type Place } from '../place.ts';
import { SETTINGS, type Settings } from '../settings.ts';
import { SignIn } from '../sign-in.ts';
import { Allow, cookieOf, type RequestOfStaff } from './session.guard.ts';

const credentials = z.strictObject({ user: z.string().min(1).max(64), password: z.string().min(1).max(256) });

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
    @Body({ schema: credentials }) { user, password }: z.infer<typeof credentials>,
    @Ip() from: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<SessionDto> {
    const result = await this.signIn.signIn(user, password, from);
    if (result.kind === 'refused') throw new Refusal('signedOut', '利用者名またはパスワードが違います。');
    if (result.kind === 'wait')
      throw new Refusal('signedOut', `続けて失敗したため、${Math.ceil(result.ms / 1000)}秒待ってからもう一度お試しください。`);
    const secure = this.settings.http.publicUrl.startsWith('https:');
    const { cookie } = this.place;
    response.cookie(secure ? cookie.secure : cookie.plain, result.token, { httpOnly: true, sameSite: 'strict', secure, path: cookie.path });
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
  async close(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<void> {
    const token = cookieOf(request, this.place);
    if (token !== null) await this.signIn.signOut(token);
    const { plain, secure, path } = this.place.cookie;
    response.clearCookie(plain, { path }).clearCookie(secure, { path, secure: true });
  }
}
