import { alertId, deskAlarms, type Ledger, type Playbook } from '#core';
import type { AlarmDto } from '#wire';
import { stepName } from './board.ts';

/** Raised alerts looked at together, as many as the list of headquarters holds. */
const VIGILANTS_MAX = 5_000;

/** The alarms that sound at the desk because too few have answered, the longest unanswered first. */
export async function alarmsNow(ledger: Ledger, playbook: Playbook): Promise<AlarmDto[]> {
  if (!playbook.escalations?.length) return [];
  const alarms = deskAlarms(playbook, await ledger.vigilants(VIGILANTS_MAX));
  return alarms
    .toSorted((a, b) => a.since - b.since)
    .map(({ alert, since, answeredBy, wanted }) => {
      const rule = playbook.rules.find(({ id }) => id === alert.ruleId);
      const gauge = playbook.gauges.get(alert.gauge);
      return {
        alertId: alertId(alert),
        gauge: alert.gauge,
        gaugeName: gauge ? [gauge.river, gauge.name].filter((part) => part !== null).join(' ') : alert.gauge,
        stepName: stepName(rule, alert.step),
        status: alert.status,
        since,
        answeredBy: [...answeredBy],
        wanted,
      };
    });
}
