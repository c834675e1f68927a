import {
  type Alert,
  counterOf,
  covers,
  doubtsAround,
  openByRule,
  orderContent,
  type OrderPlan,
  ordersOf,
  type Playbook,
  policiesFor,
  proposalsOf,
  quietAlert,
  type Shelter,
  type Transition,
  weatherOver,
  wideOf,
} from '#core';
import { aGauge, aLevelRule, aPlaybook, HOUR, T0 } from '../../../test/support/builders.ts';
import { aContent } from '../../../test/support/orders.ts';

const shelter = (id: string, hazards: readonly string[], lon = 139.6): Shelter => ({
  id,
  name: id,
  address: '',
  lat: 35.6,
  lon,
  hazards,
  capacity: null,
});

/** Four districts of 1,000 people, 001 in the west. */
function aCity(set: Partial<OrderPlan> = {}, change: Partial<Playbook> = {}): Playbook {
  const city = aPlaybook({
    gauges: [aGauge(), aGauge({ id: 'tama-04', device: 'tama-04', name: '多摩 四', areas: ['002'] })],
    rules: [aLevelRule()],
  });
  const codes = ['001', '002', '003', '004'];
  return {
    ...city,
    districts: new Map(codes.map((code) => [code, { code, name: `${code}丁目`, population: 1_000, households: 400 }])),
    shelters: [shelter('far', ['洪水'], 139.9), shelter('near', ['洪水', '地震']), shelter('quake', ['地震'])],
    areasGeoJson: {
      features: codes.map((code, i) => ({
        properties: { code },
        geometry: { type: 'Polygon', coordinates: [[[139.6 + i / 100, 35.6]]] },
      })),
    },
    orders: {
      ...ordersOf(city),
      proposals: [
        { id: 'elderly', rule: 'river-level', step: 2, selector: null, level: 3, hazard: 'flood', districts: null },
        { id: 'leave', rule: 'river-level', step: 3, selector: null, level: 4, hazard: 'flood', districts: null },
      ],
      ...set,
    },
    ...change,
  };
}

const aRise = (set: Partial<Transition> = {}): Transition => ({
  id: 'river-level@tama-03#1/2',
  alertId: 'river-level@tama-03#1',
  ruleId: 'river-level',
  gauge: 'tama-03',
  kind: 'climbed',
  from: 1,
  to: 2,
  at: T0,
  decidedAt: T0,
  status: 'actual',
  record: {
    playbookVersion: 'v1',
    ruleId: 'river-level',
    by: 'watch',
    verdict: '2 回続けて 4.50 m 以上',
    limits: [{ code: 'warn', name: '危険水位', value: 4.5 }],
    evidence: [{ position: 1, at: T0, receivedAt: T0, value: 4.62, quality: 'ok', why: '', status: 'actual' }],
  },
  ...set,
});

const raised = (gauge: string, set: Partial<Alert> = {}): Alert => ({
  ...quietAlert('river-level', gauge),
  state: 'raised',
  step: 1,
  ...set,
});

const destinations = (level: 3 | 4 | 5, hazard: 'flood' | 'earthquake' | 'volcano') =>
  orderContent(aCity(), { level, hazard, districts: ['001'] }).destinations.map(({ id }) => id);

const preset = (id: string, ...districts: readonly string[]) => ({ id, name: id, level: 4, hazard: 'flood', districts }) as const;
const wide = (playbook: Playbook, ...districts: readonly string[]) =>
  wideOf(playbook, orderContent(playbook, { level: 4, hazard: 'flood', districts }));

const sky = (id: string, areas: readonly string[]) => aGauge({ id, kind: 'weather', quantity: 'weather', areas });
const said = (gauge: string, value: number, at = T0) => ({
  gauge,
  recent: { weather: [{ position: 1, at, receivedAt: at, value, quality: 'ok', why: '', status: 'actual' }] as const },
  heardAt: at,
  mode: null,
  intervalMs: null,
});

describe('what a rule proposes', () => {
  it.each([
    ['the climb to the step of a proposal', aRise(), ['elderly']],
    ['a leap over two of them, the higher one first', aRise({ to: 3 }), ['leave', 'elderly']],
    ['a rise below every step', aRise({ from: 0, to: 1, kind: 'raised' }), []],
    ['a climb from the step already reached', aRise({ from: 2, to: 3 }), ['leave']],
    ['a step down', aRise({ kind: 'steppedDown', from: 3, to: 2 }), []],
    ['an all-clear', aRise({ kind: 'cleared', from: 2, to: 0 }), []],
    ['a reminder', aRise({ kind: 'reminded', from: 2, to: 2 }), []],
    ['a rise that another alert explains', aRise({ coveredBy: 'x' }), []],
    ['another rule', aRise({ ruleId: 'other' }), []],
    ['a gauge that is not there any more', aRise({ gauge: 'gone' }), []],
  ])('is asked of %s', (_, transition, expected) => {
    expect(proposalsOf(aCity(), transition, []).map(({ proposal }) => proposal.id)).toEqual(expected);
  });

  it('is nothing for a rule on trial, and for a gauge without districts', () => {
    expect(proposalsOf({ ...aCity(), rules: [aLevelRule({ shadow: true })] }, aRise(), [])).toEqual([]);
    expect(proposalsOf({ ...aCity(), gauges: new Map([['tama-03', aGauge({ areas: [] })]]) }, aRise(), [])).toEqual([]);
  });

  it('S16 is nothing for a tidal gauge of staff alone, unless a proposal names it', () => {
    const gauges = new Map([['tama-03', aGauge({ publicAlert: 'staffOnly' })]]);
    const named = ordersOf(aCity()).proposals.map((proposal) => ({ ...proposal, selector: { gauges: ['tama-03'] } }));
    const byRiver = ordersOf(aCity()).proposals.map((proposal) => ({ ...proposal, selector: { rivers: ['多摩川'] } }));
    expect(proposalsOf(aCity({}, { gauges }), aRise(), [])).toEqual([]);
    expect(proposalsOf(aCity({ proposals: byRiver }, { gauges }), aRise(), [])).toEqual([]);
    expect(proposalsOf(aCity({ proposals: named }, { gauges }), aRise(), [])).toHaveLength(1);
  });

  it('carries the reading with its limit, and opens the same order for the same transition', () => {
    const [proposal] = proposalsOf(aCity(), aRise(), []);
    expect(proposal!.reading).toMatchObject({ value: 4.62, stepName: '危険水位', limit: 4.5, quality: 'ok', doubt: null });
    const open = () => openByRule(aCity(), proposal!, { at: T0, status: 'actual', weatherLevel: null, against: ['x'] });
    expect(open()).toEqual(open());
    expect(open().order).toMatchObject({ state: 'proposed', content: { municipalLevel: 3, districts: [{ code: '001', persons: 1_000 }] } });
    expect(open().transition).toMatchObject({ kind: 'proposed', by: ['rule:river-level'] });
  });

  it('F43 carries why the reading may be wrong: its flag, and what is known of its device', () => {
    const { record } = aRise();
    const suspect = aRise({
      record: { ...record, evidence: [{ ...record.evidence[0]!, quality: 'clockSuspect', why: '時計がずれている' }] },
    });
    const faults = raised('tama-03', { ruleId: 'faults', findings: [{ id: 'f1', why: '3 時間同じ値' }] });
    expect(proposalsOf(aCity(), suspect, [faults])[0]!.reading.doubt).toBe('時計がずれている。3 時間同じ値');
    expect(proposalsOf(aCity(), aRise(), [raised('tama-04')])[0]!.reading.doubt).toBeNull();
  });

  it('F43 says that the gauge stands alone among calm ones, and not once another one rises', () => {
    expect(doubtsAround(aCity(), aRise(), [])).toEqual(['多摩川のほかの1地点では、まだ水位が上がっていません']);
    expect(doubtsAround(aCity(), aRise(), [raised('tama-04')])).toEqual([]);
  });

  it('hears when its gauge falls below the step again, and of no other gauge', () => {
    const [proposal] = proposalsOf(aCity(), aRise(), []);
    const { order } = openByRule(aCity(), proposal!, { at: T0, status: 'actual', weatherLevel: null, against: [] });
    const fall = (set: Partial<Transition>) => counterOf(aCity(), order, aRise({ kind: 'steppedDown', from: 2, to: 1, ...set }));
    expect(fall({})).toBe('多摩 三は「危険水位」を下回りました');
    expect(fall({ kind: 'cleared', from: 2, to: 0 })).not.toBeNull();
    expect(fall({ from: 3, to: 2 })).toBeNull();
    expect(fall({ gauge: 'tama-04' })).toBeNull();
    expect(fall({ status: 'exercise' })).toBeNull();
    expect(counterOf(aCity(), order, aRise())).toBeNull();
  });
});

describe('what an order says', () => {
  it('D§2.2 names only places that are designated for the hazard, the nearest first, and none at level 5', () => {
    expect(destinations(4, 'flood')).toEqual(['near', 'far']);
    expect(destinations(4, 'earthquake')).toEqual(['near', 'quake']);
    expect(destinations(4, 'volcano')).toEqual([]);
    expect(destinations(5, 'flood')).toEqual([]);
  });

  it('F66 is wide beyond three times the middle preset of its hazard, and beyond the middle gauge without presets', () => {
    const city = aCity({ presets: [preset('a', '001'), preset('b', '002'), preset('all', '001', '002', '003', '004')] });
    expect(wide(city, '001', '002', '003')).toBeNull();
    expect(wide(city, '001', '002', '003', '004')).toEqual({ persons: 4_000, usualPersons: 1_000 });
    expect(wide(aCity(), '001', '002', '003', '004')).toEqual({ persons: 4_000, usualPersons: 1_000 });
    const uncounted = { ...aCity(), districts: new Map([['001', { code: '001', name: '一', population: null }]]) };
    expect(wide(uncounted, '001')).toBeNull();
  });

  it('covers what names the same hazard and districts at its level or below', () => {
    const standing = aContent({ municipalLevel: 4 });
    expect(covers(standing, aContent({ municipalLevel: 3 }))).toBe(true);
    expect(covers(standing, aContent({ municipalLevel: 5 }))).toBe(false);
    expect(covers(standing, aContent({ hazard: 'landslide' }))).toBe(false);
    expect(covers(standing, aContent({ districts: [{ code: '009', name: '九', households: null, persons: null }] }))).toBe(false);
  });
});

describe('what an approval allows', () => {
  const approval = {
    id: 'night',
    of: ['elderly'],
    kind: 'issue',
    afterMs: 1,
    approvedBy: '市長',
    approvedAt: T0,
    until: T0 + HOUR,
  } as const;
  it.each([
    ['within its time', { of: 'elderly', wide: null, at: T0 }, 1],
    ['before it was given', { of: 'elderly', wide: null, at: T0 - 1 }, 0],
    ['after its end', { of: 'elderly', wide: null, at: T0 + HOUR }, 0],
    ['for something else', { of: 'leave', wide: null, at: T0 }, 0],
    ['for what people wrote', { of: null, wide: null, at: T0 }, 0],
    ['for a wide area (F66)', { of: 'elderly', wide: { persons: 9, usualPersons: 1 }, at: T0 }, 0],
  ])('holds %s or not', (_, asked, count) => {
    expect(policiesFor({ approvals: [approval] }, asked)).toHaveLength(count);
  });
});

describe('the weather level over some districts', () => {
  const city = { gauges: new Map([sky('a', ['001']), sky('b', []), sky('c', ['009'])].map((gauge) => [gauge.id, gauge])) };
  const over = (...watches: readonly ReturnType<typeof said>[]) =>
    weatherOver(city, watches, { districts: ['001'], at: T0, status: 'actual' });

  it('D§2.3 is the highest that holds there, however the municipal one stands', () => {
    expect(over(said('a', 2), said('b', 4), said('c', 5))).toEqual({ level: 4, at: T0 });
  });

  it('is not known without a recent word', () => {
    expect(over(said('a', 4, T0 - 13 * HOUR))).toBeNull();
    expect(over()).toBeNull();
  });
});
