import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { z } from 'zod';
import { type Clock, type Drill, DRILL_END_ROLES, DRILL_ROLES } from '#core';
import { Refusal } from '#pipeline/desk';
import { type DrillAsk, drillAsk, type DrillDto, drillDto, type DrillEndAsk, drillEndAsk, type UsualDrillDto, usualDrillDto } from '#wire';
import { DrillHost } from '../drill-host.ts';
import { InForce } from '../in-force.ts';
import { WALL_CLOCK } from '../modules/adapters.module.ts';
import { Allow, Fresh, type RequestOfStaff } from './session.guard.ts';

/** A key is made by a program; longer ones are somebody's payload. */
const KEY_CHARS_MAX = 200;

const drillsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
});
const drillsPage = z.object({ items: z.array(drillDto), next: z.string().nullable() });

/** Drills as real life keeps them; what happens in one lies below `/drill/api/v1`. A repeat with the same `Idempotency-Key` changes nothing. */
@ApiTags('drills')
@Allow(...DRILL_ROLES)
@Controller('api/v1/drills')
export class DrillsController {
  constructor(
    @Inject(DrillHost) private readonly host: DrillHost,
    @Inject(InForce) private readonly inForce: InForce,
    @Inject(WALL_CLOCK) private readonly wall: Clock,
  ) {}

  @Get()
  @Allow('signedIn')
  @ApiResponse({ status: 200, description: 'Newest first.', standardSchema: drillsPage })
  async list(@Query({ schema: drillsQuery }) { limit, cursor }: z.infer<typeof drillsQuery>): Promise<z.infer<typeof drillsPage>> {
    const drills = await this.host.drills({ limit, ...(cursor === undefined ? {} : { before: cursor }) });
    return {
      items: drills.map((drill) => this.dto(drill)),
      next: drills.length === limit ? String(drills.at(-1)!.number) : null,
    };
  }

  @Get('usual')
  @Allow('signedIn')
  @ApiResponse({ status: 200, description: 'The drills that the playbook names.', standardSchema: z.array(usualDrillDto) })
  usual(): readonly UsualDrillDto[] {
    return (this.inForce.playbook().drills?.usual ?? []).map(({ script, ...usual }) => ({ ...usual, script: script && scriptDto(script) }));
  }

  @Get(':id')
  @Allow('signedIn')
  @ApiResponse({ status: 200, standardSchema: drillDto })
  async show(@Param('id') id: string): Promise<DrillDto> {
    return this.dto(await this.host.drill(id));
  }

  @Post()
  @Fresh()
  @ApiResponse({ status: 201, description: 'Prepared: it begins when another person confirms it.', standardSchema: drillDto })
  async prepare(
    @Body({ schema: drillAsk }) ask: DrillAsk,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: RequestOfStaff,
  ): Promise<DrillDto> {
    if (key !== undefined && key.length > KEY_CHARS_MAX)
      throw new Refusal('invalid', `Idempotency-Key has at most ${KEY_CHARS_MAX} characters`);
    const { user, role } = request.staff!;
    const draft = { ...this.draftOf(ask), reason: ask.reason, key: key === undefined ? null : `${user}/${key}` };
    return this.dto(await this.host.prepare(draft, { by: user, role }));
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Fresh()
  @ApiResponse({
    status: 200,
    description: 'It runs, and its audience was told. Refused to the person who prepared it (S13).',
    standardSchema: drillDto,
  })
  async confirm(@Param('id') id: string, @Req() request: RequestOfStaff): Promise<DrillDto> {
    const { user, role } = request.staff!;
    return this.dto(await this.host.confirm(id, { by: user, role }));
  }

  @Post(':id/end')
  @HttpCode(200)
  @Allow(...DRILL_END_ROLES)
  @ApiResponse({ status: 200, description: 'It is over, or was never begun; its audience is being told.', standardSchema: drillDto })
  async end(
    @Param('id') id: string,
    @Body({ schema: drillEndAsk }) { reason }: DrillEndAsk,
    @Req() request: RequestOfStaff,
  ): Promise<DrillDto> {
    const { user, role } = request.staff!;
    return this.dto(await this.host.end(id, { by: user, role }, reason));
  }

  private draftOf(ask: DrillAsk): Pick<Drill, 'name' | 'endsAt' | 'script'> {
    if (!('usual' in ask)) return ask;
    const usual = this.inForce.playbook().drills?.usual.find(({ id }) => id === ask.usual);
    if (!usual) throw new Refusal('notFound', `playbook に訓練 ${ask.usual} はありません`);
    return { name: usual.name, endsAt: this.wall.now() + usual.lastsMs, script: usual.script };
  }

  private dto(drill: Drill): DrillDto {
    return {
      id: drill.id,
      number: drill.number,
      name: drill.name,
      reason: drill.reason,
      state: drill.state,
      preparedBy: drill.preparedBy,
      preparedAt: drill.preparedAt,
      confirmedBy: drill.confirmedBy,
      startedAt: drill.startedAt,
      endsAt: drill.endsAt,
      endedAt: drill.endedAt,
      endedBy: drill.endedBy,
      ending: drill.ending,
      endWhy: drill.endWhy,
      script: drill.script && scriptDto(drill.script),
      running: this.host.progress(drill.id),
    };
  }
}

const scriptDto = ({ map, ...script }: NonNullable<Drill['script']>): NonNullable<DrillDto['script']> => ({ ...script, map: [...map] });
