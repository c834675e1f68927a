import { HOUR, MINUTE } from '../../../test/support/builders.ts';
import { LANGUAGES } from './delivery.ts';
import { type Reason, type ResetCause } from './reason.ts';
import { saidOf, whyOf } from './reason-words.ts';

const warn = { step: 2, name: '危険水位', value: 4.5 };
const bare = { step: 2, name: null, value: null };
/** How this English names what the playbook names in Japanese. */
const NAMES: Readonly<Record<string, string>> = { 危険水位: 'danger level', 北原: 'Kitahara', 満員: 'full' };

const en = (reason: Reason): string => whyOf(saidOf(reason), 'en', (name) => NAMES[name] ?? name);

describe('the words of a reason', () => {
  it.each<[Reason, string, string]>([
    [
      { kind: 'reached', limit: warn, readings: 2, minutes: null },
      '2回続けて危険水位(4.5)以上',
      'danger level (4.5) or higher in 2 readings in a row',
    ],
    [
      { kind: 'reached', limit: warn, readings: 1, minutes: null },
      '1回続けて危険水位(4.5)以上',
      'danger level (4.5) or higher in one reading',
    ],
    [{ kind: 'reached', limit: bare, readings: null, minutes: 20 }, '20分間段階2以上', 'step 2 or higher for 20 min'],
    [
      { kind: 'left', limit: warn, margin: 0.1, measure: 'level', minutes: 30 },
      '危険水位(4.5)より0.1以上低い状態が30分間続いた',
      'at least 0.1 below danger level (4.5) for 30 min',
    ],
    [
      { kind: 'left', limit: bare, margin: 5, measure: 'percent', minutes: 0 },
      '段階2より5ポイント以上低い状態が0分間続いた',
      'at least 5 points below step 2 for 0 min',
    ],
    [
      { kind: 'left', limit: bare, margin: 2, measure: 'density', minutes: 5 },
      '段階2より1平方メートルあたり2人以上低い状態が5分間続いた',
      'at least 2 people per m² below step 2 for 5 min',
    ],
    [
      { kind: 'left', limit: bare, margin: 9, measure: 'flow', minutes: 5 },
      '段階2より1分あたり9人以上低い状態が5分間続いた',
      'at least 9 people a minute below step 2 for 5 min',
    ],
    [{ kind: 'counted', note: '鈴木が数えた', value: 95 }, '鈴木が数えた(95)', 'counted by a person: 95 (鈴木が数えた)'],
    [
      { kind: 'asksPerson', name: '満員' },
      '計数器の値は「満員」に達したが、「満員」は職員が確かめてから知らせる',
      'the counter has reached "full", which is told only after a person has looked',
    ],
    [
      { kind: 'rise', minutes: 30, perHour: 0.75, quantity: 'level' },
      '30分間の変化が1時間あたり 0.75 m',
      'a change of 0.75 m an hour over 30 min',
    ],
    [{ kind: 'flow', minutes: 10, perMinute: 41.25 }, '10分間の人の流れが1分あたり 41.3 人', '41.3 people a minute over 10 min'],
    [{ kind: 'votes', yes: 2, unknown: 0, of: 5 }, '5地点のうち2地点が該当', '2 of 5 places'],
    [{ kind: 'votes', yes: 2, unknown: 1, of: 5 }, '5地点のうち2地点が該当(1地点は分からない)', '2 of 5 places (1 cannot tell)'],
    [{ kind: 'passed', upstream: '北原', name: '危険水位' }, '上流の北原で危険水位', 'danger level upstream at Kitahara'],
    [{ kind: 'arrived', upstream: '北原', name: '危険水位' }, '上流の北原に続いて危険水位', 'danger level here, after Kitahara upstream'],
    [
      { kind: 'notFollowed', upstream: '北原', minutes: 120 },
      '上流の北原から120分のあいだ続かなかった',
      'nothing followed from Kitahara upstream within 120 min',
    ],
    [{ kind: 'below', name: '危険水位' }, '危険水位を下回った', 'below danger level'],
    [{ kind: 'called', number: 12 }, '12番の呼び出し', 'number 12 is called'],
    [{ kind: 'condition', text: 'value > 3', step: 1 }, '条件 value > 3 が段階1', 'the condition value > 3 gives step 1'],
    [{ kind: 'condition', text: 'value > 3', step: 0 }, '条件 value > 3 が成り立たなくなった', 'the condition value > 3 holds no more'],
    [
      { kind: 'tooCostly', text: 'value > 3' },
      '条件の計算が上限を超えたため、この地点では判定を止めた: value > 3',
      'the condition costs more than its bound, so it is judged here no more: value > 3',
    ],
    [
      { kind: 'silent', ms: 30 * MINUTE, expectedMs: 20_000 },
      '30分受信がない(予定間隔 20秒)',
      'not heard for 30 min (expected every 20 s)',
    ],
    [
      { kind: 'stillSilent', ms: 5 * HOUR },
      '回線は戻ったが、この観測所は5時間受信がない',
      'its link is back, and this gauge has not been heard for 5 h',
    ],
    [
      { kind: 'linkSilent', silent: 3, of: 4 },
      'この回線の4観測所のうち3から同時に受信がない',
      '3 of the 4 gauges on this link fell silent together',
    ],
    [{ kind: 'heardAgain', rule: 'blind' }, '規則 blind: 受信が再開した', 'heard again'],
    [{ kind: 'linkHeardAgain', rule: 'blind' }, '規則 blind: 回線の受信が再開した', 'the link is heard again'],
    [
      { kind: 'unacknowledged', minutes: 40, ordinal: 2 },
      '40分たっても確認済みになっていない(2回目の催促)',
      'nobody has acknowledged it in 40 min (reminder 2)',
    ],
    [
      { kind: 'unanswered', minutes: 30, wanted: 2, answered: 1, ordinal: 1 },
      '30分たっても応答が2人中1人(1段目の呼び出し)',
      '1 of 2 have answered in 30 min (call 1)',
    ],
    [
      { kind: 'blocked', text: '判定を止めた' },
      '判定を止めた',
      'the gauge was moved, and its thresholds are not confirmed yet, so the rule is judged here no more',
    ],
    [
      { kind: 'reset', cause: 'limitChanged', name: '危険水位' },
      '段階「危険水位」の基準が変わった。状況がおさまったことを示すものではない',
      'the limit of "danger level" has changed; this does not mean that it is over',
    ],
    [
      { kind: 'reset', cause: 'ruleGone', versions: ['v1', 'v2'] },
      '規則がプレイブックからなくなった（版 v1 → v2）。状況がおさまったことを示すものではない',
      'the rule is no longer in the playbook (version v1 → v2); this does not mean that it is over',
    ],
  ])('of %j', (reason, ja, english) => {
    expect(saidOf(reason)).toEqual({ verdict: ja, reason });
    expect(en(reason)).toBe(english);
  });

  it.each<ResetCause>([
    'ruleGone',
    'gaugeGone',
    'stepsGone',
    'stepGone',
    'notMeant',
    'moved',
    'kindChanged',
    'hearersChanged',
    'limitChanged',
    'followed',
    'unconfirmed',
  ])('say of a reset by %s in English what a reader without Japanese understands', (cause) => {
    expect(en({ kind: 'reset', cause, name: 'warn' })).toMatch(/^[ -~]+; this does not mean that it is over$/);
  });

  it('are Japanese where a language has none, and where a record has its text alone', () => {
    const said = saidOf({ kind: 'votes', yes: 2, unknown: 0, of: 5 });
    const others = LANGUAGES.filter((language) => language !== 'en');
    expect(others.map((language) => whyOf(said, language))).toEqual(others.map(() => '5地点のうち2地点が該当'));
    expect(whyOf({ verdict: '見られなくなった' }, 'en')).toBe('見られなくなった');
    expect(saidOf('見られなくなった')).toEqual({ verdict: '見られなくなった' });
  });
});
