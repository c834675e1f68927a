import { aBlindRule, aGauge, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { type Alert, type Evidence, quietAlert } from './alert.ts';
import { advanceBlind, blindAt, clearLink, expectedMs, isOverdue, observing, raiseLink, type Silence, uncover } from './blind.ts';
import type { Gauge } from './gauge.ts';
import type { Mode } from './report.ts';
import type { GaugeWatch } from './watch-window.ts';

const gauge = aGauge({ standbyIntervalMs: 24 * HOUR, observeIntervalMs: 10 * MINUTE });
const rule = aBlindRule({ observeIntervals: 3, standbyIntervals: 1.25 });
const said = (mode: Mode | null, intervalMs: number | null) => ({ gauge: gauge.id, recent: {}, heardAt: T0, mode, intervalMs });
const seen = (value: number): Evidence => ({ position: 1, at: T0, receivedAt: T0, value, quality: 'ok', why: '', status: 'actual' });
const watched = (values: readonly number[], set: Partial<GaugeWatch> = {}): GaugeWatch => ({
  ...said(null, null),
  recent: { level: values.map(seen) },
  ...set,
});

describe('how often a gauge is expected to speak', () => {
  it.each([
    ['as the playbook says while it observes', 'observe', null, 10 * MINUTE],
    ['as it says itself while it observes', 'observe', 2 * MINUTE, 2 * MINUTE],
    ['as it says itself, also more rarely than the playbook thinks', 'observe', HOUR, HOUR],
    ['once a day while it stands by, however often it measures', 'standby', 10 * MINUTE, 24 * HOUR],
    ['P6 once a day at least while it observes, when it tells milliseconds for seconds', 'observe', 600_000_000, 24 * HOUR],
    ['P6 once a day at least while it stands by, when it tells milliseconds for seconds', 'standby', 600_000_000, 24 * HOUR],
  ] as const)('%s', (_, mode, intervalMs, expected) => {
    expect(expectedMs(gauge, said(mode, intervalMs))).toBe(expected);
  });

  it('rarely when nothing was heard of it yet', () => {
    expect(expectedMs(gauge, undefined)).toBe(24 * HOUR);
  });
});

describe('whether a gauge observes', () => {
  it.each<[string, Gauge, GaugeWatch | undefined, boolean]>([
    ['not before its first word', gauge, undefined, false],
    ['not without a value of its own quantity', gauge, { ...watched([]), recent: { rain: [seen(9)] } }, false],
    ['not with an empty window', gauge, watched([]), false],
    ['as it says itself, whatever the water does', gauge, watched([3], { mode: 'observe' }), true],
    ['nor when it says that it stands by', gauge, watched([5], { mode: 'standby' }), false],
    ['not below start', gauge, watched([5, 3.49]), false],
    ['from start on', gauge, watched([3, 3.5]), true],
    ['always, without limits', aGauge({ thresholds: [] }), watched([-1]), true],
    ['always, when it counts people', aGauge({ quantity: 'count' }), { ...watched([]), recent: { count: [seen(0)] } }, true],
  ])('%s', (_, where, watch, expected) => {
    expect(observing(where, watch)).toBe(expected);
  });
});

const silence = (now: number, set: Partial<Silence> = {}): Silence => ({
  rule,
  gauge,
  watch: watched([4]),
  listeningSince: T0 - HOUR,
  now,
  decidedAt: now + 1,
  playbookVersion: 'v1',
  ...set,
});
const quiet = quietAlert(rule.id, gauge.id);
const raisedAt = (at: number): Alert => ({ ...quiet, state: 'raised', step: 1, episode: 1, transitions: 1, changedAt: at });

describe('when a silence is too long', () => {
  it.each([
    ['three intervals while it observes', watched([4]), T0 + 30 * MINUTE],
    ['a day and a quarter while it stands by', watched([3]), T0 + 30 * HOUR],
    ['so long after we began to listen, when nothing was heard', undefined, T0 + 29 * HOUR],
    ['later by the time in which nobody listened', watched([4], { excusedMs: HOUR }), T0 + 90 * MINUTE],
  ])('%s', (_, watch, expected) => {
    expect(blindAt({ rule, gauge, watch, listeningSince: T0 - HOUR })).toBe(expected);
  });
});

describe('advanceBlind', () => {
  it('says nothing until the silence is too long', () => {
    expect(advanceBlind(quiet, silence(T0 + 30 * MINUTE - 1))).toEqual({ alert: quiet, transition: null });
    expect(advanceBlind(quiet, silence(T0 + 30 * MINUTE)).alert.step).toBe(1);
  });

  it('is raised at the instant at which it became too long, not at the look that saw it', () => {
    const { alert, transition } = advanceBlind(quiet, silence(T0 + 45 * MINUTE));
    expect(alert).toMatchObject({ state: 'raised', step: 1, episode: 1, transitions: 1, changedAt: T0 + 30 * MINUTE });
    expect(transition).toMatchObject({ kind: 'raised', from: 0, to: 1, at: T0 + 30 * MINUTE, decidedAt: T0 + 45 * MINUTE + 1 });
    expect(transition).not.toHaveProperty('coveredBy');
    expect(transition?.record).toEqual({
      playbookVersion: 'v1',
      ruleId: 'blind',
      by: 'rule blind',
      verdict: '30分受信がない(予定間隔 10分)',
      reason: { kind: 'silent', ms: 30 * MINUTE, expectedMs: 10 * MINUTE },
      limits: [],
      evidence: [seen(4)],
    });
  });

  it('has no evidence of a gauge that never spoke', () => {
    const { transition } = advanceBlind(quiet, silence(T0 + 30 * HOUR, { watch: undefined }));
    expect(transition?.record.evidence).toEqual([]);
  });

  it.each([
    [59_000, '177秒受信がない(予定間隔 59秒)'],
    [MINUTE, '3分受信がない(予定間隔 60秒)'],
    [3 * MINUTE, '9分受信がない(予定間隔 3分)'],
    [HOUR - MINUTE, '177分受信がない(予定間隔 59分)'],
    [HOUR, '3時間受信がない(予定間隔 60分)'],
    [3 * HOUR, '9時間受信がない(予定間隔 3時間)'],
  ])('tells in plain numbers how long a gauge was silent that speaks every %i ms', (intervalMs, verdict) => {
    const watch = watched([4], { mode: 'observe', intervalMs });
    expect(advanceBlind(quiet, silence(T0 + 24 * HOUR, { watch })).transition?.record.verdict).toBe(verdict);
  });

  it('is not raised twice', () => {
    const raised = raisedAt(T0 + 30 * MINUTE);
    expect(advanceBlind(raised, silence(T0 + 9 * HOUR))).toEqual({ alert: raised, transition: null });
  });

  it.each([
    ['at that very instant', 30 * MINUTE],
    ['later', 50 * MINUTE],
  ])('is cleared when the gauge is heard again %s', (_, heardMs) => {
    const heardAt = T0 + heardMs;
    const { alert, transition } = advanceBlind(raisedAt(T0 + 30 * MINUTE), silence(heardAt, { watch: watched([4], { heardAt }) }));
    expect(alert).toMatchObject({ state: 'quiet', step: 0, transitions: 2, about: null });
    expect(transition).toMatchObject({ kind: 'cleared', from: 1, to: 0, at: heardAt, record: { verdict: '規則 blind: 受信が再開した' } });
    expect(transition).not.toHaveProperty('coveredBy');
  });

  it('is covered by the silence of its link, and its end as well', () => {
    const { alert, transition } = advanceBlind(quiet, silence(T0 + HOUR), 'link@a#1');
    expect([alert.about, transition?.coveredBy]).toEqual(['link@a#1', 'link@a#1']);
    const heardAt = T0 + 2 * HOUR;
    const back = advanceBlind(alert, silence(heardAt, { watch: watched([4], { heardAt }) }));
    expect([back.alert.about, back.transition?.kind, back.transition?.coveredBy]).toEqual([null, 'cleared', 'link@a#1']);
  });
});

describe('the silence of a link', () => {
  it('is told with how many of its gauges are silent, and rests on no reading', () => {
    const { transition } = raiseLink(quiet, silence(T0), T0 + HOUR, 4, 5);
    expect(transition).toMatchObject({ kind: 'raised', to: 1, at: T0 + HOUR });
    expect(transition?.record).toMatchObject({ verdict: 'この回線の5観測所のうち4から同時に受信がない', evidence: [] });
  });

  it('ends when one of them is heard', () => {
    const { transition } = clearLink(raisedAt(T0), silence(T0), T0 + HOUR);
    expect(transition).toMatchObject({
      kind: 'cleared',
      to: 0,
      at: T0 + HOUR,
      record: { verdict: '規則 blind: 回線の受信が再開した', evidence: [] },
    });
  });

  it('leaves a gauge that stays silent with an alert of its own', () => {
    const covered: Alert = { ...raisedAt(T0 + 30 * MINUTE), about: 'link@a#1' };
    const { alert, transition } = uncover(covered, silence(T0 + 4 * HOUR), T0 + 4 * HOUR);
    expect(alert).toMatchObject({ step: 1, about: null, changedAt: T0 + 4 * HOUR, transitions: 2 });
    expect(transition).toMatchObject({ kind: 'raised', record: { verdict: '回線は戻ったが、この観測所は4時間受信がない' } });
  });
});

describe('isOverdue', () => {
  it.each([
    ['not at one and a half intervals', 15 * MINUTE, false],
    ['after them', 15 * MINUTE + 1, true],
  ])('%s', (_, ms, expected) => {
    expect(isOverdue(gauge, watched([4]), T0 - HOUR, T0 + ms)).toBe(expected);
  });
});
