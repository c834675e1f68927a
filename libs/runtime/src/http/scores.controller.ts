import { Controller, Get, Inject } from '@nestjs/common';
import { ApiResponse, ApiTags } from './described.ts';
import { type RuleScoresDto, ruleScoresDto } from '#wire';
import { Scores } from '../scores.ts';
import { Allow } from './session.guard.ts';

@ApiTags('headquarters')
@Allow('signedIn')
@Controller('api/v1/rules')
export class ScoresController {
  constructor(@Inject(Scores) private readonly scores: Scores) {}

  @Get('scores')
  @ApiResponse({ status: 200, description: 'What each shadow rule would have told in the last 30 days.', standardSchema: ruleScoresDto })
  list(): Promise<RuleScoresDto> {
    return this.scores.list();
  }
}
