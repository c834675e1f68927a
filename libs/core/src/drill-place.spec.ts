import { aBlindRule, aFaultRule, aGauge, aLevelRule, aPlaybook, T0 } from '../../../test/support/builders.ts';
import { aRoute } from '../../../test/support/dispatch-world.ts';
import { quietAlert, type Transition } from './alert.ts';
import { drillCategories, drillPlaybook, endsDrill, forbidsDrill } from './drill-place.ts';
import type { Playbook } from './playbook.ts';

const rose: Parameters<typeof endsDrill>[1] = {
  kind: 'raised',
  from: 0,
  to: 2,
  ruleId: 'river-level',
  gauge: 'tama-03',
  status: 'actual',
};
const playbook = aPlaybook({ routes: [aRoute({ fromStep: 2 })] });

describe('what ends a drill', () => {
  it.each<[string, Partial<Transition>, Partial<Playbook>, boolean]>([
    ['a flood that residents hear of', {}, {}, true],
    ['a climb that residents hear of', { kind: 'climbed', from: 1, to: 2 }, {}, true],
    ['a step that only staff hear of', { to: 1 }, {}, false],
    ['a step down', { kind: 'steppedDown', from: 3, to: 2 }, {}, false],
    ['an all-clear', { kind: 'cleared', from: 2, to: 0 }, {}, false],
    ['a reminder', { kind: 'reminded' }, {}, false],
    ['the alert of another drill', { status: 'exercise' }, {}, false],
    ['a test of the equipment', { status: 'test' }, {}, false],
    ['a rule that nobody knows', { ruleId: 'gone' }, {}, false],
    ['a gauge that nobody knows', { gauge: 'gone' }, {}, false],
    ['crowding', {}, { routes: [aRoute({ lane: 'congestion', fromStep: 1 })] }, false],
    ['words to staff alone', {}, { routes: [aRoute({ audience: { kind: 'staff', group: 'duty' } })] }, false],
    ['a rule that tells nobody yet', {}, { rules: [aLevelRule({ shadow: true })] }, false],
    ['a rule for staff alone', {}, { rules: [aLevelRule({ staffOnly: true })] }, false],
    ['a step that the playbook names', { to: 1 }, { drills: { usual: [], endedBy: [{ rules: ['river-level'], fromStep: 1 }] } }, true],
    ['a step below what the playbook names', {}, { drills: { usual: [], endedBy: [{ rules: ['river-level'], fromStep: 3 }] } }, false],
    ['a rule that the playbook does not name', {}, { drills: { usual: [], endedBy: [{ rules: ['other'], fromStep: 1 }] } }, false],
  ])('%s', (_, transition, set, ends) => {
    expect(endsDrill({ ...playbook, ...set }, { ...rose, ...transition })).toBe(ends);
  });

  it('forbids one to begin while it stands', () => {
    const quiet = quietAlert('river-level', 'tama-03');
    expect([0, 1, 2, 3].map((step) => forbidsDrill(playbook, { ...quiet, state: 'raised', step, changedAt: T0 }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });
});

describe('the playbook of a drill', () => {
  const gauges = ['a', 'b', 'c'].map((id) => aGauge({ id }));
  const blind = aBlindRule();

  it('listens for nobody but the gauges of its script, and looks after no device', () => {
    const real = aPlaybook({ gauges, rules: [aLevelRule(), blind, aFaultRule()] });
    const drill = drillPlaybook(real, new Set(['b']));
    expect(drill.rules).toEqual([aLevelRule(), { ...blind, selector: { gauges: ['b'] } }]);
    expect([drill.gauges, drill.version]).toEqual([real.gauges, real.version]);
  });

  it('has no rule of silence without a script', () => {
    expect(drillPlaybook(aPlaybook({ gauges, rules: [blind] }), new Set()).rules).toEqual([]);
  });

  it('reaches those alone who are in its own categories', () => {
    const routes = [
      aRoute(),
      aRoute({ audience: { kind: 'staff', group: 'duty' } }),
      aRoute({ audience: { kind: 'tickets' } }),
      aRoute({ audience: { kind: 'residents', category: 'congestion' } }),
    ];
    const categories = drillCategories({ routes });
    expect(categories).toEqual(expect.arrayContaining(['exercise/congestion', 'exercise/flood', 'exercise/staff:duty']));
    expect(categories.every((category) => category.startsWith('exercise/'))).toBe(true);
    expect(categories.some((category) => category.includes('tickets'))).toBe(false);
  });
});
