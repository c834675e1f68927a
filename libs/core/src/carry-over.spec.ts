import {
  aBandRule,
  aBlindRule,
  aFaultRule,
  aGauge,
  aLevelRule,
  aPlaybook,
  aReading,
  aRiseRule,
  HOUR,
  MINUTE,
  T0,
} from '../../../test/support/builders.ts';
import { type Alert, quietAlert } from './alert.ts';
import { type Change, carryOver, isBlocked, movedGauges } from './carry-over.ts';
import { Judge } from './judge.ts';
import { heardAs, routesOf } from './plan.ts';
import type { Playbook, Route } from './playbook.ts';
import type { RiseRule } from './rule.ts';
import type { GaugeWatch } from './watch-window.ts';

const NOW = T0 + 3 * HOUR;

const aRoute = (set: Partial<Route> = {}): Route => ({
  id: 'residents',
  rules: ['river-level', 'blind', 'shelter-crowd'],
  transitions: ['raised', 'climbed', 'steppedDown', 'cleared'],
  fromStep: 2,
  audience: { kind: 'residents', category: 'flood' },
  channels: ['line'],
  lane: 'flood',
  expiresAfterMs: 6 * HOUR,
  wording: 'river',
  ...set,
});
const staff = aRoute({ id: 'staff', fromStep: 1, audience: { kind: 'staff', group: 'duty' }, channels: ['email'], wording: 'staff' });
const routes = [aRoute(), staff];

const before = aPlaybook({ version: 'v1', routes });
const after = (set: Parameters<typeof aPlaybook>[0] = {}): Playbook => aPlaybook({ version: 'v2', routes, ...set });

/** Raised at the danger mark of 4.5 m, on its way down since ten minutes. */
const raised: Alert = {
  ...quietAlert('river-level', 'tama-03'),
  episode: 4,
  state: 'raised',
  step: 2,
  changedAt: T0 + 2 * HOUR,
  underSince: NOW - 10 * MINUTE,
  underStepMax: 1,
  transitions: 3,
  acknowledgedBy: 'sato',
  acknowledgedAt: T0 + 2 * HOUR,
};

const seen = (value: number): GaugeWatch => ({
  gauge: 'tama-03',
  recent: { level: [{ position: 9, at: NOW - MINUTE, receivedAt: NOW - MINUTE, value, quality: 'ok', why: '', status: 'actual' }] },
  heardAt: NOW - MINUTE,
  mode: null,
  intervalMs: null,
});

const carry = (set: Partial<Change>) =>
  carryOver({ alerts: [raised], watches: [seen(4.8)], before, beforeVersion: 'v1', after: after(), decidedAt: NOW, ...set });

const patient = (observeIntervals: number) => [aBlindRule({ staffOnly: false, observeIntervals })];
const hall = (capacity: number) => aGauge({ kind: 'shelter', quantity: 'count', capacity, thresholds: [] });
const heardBy = (from: number, set: Partial<Route> = {}) =>
  routesOf({
    routes: [aRoute(set), staff],
    transition: { kind: 'reset', from, to: 0 },
    gauge: aGauge(),
    rule: aLevelRule(),
  }).map(({ id }) => id);

const thresholds = (warn: number) => [
  { code: 'start', value: 3.5, validFrom: 0 },
  { code: 'warn', value: warn, validFrom: 0 },
  { code: 'flood', value: 5.5, validFrom: 0 },
];
const steps = (...codes: readonly string[]) => codes.map((code) => ({ code, name: code }));

describe('alerts under a changed playbook', () => {
  it.each<[string, Parameters<typeof aPlaybook>[0]]>([
    ['nothing that concerns them', { retention: { logDays: 1, historyDays: 1, deliveriesDays: 1, quarantineDays: 1 } }],
    ['another rule is added', { rules: [aLevelRule(), aBlindRule()] }],
    ['the rule has another name', { rules: [aLevelRule({ name: '川の水位' })] }],
    ['a step has another name', { rules: [aLevelRule({ steps: aLevelRule().steps.map((step) => ({ ...step, name: 'x' })) })] }],
    ['the selector names the gauge in another way', { rules: [aLevelRule({ selector: { gauges: ['tama-03'] } })] }],
    ['the words change', { routes: [aRoute({ wording: 'other', expiresAfterMs: HOUR }), staff] }],
    ['staff hear it by one more channel', { routes: [aRoute(), { ...staff, channels: ['email', 'line'] }] }],
    ['another group of staff hears it too', { routes: [...routes, { ...staff, id: 'more', audience: { kind: 'staff', group: 'roads' } }] }],
    ['the gauge has another name and place', { gauges: [aGauge({ name: '三号', lat: 1, lon: 2 })] }],
  ])('F51 leaves an alert as it is when %s', (_, change) => {
    expect(carry({ after: after(change) })).toEqual({ alerts: [], transitions: [] });
  });

  it.each<[string, Parameters<typeof aPlaybook>[0], number]>([
    ['the hold is longer', { rules: [aLevelRule({ clearHoldMs: 2 * HOUR })] }, 2],
    ['the confirmation is stricter', { rules: [aLevelRule({ confirm: { readings: 5 } })] }, 2],
    ['a step is inserted below', { rules: [aLevelRule({ steps: steps('start', 'prepare', 'warn', 'flood') })] }, 3],
    ['the step below is gone', { rules: [aLevelRule({ steps: steps('warn', 'flood') })], routes: [aRoute({ fromStep: 1 }), staff] }, 1],
    ['the danger mark is lower', { gauges: [aGauge({ thresholds: thresholds(4.2) })] }, 2],
    ['the danger mark is higher and still held', { gauges: [aGauge({ thresholds: thresholds(4.7) })] }, 2],
  ])('F51 goes on with the episode when %s, and the hold begins again', (_, change, step) => {
    const { alerts, transitions } = carry({ after: after(change) });
    expect(transitions).toEqual([]);
    expect(alerts).toEqual([{ ...raised, step, underSince: null, underStepMax: 0 }]);
  });

  it.each<[string, Parameters<typeof aPlaybook>[0], RegExp]>([
    ['the rule is gone', { rules: [aBlindRule()] }, /規則がプレイブックからなくなった/],
    ['the gauge is gone', { gauges: [aGauge({ id: 'asa-01' })] }, /観測所がプレイブックからなくなった/],
    ['the rule no longer means the gauge', { rules: [aLevelRule({ selector: { gauges: ['asa-01'] } })] }, /対象から外れた/],
    ['the rule is of another kind', { rules: [aBandRule({ id: 'river-level' })] }, /種類が変わった/],
    ['the rule judges something else', { rules: [aLevelRule({ quantity: 'rain' })] }, /種類が変わった/],
    ['its step is gone', { rules: [aLevelRule({ steps: steps('start', 'flood') })] }, /段階「危険水位」がなくなった/],
    [
      'the danger mark is raised above the water (the rule moved, not the water)',
      { gauges: [aGauge({ thresholds: thresholds(5.2) })] },
      /段階「危険水位」の基準が変わった/,
    ],
    [
      'the zero of the gauge is another, and its thresholds with it',
      { gauges: [aGauge({ zeroHeightM: 1.25, thresholds: thresholds(3.2) })] },
      /観測所の基準/,
    ],
    ['it became a shadow', { rules: [aLevelRule({ shadow: true })] }, /知らせる相手が変わった/],
    ['it became a matter of staff', { rules: [aLevelRule({ staffOnly: true })] }, /知らせる相手が変わった/],
    ['the route of the residents is gone', { routes: [staff] }, /知らせる相手が変わった/],
    ['a district that was told is no longer meant', { gauges: [aGauge({ areas: ['002'] })] }, /知らせる相手が変わった/],
    ['a district is added, which must hear of the danger', { gauges: [aGauge({ areas: ['001', '002'] })] }, /知らせる相手が変わった/],
    ['residents are told from a higher step', { routes: [aRoute({ fromStep: 3 }), staff] }, /知らせる相手が変わった/],
  ])('F51 resets an alert visibly when %s', (_, change, why) => {
    const { alerts, transitions } = carry({ after: after(change) });
    expect(alerts).toEqual([{ ...raised, state: 'quiet', step: 0, changedAt: NOW, underSince: null, underStepMax: 0, transitions: 4 }]);
    expect(transitions).toMatchObject([
      {
        id: 'river-level@tama-03#4/4',
        alertId: 'river-level@tama-03#4',
        kind: 'reset',
        from: 2,
        to: 0,
        at: NOW,
        record: {
          playbookVersion: 'v1',
          supersededBy: 'v2',
          by: 'playbook v2',
          verdict: expect.stringMatching(why),
          evidence: [{ value: 4.8 }],
        },
      },
    ]);
    expect(transitions[0]!.record.verdict).toContain('状況がおさまったことを示すものではない');
  });

  it('leaves it to the hold when the water had left the step already before the danger mark was raised', () => {
    const change = after({ gauges: [aGauge({ thresholds: thresholds(5.2) })] });
    expect(carry({ watches: [seen(4.3)], after: change })).toMatchObject({ alerts: [{ state: 'raised', step: 2 }], transitions: [] });
  });

  it('does not let a doubtful value speak for the water', () => {
    const [doubtful] = seen(9).recent.level!;
    const watch: GaugeWatch = { ...seen(4.8), recent: { level: [...seen(4.8).recent.level!, { ...doubtful!, quality: 'stepTooLarge' }] } };
    const change = after({ gauges: [aGauge({ thresholds: thresholds(5.2) })] });
    expect(carry({ watches: [watch], after: change }).transitions).toMatchObject([{ kind: 'reset' }]);
  });

  it('a rule that leaves the shadow starts anew without a word, so that its next raise is heard by everybody', () => {
    const shadow = aPlaybook({ version: 'v1', routes, rules: [aLevelRule({ shadow: true })] });
    const { alerts, transitions } = carry({ before: shadow });
    expect(alerts).toMatchObject([{ state: 'quiet', episode: 4 }]);
    const heard = routesOf({ routes, transition: transitions[0]!, gauge: aGauge(), rule: aLevelRule({ shadow: true }) });
    expect(heard).toEqual([]);
  });

  it('says nothing of what is quiet, and forgets quietly what was only pending', () => {
    const quiet = { ...raised, state: 'quiet', step: 0 } as const;
    const pending = { ...raised, state: 'pending', step: 0 } as const;
    const gone = after({ rules: [aBlindRule()] });
    expect(carry({ alerts: [quiet], after: gone })).toEqual({ alerts: [], transitions: [] });
    expect(carry({ alerts: [pending], after: gone })).toMatchObject({ alerts: [{ state: 'quiet' }], transitions: [] });
    expect(carry({ alerts: [pending] })).toEqual({ alerts: [], transitions: [] });
  });

  it('F51 lets the alert of a faulty device stand through every change but of whom it is told to, and tells it anew after that', () => {
    const told = [{ id: 'clock/tama-03/1', why: '時計がずれています' }];
    const faulty = { ...raised, ruleId: 'faults', step: 1, findings: told };
    const faults = { ...staff, rules: ['faults'] };
    const old = aPlaybook({ version: 'v1', routes: [faults], rules: [aFaultRule()] });
    const changed = (set: Parameters<typeof aPlaybook>[0]) =>
      carry({ alerts: [faulty], before: old, after: after({ routes: [faults], rules: [aFaultRule()], ...set }) });
    const nothing = { alerts: [], transitions: [] };
    expect(changed({ rules: [aFaultRule({ findings: ['clock'], name: '故障' })] })).toEqual(nothing);
    expect(changed({ gauges: [aGauge({ zeroHeightM: 2, thresholds: thresholds(4) })] })).toEqual(nothing);
    for (const gone of [
      { rules: [aBlindRule()] },
      { gauges: [] },
      { routes: [{ ...faults, audience: { kind: 'staff', group: 'roads' } }] },
    ] as const) {
      const { alerts, transitions } = changed(gone);
      expect(alerts).toMatchObject([{ state: 'quiet', step: 0, findings: [] }]);
      expect(transitions).toMatchObject([{ kind: 'reset', from: 1, to: 0 }]);
    }
  });

  it('keeps a blind gauge blind when only its patience changes', () => {
    const blind = { ...raised, ruleId: 'blind', step: 1 };
    const old = aPlaybook({ version: 'v1', routes, rules: patient(3) });
    expect(carry({ alerts: [blind], before: old, after: after({ rules: patient(30) }) })).toMatchObject({
      alerts: [{ state: 'raised', step: 1 }],
      transitions: [],
    });
  });

  it('resets a crowd alert whose capacity grew beyond the crowd, and keeps it when the crowd fills it still', () => {
    const rules = [aBandRule()];
    const old = aPlaybook({ version: 'v1', routes, rules, gauges: [hall(100)] });
    const alert = { ...raised, ruleId: 'shelter-crowd' };
    const watch: GaugeWatch = { ...seen(0), recent: { count: [{ ...seen(0).recent.level![0]!, value: 70 }] } };
    const to = (capacity: number) =>
      carry({ alerts: [alert], watches: [watch], before: old, after: after({ rules, gauges: [hall(capacity)] }) }).transitions;
    expect(to(110)).toEqual([]);
    expect(to(200)).toMatchObject([{ kind: 'reset', ruleId: 'shelter-crowd' }]);
  });

  it('gives a parked rule another chance, whatever changed (F49)', () => {
    const parked = { ...raised, state: 'quiet', step: 0, parked: 'too dear' } as const;
    expect(carry({ alerts: [parked] }).alerts).toEqual([{ ...parked, parked: null }]);
  });

  it('without the old playbook resets what has no rule, no gauge or no step any more, and keeps the rest', () => {
    const unknown = { before: null, beforeVersion: '?' };
    expect(carry(unknown)).toEqual({ alerts: [], transitions: [] });
    expect(carry({ ...unknown, after: after({ rules: [aBlindRule()] }) }).transitions).toMatchObject([{ kind: 'reset' }]);
    expect(carry({ ...unknown, after: after({ gauges: [] }) }).transitions).toMatchObject([{ kind: 'reset' }]);
    expect(carry({ ...unknown, after: after({ rules: [aLevelRule({ steps: steps('start') })] }) }).transitions).toHaveLength(1);
  });
});

describe('who hears of a reset', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['the public had been told of the step', heardBy(2), ['residents', 'staff']],
    ['the public had not been told of the step', heardBy(1), ['staff']],
    ['the route tells no all-clear', heardBy(2, { transitions: ['raised'] }), ['residents', 'staff']],
    ['the route tells only the end of things', heardBy(2, { transitions: ['steppedDown', 'cleared'] }), ['staff']],
  ])('%s', (_, heard, expected) => {
    expect(heard).toEqual(expected);
  });

  it('never becomes an all-clear, from whatever step somebody hears', () => {
    for (const fromStep of [1, 2, 3])
      expect(heardAs({ fromStep }, { kind: 'reset', from: 2, to: 0 })).toEqual({ kind: 'reset', from: 2, to: 0 });
  });
});

describe('F46 the rules of a gauge that was moved while its thresholds stayed', () => {
  const movedTo = (set: Parameters<typeof aGauge>[0]): Playbook => after({ gauges: [aGauge({ zeroHeightM: 1.25, ...set })] });
  const quiet = { ...raised, state: 'quiet', step: 0 } as const;

  it('are judged no more, and staff are told why; residents are not', () => {
    const { alerts, transitions } = carry({ alerts: [quiet], after: movedTo({}) });
    expect(alerts).toMatchObject([{ state: 'quiet', transitions: 4, parked: expect.stringContaining('零点高 0・') }]);
    expect(alerts.every(isBlocked)).toBe(true);
    expect(transitions).toMatchObject([{ kind: 'parked', from: 0, to: 0, record: { playbookVersion: 'v2', by: 'playbook v2' } }]);
    expect(transitions[0]!.record.verdict).toContain('しきい値がまだ確認されていない');
    const heard = routesOf({ routes, transition: transitions[0]!, gauge: aGauge(), rule: aLevelRule() });
    expect(heard.map(({ id }) => id)).toEqual(['staff']);
  });

  it('are so too where no alert was ever seen, and where one was only pending', () => {
    expect(carry({ alerts: [], after: movedTo({}) })).toMatchObject({
      alerts: [{ ruleId: 'river-level', gauge: 'tama-03', episode: 0, transitions: 1, parked: expect.any(String) }],
      transitions: [{ id: 'river-level@tama-03#0/1', kind: 'parked' }],
    });
    const pending = { ...raised, state: 'pending', step: 0 } as const;
    expect(carry({ alerts: [pending], after: movedTo({}) })).toMatchObject({
      alerts: [{ state: 'quiet' }],
      transitions: [{ kind: 'parked' }],
    });
  });

  it('end what they had raised by a reset that says so', () => {
    const { alerts, transitions } = carry({ after: movedTo({}) });
    expect(alerts).toMatchObject([{ state: 'quiet', step: 0, parked: expect.any(String) }]);
    expect(transitions).toMatchObject([{ kind: 'reset', from: 2, record: { playbookVersion: 'v1' } }]);
    expect(transitions[0]!.record.verdict).toContain('判定を止めた');
  });

  const blockedAlert = carry({ alerts: [quiet], after: movedTo({}) }).alerts[0]!;
  it.each<[string, Playbook, boolean]>([
    ['stay so under a change of something else', { ...movedTo({ name: '三号' }), version: 'v3' }, true],
    ['stay so when it is moved again', movedTo({ zeroHeightM: 2 }), true],
    [
      'are judged again once thresholds are given anew',
      movedTo({ thresholds: [...aGauge().thresholds, { code: 'warn', value: 4.5, validFrom: NOW }] }),
      false,
    ],
    ['are judged again once the gauge is back where they fit', after(), false],
    ['are forgotten with the rule', { ...movedTo({}), rules: [] }, false],
  ])('%s', (_, next, isStill) => {
    const { alerts, transitions } = carry({ alerts: [blockedAlert], before: movedTo({}), beforeVersion: 'v2', after: next });
    expect(transitions).toEqual([]);
    expect(isBlocked(alerts[0] ?? blockedAlert)).toBe(isStill);
  });

  it('leaves rules alone that do not judge by thresholds', () => {
    const rules = [aBlindRule({ staffOnly: false }), aBandRule()];
    const old = aPlaybook({ version: 'v1', routes, rules });
    const blind = { ...raised, ruleId: 'blind', step: 1 };
    expect(carry({ alerts: [blind], before: old, after: { ...movedTo({}), rules } })).toEqual({ alerts: [], transitions: [] });
  });

  it('does not judge them: no water raises anything, and no all-clear comes', () => {
    const judge = new Judge(movedTo({}), { alerts: [blockedAlert], watches: [] }, T0);
    for (let i = 0; i < 6; i += 1) {
      const observedAt = NOW + i * 10 * MINUTE;
      judge.observe({ position: i + 1, reading: aReading({ value: 5.8, observedAt }) }, observedAt);
    }
    expect(judge.take()).toMatchObject({ alerts: [], transitions: [] });
  });
});

describe('a gauge that was moved (F46)', () => {
  it.each<[string, Parameters<typeof aGauge>[0], boolean]>([
    ['nothing changed', {}, false],
    ['another name', { name: '三号' }, false],
    ['another zero, thresholds as they were', { zeroHeightM: 1.2 }, true],
    ['another datum', { datum: 'A.P.' }, true],
    ['another correction', { offset: 0.3 }, true],
    ['another elevation of the sensor', { sensorElevationM: 9 }, true],
    [
      'another zero with a new version of the thresholds',
      { zeroHeightM: 1.2, thresholds: [...aGauge().thresholds, { code: 'warn', value: 4, validFrom: NOW }] },
      false,
    ],
    ['another zero, and no thresholds at all', { zeroHeightM: 1.2, thresholds: [] }, false],
  ])('%s', (_, set, isMoved) => {
    expect(movedGauges(before, after({ gauges: [aGauge(set)] })).map(({ id }) => id)).toEqual(isMoved ? ['tama-03'] : []);
  });

  it('knows nothing of a gauge that is new', () => {
    expect(movedGauges(aPlaybook({ gauges: [] }), after())).toEqual([]);
  });
});

const rise = (set: Partial<RiseRule> = {}) => [aRiseRule({ id: 'river-level', ...set })];

describe('an alert of a rule without limits of its own, under a changed playbook', () => {
  const old = aPlaybook({ version: 'v1', routes, rules: rise() });
  const carryRise = (alert: Alert, set: Parameters<typeof aPlaybook>[0]) => carry({ alerts: [alert], before: old, after: after(set) });
  const pending: Alert = { ...raised, state: 'pending', step: 0, underSince: null, underStepMax: 0 };

  it.each<[string, Partial<RiseRule>]>([
    ['the confirmation is stricter', { confirm: { readings: 5 } }],
    ['a younger reading is asked for', { greatestAgeMs: MINUTE }],
    ['the hold is longer', { clearHoldMs: 2 * HOUR }],
    ['the margin is wider', { clearMarginPerHour: 0.3 }],
    ['its hours are others', { schedule: { weekdays: [1], fromMinute: 540, toMinute: 1_020 } }],
  ])('F51 goes on when only what softens or hastens it changed: %s', (_, set) => {
    expect(carryRise(raised, { rules: rise(set) })).toEqual({
      alerts: [{ ...raised, underSince: null, underStepMax: 0 }],
      transitions: [],
    });
  });

  it.each<[string, Partial<RiseRule>]>([
    ['the window', { windowMs: HOUR }],
    ['the rate of its step', { steps: aRiseRule().steps.map((step) => ({ ...step, perHour: 9 })) }],
  ])('F51 is reset when what decides changed, for nobody can tell what it would say now: %s', (_, set) => {
    const { alerts, transitions } = carryRise(raised, { rules: rise(set) });
    expect(alerts).toMatchObject([{ state: 'quiet', step: 0 }]);
    expect(transitions).toMatchObject([{ kind: 'reset', from: 2, to: 0, record: { verdict: expect.stringContaining('基準が変わった') } }]);
  });

  it('goes on waiting for a confirmation that is counted anew, and tells nobody', () => {
    expect(carryRise(pending, { rules: rise({ clearHoldMs: 2 * HOUR }) })).toEqual({ alerts: [pending], transitions: [] });
    const half: Alert = { ...pending, over: { since: NOW, sights: 1, step: 1, lastAt: NOW } };
    expect(carryRise(half, { rules: rise({ windowMs: HOUR }) })).toEqual({ alerts: [{ ...half, over: null }], transitions: [] });
  });

  it.each<[string, Partial<RiseRule>, boolean]>([
    ['is blocked where it asks for a level as well', { above: 'start' }, true],
    ['goes on where it judges the rate alone', {}, false],
  ])('F46 of a gauge that was moved %s', (_, set, blockedHere) => {
    const quiet: Alert = quietAlert('river-level', 'tama-03');
    const { alerts } = carry({
      alerts: [quiet],
      before: aPlaybook({ version: 'v1', routes, rules: rise(set) }),
      after: after({ rules: rise(set), gauges: [aGauge({ zeroHeightM: 1.25 })] }),
    });
    expect(alerts.some(isBlocked)).toBe(blockedHere);
  });
});
