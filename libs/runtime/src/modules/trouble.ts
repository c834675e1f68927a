import type { StageDto } from '#wire';
import type { Logger } from '../logger.ts';
import type { Stages } from '../stages.ts';

/** Shows a stage that stands still with what still works, and logs why. */
export function trouble(stages: Stages, logger: Logger, name: StageDto['name'], sentence: string): (why: string | null) => void {
  stages.report(name, null);
  return (why) => {
    stages.report(name, why === null ? null : `${sentence}（${why}）`);
    if (why !== null) logger.error(why, undefined, name);
  };
}
