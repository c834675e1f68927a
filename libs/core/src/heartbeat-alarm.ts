import { type Alert, quietAlert } from './alert.ts';
import type { FaultMove } from './fault-alert.ts';
import { HEARTBEAT_ID, type HeartbeatState, heartbeatRuleId, type ProvenChannel } from './heartbeat.ts';
import { climb, stepDown, type Telling } from './move.ts';
import { dayText } from './order-notice.ts';
import type { Playbook } from './playbook.ts';
import { spanText } from './span-text.ts';

/**
 * Takes the alarms of the heartbeat to how its channels stand: raised when one is old, over when a proof arrives, or when nobody asks for one any
 * more. While a beat is under way nothing moves, and a look that is repeated says nothing. `alerts` are those of the ledger, by rule.
 */
export function followHeartbeat(
  { version, city }: Pick<Playbook, 'version' | 'city'>,
  {
    channels,
    alerts,
    now,
  }: { readonly channels: readonly ProvenChannel[]; readonly alerts: ReadonlyMap<string, Alert>; readonly now: number },
): readonly FaultMove[] {
  return channels.flatMap((channel) => {
    const ruleId = heartbeatRuleId(channel.channel);
    const before = alerts.get(ruleId) ?? quietAlert(ruleId, HEARTBEAT_ID);
    const telling: Telling = {
      ruleId,
      playbookVersion: version,
      at: now,
      decidedAt: now,
      // The heartbeat is a test; that it does not arrive is real, and told to the real staff.
      status: 'actual',
      limits: [],
      evidence: [],
      verdict: (kind) => (kind === 'raised' ? missedWhy(channel, city.timeZone, now) : (OVER_WHYS[channel.state] ?? '')),
    };
    const moved =
      channel.state === 'old' && before.step === 0
        ? climb(before, 1, telling)
        : before.step > 0 && OVER_WHYS[channel.state] !== undefined
          ? stepDown(before, 0, telling)
          : null;
    if (!moved?.transition) return [];
    const { episode, transitions } = before;
    return [{ after: { episode, transitions }, alert: moved.alert, transitions: [moved.transition] }];
  });
}

/** What ends an alarm, and how that is said. */
const OVER_WHYS: Readonly<Partial<Record<HeartbeatState, string>>> = {
  proven: '通し確認が届いています',
  spared: '今月の通数を残すため、この手段の通し確認は送っていません',
  nobody: '試験の宛先がなくなったため、確かめられません',
  absent: '送信の設定がないため、確かめられません',
};

function missedWhy({ since, provenAt }: ProvenChannel, timeZone: string, now: number): string {
  const from = provenAt ?? since;
  const span = spanText(now - from);
  return provenAt === null
    ? `${dayText(from, timeZone)}に始めてから、まだ一度も届いていません（${span}）`
    : `最後に届いたのは${dayText(from, timeZone)}です（${span}前）`;
}
