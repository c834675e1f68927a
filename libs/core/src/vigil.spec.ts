import { aBlindRule, aLevelRule, aPlaybook, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { type Alert, alertId, quietAlert } from './alert.ts';
import type { EscalationPolicy, Playbook } from './playbook.ts';
import { answeredBy, deskAlarms, hasVigils, keepVigil, type Vigil, type Vigilant } from './vigil.ts';

const raised = (set: Partial<Alert> = {}): Alert => ({
  ...quietAlert('river-level', 'tama-03'),
  episode: 1,
  state: 'raised',
  step: 2,
  transitions: 1,
  ...set,
});

const policy = (set: Partial<EscalationPolicy> = {}): EscalationPolicy => ({
  id: 'night',
  rules: ['river-level'],
  fromStep: 2,
  answers: 2,
  levels: [{ afterMs: 5 * MINUTE }, { afterMs: 10 * MINUTE }],
  ...set,
});

const reminding = aLevelRule({ reminder: { everyMs: 30 * MINUTE, timesMax: 2 } });

/** Looks at one alert at these minutes, as the stage does, and gives what was said: kind, ordinal and minute. */
function story(
  playbook: Playbook,
  looks: readonly (
    | number
    | { readonly at: number; readonly alert?: Partial<Alert>; readonly answers?: readonly string[]; readonly mutedBy?: readonly string[] }
  )[],
): readonly string[] {
  let vigil: Vigil | null = null;
  const said: string[] = [];
  let alert = raised();
  let answers: Vigilant['answers'] = [];
  let mutedBy: readonly string[] = [];
  for (const look of looks) {
    const { at, ...more } = typeof look === 'number' ? { at: look } : look;
    if ('alert' in more) alert = { ...alert, ...more.alert };
    if ('answers' in more) answers = (more.answers ?? []).map((by) => ({ alertId: alertId(alert), by, at: T0 }));
    if ('mutedBy' in more) mutedBy = more.mutedBy ?? [];
    const step = keepVigil(playbook, [{ alert, vigil, answers, mutedBy }], T0 + at * MINUTE);
    vigil = step.vigils[0] ?? vigil;
    said.push(...step.transitions.map(({ kind, call }) => `${kind} ${call!.ordinal} at ${at}`));
  }
  return said;
}

/** How many things are said of an alert that stands for many hours. */
const toldOf = (playbook: Playbook, alert: Alert) => {
  const first = keepVigil(playbook, [{ alert, vigil: null, answers: [], mutedBy: [] }], T0);
  return keepVigil(playbook, [{ alert, vigil: first.vigils[0] ?? null, answers: [], mutedBy: [] }], T0 + 999 * MINUTE).transitions.length;
};

describe('a raised alert that nobody looks after', () => {
  const acknowledged = { acknowledgedBy: 'sato', acknowledgedAt: T0 };
  it.each([
    [
      'is told again after the interval, and again, and no more than so many times',
      [0, 29, 30, 31, 59, 60, 90, 120],
      ['reminded 1 at 30', 'reminded 2 at 60'],
    ],
    ['is not told again once it is acknowledged', [0, { at: 10, alert: acknowledged }, 30, 60], []],
    ['is told again after an answer that acknowledged nothing', [0, { at: 10, answers: ['sato'] }, 30], ['reminded 1 at 30']],
    [
      'is told once after an outage of hours, and then in the old rhythm',
      [0, 5, 600, 601, 629, 630],
      ['reminded 1 at 600', 'reminded 2 at 630'],
    ],
    ['F21 is told neither at once nor never when the clock was ahead when it was seen', [10_000, 0, 29, 30], ['reminded 1 at 30']],
  ] as const)('%s', (_, looks, said) => {
    expect(story(aPlaybook({ rules: [reminding] }), looks)).toEqual(said);
  });

  it('is left alone without a reminder and without a policy, by a shadow, and when a common cause explains it', () => {
    const blind = aBlindRule({ reminder: { everyMs: MINUTE, timesMax: 9 } });
    expect(toldOf(aPlaybook(), raised())).toBe(0);
    expect(toldOf(aPlaybook({ rules: [{ ...reminding, shadow: true }] }), raised())).toBe(0);
    expect(toldOf(aPlaybook({ rules: [blind] }), raised({ ruleId: 'blind', about: 'blind@mast-1#1' }))).toBe(0);
    expect(toldOf(aPlaybook({ rules: [blind] }), raised({ ruleId: 'blind' }))).toBe(1);
    expect(toldOf(aPlaybook({ rules: [] }), raised())).toBe(0);
  });
});

describe('escalation until k of n answered', () => {
  const two = ['sato', 'tanaka'];
  it.each([
    [
      'calls one level after the other, each after its own time',
      policy(),
      [0, 4, 5, 6, 14, 15, 16, 90],
      ['escalated 1 at 5', 'escalated 2 at 15'],
    ],
    ['stays quiet when enough have answered', policy(), [0, { at: 3, answers: two }, 5, 15], []],
    ['goes on when one of two has answered', policy(), [0, { at: 3, answers: ['sato'] }, 5], ['escalated 1 at 5']],
    ['counts whoever muted', policy(), [0, { at: 3, answers: ['sato'], mutedBy: ['tanaka'] }, 5, 15], []],
    ['counts one who muted and answered once', policy(), [0, { at: 3, answers: ['sato'], mutedBy: ['sato'] }, 5], ['escalated 1 at 5']],
    ['counts a person once', policy(), [0, { at: 3, answers: ['sato', 'sato'] }, 5], ['escalated 1 at 5']],
    ['counts whoever acknowledged', policy(), [0, { at: 3, answers: ['sato'], alert: { acknowledgedBy: 'tanaka' } }, 5], []],
    [
      'counts one who acknowledged and answered once',
      policy(),
      [0, { at: 3, answers: ['sato'], alert: { acknowledgedBy: 'sato' } }, 5],
      ['escalated 1 at 5'],
    ],
    [
      'counts only the persons whom the policy names',
      policy({ of: ['sato', 'suzuki'] }),
      [0, { at: 3, answers: two }, 5],
      ['escalated 1 at 5'],
    ],
    ['stops where the answers come', policy(), [0, 5, { at: 7, answers: two }, 15, 99], ['escalated 1 at 5']],
    ['calls nobody below its step', policy({ fromStep: 3 }), [0, 5, 15], []],
    [
      'counts from where the alert reached its step',
      policy({ fromStep: 3 }),
      [0, { at: 20, alert: { step: 3 } }, 24, 25],
      ['escalated 1 at 25'],
    ],
    [
      'calls one level after an outage of hours, and the next after its time',
      policy(),
      [0, 600, 601, 609, 610],
      ['escalated 1 at 600', 'escalated 2 at 610'],
    ],
  ] as const)('%s', (_, night, looks, said) => {
    expect(story(aPlaybook({ escalations: [night] }), looks)).toEqual(said);
  });

  it('comes to the same words and ids when a look is repeated after a crash', () => {
    const playbook = aPlaybook({ rules: [reminding], escalations: [policy()] });
    const vigil: Vigil = {
      alertId: 'river-level@tama-03#1',
      since: T0,
      reminders: 0,
      remindedAt: null,
      calledAt: T0,
      level: 0,
      levelAt: null,
    };
    const look = () => keepVigil(playbook, [{ alert: raised(), vigil, answers: [], mutedBy: [] }], T0 + 30 * MINUTE);
    expect(look()).toEqual(look());
    expect(look().transitions.map(({ id }) => id)).toEqual(['river-level@tama-03#1/reminded/1', 'river-level@tama-03#1/escalated/1']);
    expect(look().transitions[1]).toMatchObject({ from: 2, to: 2, call: { ordinal: 1, waitedMs: 30 * MINUTE, answered: 0, wanted: 2 } });
    expect(look().vigils).toHaveLength(1);
  });

  it('changes nothing when nothing is due, so that nothing is written', () => {
    const playbook = aPlaybook({ rules: [reminding], escalations: [policy()] });
    const vigil: Vigil = {
      alertId: 'river-level@tama-03#1',
      since: T0,
      reminders: 0,
      remindedAt: null,
      calledAt: T0,
      level: 0,
      levelAt: null,
    };
    expect(keepVigil(playbook, [{ alert: raised(), vigil, answers: [], mutedBy: [] }], T0 + MINUTE)).toEqual({
      vigils: [],
      transitions: [],
    });
  });

  it('says in words who was waited for and how long, and who decides that', () => {
    const playbook = aPlaybook({ rules: [reminding], escalations: [policy()] });
    const vigil: Vigil = {
      alertId: 'river-level@tama-03#1',
      since: T0 - 10 * MINUTE,
      reminders: 1,
      remindedAt: T0 - 10 * MINUTE,
      calledAt: T0,
      level: 0,
      levelAt: null,
    };
    const answers = [{ alertId: 'river-level@tama-03#1', by: 'sato', at: T0 }];
    const { transitions } = keepVigil(playbook, [{ alert: raised(), vigil, answers, mutedBy: [] }], T0 + 30 * MINUTE);
    expect(transitions.map(({ call, record }) => ({ call, ...record }))).toEqual([
      {
        call: { ordinal: 2, waitedMs: 40 * MINUTE, answered: 0, wanted: 1 },
        playbookVersion: 'test-1',
        ruleId: 'river-level',
        by: 'rule river-level',
        verdict: '40分たっても確認済みになっていない(2回目の催促)',
        reason: { kind: 'unacknowledged', minutes: 40, ordinal: 2 },
        limits: [],
        evidence: [],
      },
      {
        call: { ordinal: 1, waitedMs: 30 * MINUTE, answered: 1, wanted: 2 },
        playbookVersion: 'test-1',
        ruleId: 'river-level',
        by: 'escalation night',
        verdict: '30分たっても応答が2人中1人(1段目の呼び出し)',
        reason: { kind: 'unanswered', minutes: 30, wanted: 2, answered: 1, ordinal: 1 },
        limits: [],
        evidence: [],
      },
    ]);
  });

  it.each<[string, Partial<Vigil>, Partial<Vigil>]>([
    ['the first look', { since: T0 + HOUR }, { since: T0 }],
    ['the last reminder', { remindedAt: T0 + HOUR }, { remindedAt: T0 }],
    ['the first call', { calledAt: T0 + HOUR }, { calledAt: T0 }],
    ['the last call', { levelAt: T0 + HOUR }, { levelAt: T0 }],
  ])('F21 counts from now what a clock that was ahead wrote down of %s, and leaves the rest', (_, written, counted) => {
    const playbook = aPlaybook({ rules: [reminding], escalations: [policy()] });
    const vigil: Vigil = {
      alertId: 'river-level@tama-03#1',
      since: T0 - MINUTE,
      reminders: 1,
      remindedAt: T0 - MINUTE,
      calledAt: T0 - MINUTE,
      level: 1,
      levelAt: T0 - MINUTE,
      ...written,
    };
    const { vigils, transitions } = keepVigil(playbook, [{ alert: raised(), vigil, answers: [], mutedBy: [] }], T0);
    expect({ vigils, transitions }).toEqual({ vigils: [{ ...vigil, ...counted }], transitions: [] });
  });

  it('looks after each alert by its own rule', () => {
    const other = aLevelRule({ id: 'other' });
    const alert = raised();
    const vigilant = { alert, vigil: null, answers: [], mutedBy: [] };
    expect(keepVigil(aPlaybook({ rules: [other, reminding] }), [vigilant], T0).vigils).toHaveLength(1);
    expect(keepVigil(aPlaybook({ rules: [reminding, other] }), [{ ...vigilant, alert: raised({ ruleId: 'other' }) }], T0).vigils).toEqual(
      [],
    );
    expect(hasVigils(aPlaybook({ rules: [other, reminding] }))).toBe(true);
  });

  it('sounds at the desk from the last level on until enough have answered', () => {
    const playbook = aPlaybook({ escalations: [policy()] });
    const at = (level: number, ...by: readonly string[]): Vigilant => ({
      alert: raised(),
      vigil: { alertId: alertId(raised()), since: T0, reminders: 0, remindedAt: null, calledAt: T0, level, levelAt: T0 + level },
      answers: by.map((name) => ({ alertId: alertId(raised()), by: name, at: T0 })),
      mutedBy: [],
    });
    expect(deskAlarms(playbook, [{ ...at(0), vigil: null }, at(0), at(1), at(2, ...two)])).toEqual([]);
    expect(deskAlarms(playbook, [at(2, 'sato')])).toEqual([{ alert: raised(), since: T0 + 2, answeredBy: ['sato'], wanted: 2 }]);
    expect(deskAlarms(aPlaybook(), [at(2)])).toEqual([]);
  });

  it('names whoever answered once each, and whoever only acknowledged', () => {
    const alert = raised({ acknowledgedBy: 'suzuki' });
    const answers = two.map((by) => ({ alertId: alertId(alert), by, at: T0 }));
    expect(answeredBy({ alert, answers, mutedBy: ['sato'] }, {})).toEqual(['sato', 'tanaka', 'suzuki']);
    expect(answeredBy({ alert, answers, mutedBy: ['sato'] }, { of: ['suzuki', 'ito'] })).toEqual(['suzuki']);
  });
});

it('knows whether there is anything to watch over', () => {
  expect(hasVigils(aPlaybook())).toBe(false);
  expect(hasVigils(aPlaybook({ rules: [reminding] }))).toBe(true);
  expect(hasVigils(aPlaybook({ escalations: [policy()] }))).toBe(true);
});
