import type { Playbook, Route } from '#core';
import type { Example } from '#playbook';
import { aBandRule, aGauge, aLevelRule, aPlaybook, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { runExample } from './run-example.ts';

const PLACE = { file: 'examples/story.yaml', line: 1 };
const north = aGauge({ id: 'north', name: '北' });
const south = aGauge({ id: 'south', name: '南' });
const hall = aGauge({
  id: 'hall',
  name: '公民館',
  kind: 'shelter',
  quantity: 'count',
  capacity: 100,
  thresholds: [],
  plausible: { ...north.plausible, max: 500, stepPer10Min: 500, stepPerHour: 500 },
});
const everything = ['raised', 'climbed', 'steppedDown', 'cleared'] as const;
const words = Object.fromEntries(everything.map((kind) => [`water.${kind}`, { subject: `${kind} {gauge}`, body: '{time}' }]));

const aRoute = (set: Partial<Route>): Route => ({
  id: 'all',
  rules: ['river-level', 'shelter-crowd'],
  transitions: everything,
  fromStep: 1,
  audience: { kind: 'residents', category: 'flood' },
  channels: ['line'],
  lane: 'flood',
  expiresAfterMs: 6 * HOUR,
  wording: 'water',
  ...set,
});
const playbookOf = (...routes: readonly Route[]): Playbook =>
  aPlaybook({
    gauges: [north, south, hall],
    rules: [aLevelRule({ selector: { kinds: ['river'] } }), aBandRule({ selector: { kinds: ['shelter'] } })],
    routes,
    wordings: new Map([['ja', { language: 'ja', reviewer: 'x', names: {}, messages: words }]]),
  });

type Values = readonly (readonly [minute: number, value: number])[];

const aStory = (
  readings: Readonly<Record<string, Values>>,
  set: Partial<Pick<Example, 'transitions' | 'messages' | 'quietRoutes'>>,
): Example => ({
  place: PLACE,
  name: 'a story',
  startAt: T0,
  lengthMs: 2 * HOUR,
  timelines: Object.entries(readings).map(([gauge, values]) => ({
    gauge,
    quantity: gauge === 'hall' ? 'count' : 'level',
    byPerson: false,
    points: values.map(([minute, value]) => ({ at: minute * MINUTE, value })),
  })),
  transitions: [],
  messages: [],
  quietRoutes: [],
  ...set,
});

const rising: Values = [
  [0, 3.6],
  [10, 3.6],
];
const raised = (gauge: string, minute: number, rule = 'river-level') =>
  ({ place: PLACE, atMs: minute * MINUTE, gauge, rule, kind: 'raised', to: 1 }) as const;
const saying = (route: string, ...contains: readonly string[]) =>
  ({ place: PLACE, route, kind: 'raised', language: 'ja', contains }) as const;

describe('the messages of a story are those that the service would send', () => {
  it('tells what waits for company in one message', async () => {
    const grouped = playbookOf(aRoute({ audience: { kind: 'staff', group: 'duty' }, group: { by: 'river', waitMs: 5 * MINUTE } }));
    const transitions = [raised('north', 10), raised('south', 10)];
    const readings = { north: rising, south: rising };
    expect(await runExample(grouped, aStory(readings, { transitions, messages: [saying('all', '2地点', '北', '南')] }))).toEqual([]);
    expect(await runExample(grouped, aStory(readings, { transitions, messages: [saying('all', 'raised 北')] }))).toEqual([
      'examples/story.yaml:1 route all says nothing on raised in ja that contains "raised 北"',
    ]);
  });

  it('F44 says nothing of a second place whose readers know the step from the first', async () => {
    const merged = playbookOf(aRoute({ mergeBy: 'river' }));
    const later: Values = rising.map(([minute, value]) => [minute + 30, value]);
    const story = (...contains: readonly string[]): Example =>
      aStory(
        { north: [...rising, [30, 3.6], [40, 3.6]], south: later },
        { transitions: [raised('north', 10), raised('south', 40)], messages: [saying('all', ...contains)] },
      );
    expect(await runExample(merged, story('raised 北'))).toEqual([]);
    expect(await runExample(merged, story('raised 南'))).toHaveLength(1);
  });

  it('leaves time between two notices of a crowd, and does not tell what had passed by then', async () => {
    const crowd: Values = [
      [0, 40],
      [5, 10],
      [10, 40],
      [15, 10],
    ];
    const moves = (['raised', 'cleared', 'raised', 'cleared'] as const).map((kind, i) => ({
      ...raised('hall', i * 5, 'shelter-crowd'),
      kind,
      to: kind === 'raised' ? 1 : 0,
    }));
    const often = aRoute({ id: 'often', lane: 'congestion' });
    const seldom = aRoute({ id: 'seldom', lane: 'congestion', noticeIntervalMs: HOUR, audience: { kind: 'residents', category: 'crowd' } });
    const at10 = [saying('often', 'raised', '00:10'), saying('seldom', 'raised', '00:10')];
    const failures = await runExample(playbookOf(often, seldom), aStory({ hall: crowd }, { transitions: moves, messages: at10 }));
    expect(failures).toEqual(['examples/story.yaml:1 route seldom says nothing on raised in ja that contains "raised" and "00:10"']);
  });

  it('keeps a route quiet whose readers hear it by another one', async () => {
    const two = playbookOf(aRoute({ id: 'first' }), aRoute({ id: 'second' }));
    const told = aStory({ north: rising }, { transitions: [raised('north', 10)], quietRoutes: ['second'] });
    expect(await runExample(two, told)).toEqual([]);
    expect(await runExample(two, { ...told, quietRoutes: ['first'] })).toEqual([
      'examples/story.yaml:1 route first was to stay quiet and spoke',
    ]);
  });
});
