import type { ChannelName } from './delivery.ts';
import type { Gauge } from './gauge.ts';
import {
  BEAT_LEVEL_M,
  HEARTBEAT_CHANNELS,
  HEARTBEAT_GROUP,
  HEARTBEAT_ID,
  type HeartbeatChannel,
  type HeartbeatPlan,
  heartbeatRuleId,
} from './heartbeat.ts';
import type { Playbook, Route } from './playbook.ts';
import type { Rule } from './rule.ts';

/**
 * A playbook as those stages see it that carry the heartbeat: with its gauge, its rules, its routes and their words. Everybody else, screens,
 * residents' answers, statistics, proposals, sees the playbook without, so there the heartbeat is nowhere. The same playbook gives the same object.
 */
export function withHeartbeat(playbook: Playbook): Playbook {
  const { heartbeat: plan } = playbook;
  if (!plan) return playbook;
  const known = carried.get(playbook);
  if (known) return known;
  const own = playbook.wordings.get('ja');
  const whole: Playbook = {
    ...playbook,
    gauges: new Map([...playbook.gauges, [HEARTBEAT_ID, gaugeOf(plan)]]),
    rules: [...playbook.rules, beatRule(plan), ...plan.channels.map(alarmRule)],
    routes: [...playbook.routes, beatRoute(plan), ...plan.channels.flatMap((channel) => alarmRoute(channel, plan))],
    wordings: new Map([
      ...playbook.wordings,
      ['ja', { language: 'ja', reviewer: '', ...own, messages: { ...own?.messages, ...WORDS } }] as const,
    ]),
  };
  carried.set(playbook, whole);
  return whole;
}

const carried = new WeakMap<Playbook, Playbook>();

/** How the alarm of a channel is called, by the id of its rule; null for any other rule. For screens, whose playbook lacks it. */
export function heartbeatNameOf(ruleId: string): string | null {
  const channel = HEARTBEAT_CHANNELS.find((name) => heartbeatRuleId(name) === ruleId);
  return channel ? alarmRule(channel).name : null;
}

const NAMES: Readonly<Record<HeartbeatChannel, string>> = { line: 'LINE', 'disaster-mail': '災害情報メール', email: '職員メール' };

/** Words to staff about it help for a night and a morning; then the next alarm says more. */
const ALARM_EXPIRES_MS = 12 * 3_600_000;
/** LINE recognises repeats no longer (D§3.2). */
const BEAT_EXPIRES_MS_MAX = 22 * 3_600_000;
/** Nothing that its device says is out of bounds. */
const BOUNDLESS = 1_000_000;

/** A kind that has no word of its own to miss, in no district, so that no rule over silence, kinds or districts finds it. */
const gaugeOf = ({ everyMs }: HeartbeatPlan): Gauge => ({
  id: HEARTBEAT_ID,
  device: HEARTBEAT_ID,
  name: '通し確認',
  kind: 'link',
  quantity: 'level',
  river: null,
  areas: [],
  lat: null,
  lon: null,
  datum: null,
  zeroHeightM: null,
  crestM: null,
  sensorElevationM: null,
  offset: 0,
  capacity: null,
  publicAlert: 'staffOnly',
  standbyIntervalMs: everyMs,
  observeIntervalMs: everyMs,
  plausible: { min: -BOUNDLESS, max: BOUNDLESS, stepPer10Min: BOUNDLESS, stepPerHour: BOUNDLESS, stuckAfterMs: Number.MAX_SAFE_INTEGER },
  thresholds: [{ code: 'beat', value: BEAT_LEVEL_M, validFrom: 0 }],
  upstream: null,
});

const common = { selector: { gauges: [HEARTBEAT_ID] }, staffOnly: true, shadow: false } as const;

const beatRule = ({ everyMs }: HeartbeatPlan): Rule => ({
  ...common,
  id: HEARTBEAT_ID,
  name: '通し確認',
  kind: 'level',
  quantity: 'level',
  confirm: { readings: 1 },
  greatestAgeMs: everyMs,
  clearHoldMs: 0,
  clearMargin: 0,
  steps: [{ code: 'beat', name: '通し確認' }],
});

/** Judged by the stage of the heartbeat and not by readings, as what is found out about a device is. */
const alarmRule = (channel: HeartbeatChannel): Rule => ({
  ...common,
  id: heartbeatRuleId(channel),
  name: `通し確認（${NAMES[channel]}）`,
  kind: 'fault',
  findings: [],
});

const beatRoute = ({ everyMs, channels }: HeartbeatPlan): Route => ({
  id: HEARTBEAT_ID,
  rules: [HEARTBEAT_ID],
  transitions: ['raised'],
  fromStep: 1,
  audience: { kind: 'staff', group: HEARTBEAT_GROUP },
  channels,
  lane: 'test',
  // With the next beat the last one helps nobody any more: after hours of a dead channel there is one to send, not many.
  expiresAfterMs: Math.min(everyMs, BEAT_EXPIRES_MS_MAX),
  wording: HEARTBEAT_ID,
});

/** Staff hear of a channel by the others; by itself only where there is no other. */
function alarmRoute(channel: HeartbeatChannel, { staff }: HeartbeatPlan): readonly Route[] {
  if (!staff) return [];
  const others: readonly ChannelName[] = staff.channels.filter((name) => name !== channel);
  return [
    {
      id: heartbeatRuleId(channel),
      rules: [heartbeatRuleId(channel)],
      transitions: ['raised', 'cleared'],
      fromStep: 1,
      audience: { kind: 'staff', group: staff.group },
      channels: others.length > 0 ? others : staff.channels,
      lane: 'staff',
      expiresAfterMs: ALARM_EXPIRES_MS,
      wording: `${HEARTBEAT_ID}.alarm`,
    },
  ];
}

/** The service's own words; a playbook cannot name them, since its wordings have no dots. */
const WORDS: Playbook['wordings'] extends ReadonlyMap<unknown, { readonly messages: infer M }> ? M : never = {
  [`${HEARTBEAT_ID}.raised`]: {
    subject: '{city} 通し確認 {time}',
    body:
      '水位計から知らせの送り先まで、\n{city}の警報の通り道が動いていることを\n確かめるための試験です。災害の知らせではありません。\n' +
      'この知らせは試験の宛先だけに届きます。返事はいりません。\n{date} {time}',
  },
  [`${HEARTBEAT_ID}.alarm.raised`]: {
    subject: '【要確認】{rule}が届いていません',
    body:
      '{rule}が2回続けて届いていません。\n{why}\n本物の警報も同じ道では届かないおそれがあります。\n' +
      '状況画面の「通し確認」と送信の設定を確かめてください。\n{date} {time}',
  },
  [`${HEARTBEAT_ID}.alarm.cleared`]: {
    subject: '【復旧】{rule}',
    body: '{rule}について、前の知らせはここで終わります。\n{why}\n{date} {time}',
  },
};
