import { aFaultRule, aGauge, aLevelRule, aPlaybook, HOUR, T0 } from '../../../test/support/builders.ts';
import { type Alert, quietAlert } from './alert.ts';
import { concernedBy, FAULT_MOVES_MAX, followFindings, isAfter } from './fault-alert.ts';
import type { Finding, FindingAbout } from './logbook.ts';
import type { Playbook } from './playbook.ts';

const GAUGES = ['tama-03', 'asa-01'].map((id) => aGauge({ id }));
const PLAYBOOK = aPlaybook({ gauges: GAUGES, rules: [aLevelRule(), aFaultRule()] });

const found = (about: FindingAbout, gauge = 'tama-03', at = T0): Finding => ({
  id: `${about}/${gauge}/1`,
  gauge,
  kind: 'finding',
  about,
  at,
  reason: `${about} です`,
  by: 'inspection',
  madeAt: at,
});
const QUIET = quietAlert('faults', 'tama-03');

/** The alert after looks in turn, and what was said at each. */
const looks = (turns: readonly (readonly Finding[])[], playbook: Playbook = PLAYBOOK) => {
  let alert: Alert = QUIET;
  const said = turns.map((findings, turn) => {
    const moves = followFindings(playbook, { findings, alerts: [alert], now: T0 + turn * HOUR });
    alert = moves[0]?.alert ?? alert;
    return moves
      .flatMap(({ transitions }) => transitions)
      .map(({ id, kind, from, to, record }) => `${id} ${kind} ${from}→${to} ${record.verdict}`);
  });
  return { said, alert };
};

describe('followFindings', () => {
  it('F32 tells a finding when it begins and when it ends, and nothing while it lasts', () => {
    const { said, alert } = looks([[], [found('cloned')], [found('cloned')], [found('cloned')], [], []]);
    expect(said).toEqual([
      [],
      ['faults@tama-03#1/1 raised 0→1 cloned です'],
      [],
      [],
      ['faults@tama-03#1/2 cleared 1→0 見られなくなった: cloned です'],
      [],
    ]);
    expect(alert).toMatchObject({ state: 'quiet', step: 0, episode: 1, findings: [] });
  });

  it('opens another episode when a finding comes again, and tells each of several once', () => {
    const again = { ...found('clock'), id: 'clock/tama-03/2' };
    const both = [found('clock'), found('battery')];
    expect(looks([[found('clock')], both, [found('battery')], [], [again]]).said).toEqual([
      ['faults@tama-03#1/1 raised 0→1 clock です'],
      ['faults@tama-03#1/2 climbed 1→2 battery です'],
      ['faults@tama-03#1/3 steppedDown 2→1 見られなくなった: clock です'],
      ['faults@tama-03#1/4 cleared 1→0 見られなくなった: battery です'],
      ['faults@tama-03#2/1 raised 0→1 clock です'],
    ]);
    expect(looks([both]).said).toEqual([['faults@tama-03#1/1 raised 0→1 clock です', 'faults@tama-03#1/2 climbed 1→2 battery です']]);
  });

  it('tells of one that took the place of another, and keeps the episode', () => {
    expect(looks([[found('clock')], [found('drift')]]).said[1]).toEqual([
      'faults@tama-03#1/2 climbed 1→2 drift です',
      'faults@tama-03#1/3 steppedDown 2→1 見られなくなった: clock です',
    ]);
  });

  it.each([
    ['a rule that tells of other findings', aFaultRule({ findings: ['battery'] })],
    ['a rule that means other gauges', aFaultRule({ selector: { gauges: ['asa-01'] } })],
    ['hours in which the rule is off', aFaultRule({ schedule: { weekdays: [], fromMinute: 0, toMinute: 60 } })],
  ])('says nothing by %s', (_, rule) => {
    expect(looks([[found('clock')]], aPlaybook({ gauges: GAUGES, rules: [rule] })).said).toEqual([[]]);
  });

  it('ends an alert outside its hours too, and does not call over what only left the rule', () => {
    const { alert } = looks([[found('clock')]]);
    const off = aPlaybook({ gauges: GAUGES, rules: [aFaultRule({ schedule: { weekdays: [], fromMinute: 0, toMinute: 60 } })] });
    const verdicts = (playbook: Playbook, findings: readonly Finding[]) =>
      followFindings(playbook, { findings, alerts: [alert], now: T0 }).flatMap(({ transitions }) =>
        transitions.map(({ record }) => record.verdict),
      );
    expect(verdicts(off, [])).toEqual(['見られなくなった: clock です']);
    const narrowed = aPlaybook({ gauges: GAUGES, rules: [aFaultRule({ findings: ['battery'] })] });
    expect(verdicts(narrowed, [found('clock')])).toEqual(['規則の対象から外れた（まだ続いている）: clock です']);
  });

  it('leaves alerts alone whose rule or gauge the playbook lost, and those of other kinds', () => {
    const { alert } = looks([[found('clock')]]);
    const all = { findings: [], now: T0 };
    expect(followFindings(aPlaybook({ gauges: GAUGES }), { ...all, alerts: [alert] })).toEqual([]);
    expect(followFindings(aPlaybook({ gauges: [], rules: [aFaultRule()] }), { ...all, alerts: [alert] })).toEqual([]);
    expect(followFindings(PLAYBOOK, { ...all, alerts: [{ ...alert, ruleId: 'river-level' }] })).toEqual([]);
  });

  it('tells no more than ten at one look, the rest at the next ones, and each once', () => {
    const gauges = Array.from({ length: 13 }, (_, i) => aGauge({ id: `g-${i}` }));
    const playbook = aPlaybook({ gauges, rules: [aFaultRule()] });
    const findings = gauges.flatMap(({ id }) => [found('clock', id), found('battery', id)]);
    let alerts: readonly Alert[] = gauges.map(({ id }) => quietAlert('faults', id));
    const told: string[][] = [];
    for (let look = 0; look < 4; look += 1) {
      const moves = followFindings(playbook, { findings, alerts, now: T0 });
      told.push(moves.flatMap(({ transitions }) => transitions.map(({ id }) => id)));
      alerts = alerts.map((alert) => moves.find((move) => move.alert.gauge === alert.gauge)?.alert ?? alert);
    }
    expect(told.map(({ length }) => length)).toEqual([FAULT_MOVES_MAX, FAULT_MOVES_MAX, 6, 0]);
    expect(new Set(told.flat()).size).toBe(26);
  });

  it('writes down what was found, by which rule and playbook', () => {
    const [move] = followFindings(PLAYBOOK, { findings: [found('drift', 'tama-03', T0 - HOUR)], alerts: [QUIET], now: T0 });
    expect(move!.transitions[0]).toMatchObject({
      alertId: 'faults@tama-03#1',
      at: T0 - HOUR,
      decidedAt: T0,
      status: 'actual',
      record: { playbookVersion: 'test-1', ruleId: 'faults', by: 'rule faults', verdict: 'drift です', limits: [], evidence: [] },
    });
    expect(isAfter(move!, QUIET)).toBe(true);
    expect(isAfter(move!, null)).toBe(true);
    expect(isAfter(move!, move!.alert)).toBe(false);
  });
});

describe('concernedBy', () => {
  it('names the alerts of the findings that a rule speaks of, in their order', () => {
    const findings = [found('clock', 'asa-01'), found('clock', 'gone'), found('clock')];
    expect(concernedBy(PLAYBOOK, findings)).toEqual([
      { rule: 'faults', gauge: 'asa-01' },
      { rule: 'faults', gauge: 'tama-03' },
    ]);
    expect(concernedBy(aPlaybook({ gauges: GAUGES, rules: [aFaultRule({ findings: ['drift'] })] }), findings)).toEqual([]);
  });
});
