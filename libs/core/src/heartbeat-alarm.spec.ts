import { type Alert, alertId, quietAlert } from './alert.ts';
import { followHeartbeat } from './heartbeat-alarm.ts';
import { HEARTBEAT_ID, type HeartbeatChannel, type HeartbeatState, heartbeatRuleId, type ProvenChannel } from './heartbeat.ts';
import { HOUR, T0 } from '../../../test/support/builders.ts';

const playbook = { version: 'v1', city: { code: '', name: '', timeZone: 'Asia/Tokyo', languages: ['ja'] as const } };
const RULE = heartbeatRuleId('line');
const now = T0 + 3 * HOUR;
const channel = (state: HeartbeatState, name: HeartbeatChannel = 'line', provenAt: number | null = T0): ProvenChannel => ({
  channel: name,
  since: T0,
  provenAt,
  state,
});
const follow = (channels: readonly ProvenChannel[], alerts: readonly Alert[] = []) =>
  followHeartbeat(playbook, { channels, alerts: new Map(alerts.map((alert) => [alert.ruleId, alert])), now });
const raised = (): Alert => follow([channel('old')])[0]!.alert;

describe('followHeartbeat', () => {
  it('raises for real what is old, once, with when it was proven last', () => {
    const [move, ...more] = follow([channel('old'), channel('proven', 'email')]);
    expect(more).toEqual([]);
    expect(move!.after).toEqual({ episode: 0, transitions: 0 });
    expect(move!.alert).toMatchObject({ ruleId: RULE, gauge: HEARTBEAT_ID, step: 1, state: 'raised', status: 'actual' });
    expect(move!.transitions).toMatchObject([
      { id: `${alertId(move!.alert)}/1`, kind: 'raised', record: { verdict: '最後に届いたのは2026年7月1日 0時00分です（3時間前）' } },
    ]);
    expect(follow([channel('old')], [move!.alert])).toEqual([]);
  });

  it('says when it began where it was never proven', () => {
    expect(follow([channel('old', 'line', null)])[0]!.transitions[0]!.record.verdict).toBe(
      '2026年7月1日 0時00分に始めてから、まだ一度も届いていません（3時間）',
    );
  });

  it.each([
    ['proven', '届いています'],
    ['spared', '通数'],
    ['nobody', '宛先'],
    ['absent', '設定'],
  ] as const)('ends it when the channel is %s, with that reason', (state, why) => {
    const before = raised();
    const [move] = follow([channel(state)], [before]);
    expect(move).toMatchObject({ after: { episode: 1, transitions: 1 }, alert: { step: 0, state: 'quiet' } });
    expect(move!.transitions).toMatchObject([{ kind: 'cleared', record: { verdict: expect.stringContaining(why) as string } }]);
  });

  it.each(['late', 'waiting'] as const)('lets it stand while it is only known that a channel is %s', (state) => {
    expect(follow([channel(state)], [raised()])).toEqual([]);
    expect(follow([channel(state)], [quietAlert(RULE, HEARTBEAT_ID)])).toEqual([]);
  });

  it('begins a new episode the next time', () => {
    const over = follow([channel('proven')], [raised()])[0]!.alert;
    expect(alertId(follow([channel('old')], [over])[0]!.alert)).toBe(`${RULE}@${HEARTBEAT_ID}#2`);
  });
});
