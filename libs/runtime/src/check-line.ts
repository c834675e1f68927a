import type { Logger } from './logger.ts';
import type { Settings } from './settings.ts';
import type { Stages } from './stages.ts';

/** Fewer messages than this in the month's plan are told: one alert to a city of some thousand residents. */
const LEFT_MIN = 5_000;

/** Asks LINE who we are and what the month still allows, and shows what stands in the way of an alert. */
export async function checkLine({ line }: Settings, stages: Stages, logger: Logger): Promise<void> {
  if (!line) return;
  const { verifyLineAccess } = await import('#channels/line');
  const access = await verifyLineAccess({ token: line.token, apiBase: line.api });
  switch (access.kind) {
    case 'closed':
      stages.report('line', `LINE に送れません。トークンを確かめてください。メールは動いています（${access.reason}）`, 'check');
      logger.error(`LINE refuses this account: ${access.reason}`, undefined, 'line');
      return;
    case 'unreached':
      // Says nothing about the token; the first alert will try by itself.
      logger.warn(`LINE did not answer the check: ${access.reason}`, 'line');
      return;
    case 'open':
      stages.report(
        'line',
        access.left !== null && access.left < LEFT_MIN ? `LINE で今月送れるのはあと ${access.left} 通です` : null,
        'check',
      );
      logger.log(`LINE account ${access.account}${access.left === null ? '' : `, ${access.left} messages left this month`}`, 'line');
  }
}
