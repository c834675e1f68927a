import { alertId, deskAlarms, type Ledger, type Playbook } from '#core';
import type { AlarmDto, UnconfirmedDto } from '#wire';
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

/** A channel that works accepts an order for everybody within seconds; after this time somebody at the desk has to know that it has not (F69). */
const CONFIRM_MS = 60_000;

/** What of orders no channel has accepted a minute after they were given, the longest first. */
export async function unconfirmedNow(ledger: Pick<Ledger, 'unconfirmed'>, now: number): Promise<UnconfirmedDto[]> {
  return [...(await ledger.unconfirmed({ lane: 'evacuation', dueBefore: now - CONFIRM_MS, now }))];
}
