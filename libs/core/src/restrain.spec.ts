import { aGauge } from '../../../test/support/builders.ts';
import { aRoute } from '../../../test/support/dispatch-world.ts';
import type { AlertAct } from './alert-act.ts';
import type { AlertSilence } from './alert-silence.ts';
import type { NumberedTransition, Transition } from './alert.ts';
import { MERGED_WHY, restrain, restrainNote, type RestraintGrounds } from './restrain.ts';

const MINUTE = 60_000;
const flood = aRoute();
const evacuation = aRoute({ lane: 'evacuation' });
const staff = aRoute({ audience: { kind: 'staff', group: 'duty' }, lane: 'staff' });
const crowd = aRoute({ lane: 'congestion' });
const paced = aRoute({ lane: 'congestion', noticeIntervalMs: 30 * MINUTE });

/** Swings between 0 and 1, five minutes apart; the last one is decided last. */
const swings = (count: number): readonly NumberedTransition[] =>
  Array.from({ length: count }, (_, index) => {
    const [from, to] = index % 2 === 0 ? [0, 1] : [1, 0];
    const at = index * 5 * MINUTE;
    const kind = to === 1 ? ('raised' as const) : ('cleared' as const);
    const transition = { alertId: 'a#1', ruleId: 'river-level', kind, from, to, at, decidedAt: at, status: 'actual' } as Transition;
    return { number: index + 1, transition };
  });

const grounds = (history: readonly NumberedTransition[], set: Partial<RestraintGrounds> = {}): RestraintGrounds => ({
  numbered: history.at(-1)!,
  gauge: aGauge(),
  silences: [],
  acts: [],
  history,
  ...set,
});

const silence: AlertSilence = {
  key: 'k',
  id: 'silence-3',
  number: 3,
  matcher: { rivers: ['多摩川'] },
  covers: ['staff', 'congestion', 'flood'],
  reason: '工事',
  by: 'suzuki',
  at: 0,
  endsAt: 60 * MINUTE,
  after: 0,
  ended: null,
  told: false,
};
const mute: AlertAct = { id: 'm', alertId: 'a#1', kind: 'mute', by: 'sato', at: 0, text: '', step: 1, after: 0 };

const why = (route: typeof flood, asked: RestraintGrounds): string | number => {
  const restraint = restrain(route, asked);
  return restraint.kind === 'tell' ? restraint.at : restraint.why;
};

describe('what holds words back', () => {
  it('is nothing at first: they are told when it was decided', () => {
    for (const route of [flood, evacuation, staff, crowd, paced]) expect(why(route, grounds(swings(1)))).toBe(0);
  });

  it('is a silence by a named person, before everything else', () => {
    const asked = grounds(swings(5), { silences: [silence], acts: [mute] });
    for (const route of [flood, evacuation, staff, crowd]) expect(why(route, asked)).toMatch(/^silence-3（suzuki：工事）/);
  });

  it('is a mute for staff, and for nobody else', () => {
    const asked = grounds(swings(1), { acts: [mute] });
    expect(why(staff, asked)).toBe('satoがこの警報を消音しているため送っていません');
    expect([flood, evacuation, crowd].map((route) => why(route, asked))).toEqual([0, 0, 0]);
  });

  it('is no mute that the alert has climbed above, and a mute all the same when only an earlier episode stood higher', () => {
    const [first, second] = swings(2) as [NumberedTransition, NumberedTransition];
    const climbed = (alertId: string): readonly NumberedTransition[] => [
      { ...first, transition: { ...first.transition, alertId, to: 2 } },
      { ...second, transition: { ...second.transition, alertId: 'a#1' } },
    ];
    expect(why(staff, grounds(climbed('a#1'), { acts: [mute] }))).toBe(5 * MINUTE);
    expect(why(staff, grounds(climbed('a#0'), { acts: [mute] }))).toMatch(/^sato/);
  });

  it('F52 is flapping for crowding, and never for water or staff', () => {
    const asked = grounds(swings(5));
    expect(why(crowd, asked)).toMatch(/1時間に3回目/);
    expect([flood, evacuation, staff].map((route) => why(route, asked))).toEqual(Array(3).fill(20 * MINUTE));
  });

  it('is the interval for crowding whose route has one', () => {
    expect(why(paced, grounds(swings(2)))).toBe(30 * MINUTE);
    expect(why(paced, grounds(swings(3)))).toBe(MERGED_WHY);
    expect(why(crowd, grounds(swings(2)))).toBe(5 * MINUTE);
    expect(why(aRoute({ noticeIntervalMs: 30 * MINUTE }), grounds(swings(2)))).toBe(5 * MINUTE);
  });

  it('does not make anything wait for a rise that flapped and was never told', () => {
    // People know of the first rise, and the interval since it has five minutes left: its end waits for those.
    expect(why(paced, grounds(swings(5)))).toMatch(/1時間に3回目/);
    expect(why(paced, grounds(swings(6)))).toBe(30 * MINUTE);
  });

  it('is no interval since a step that the route does not hear', () => {
    const [rise, fall] = swings(2) as [NumberedTransition, NumberedTransition];
    const higher: NumberedTransition = { ...fall, transition: { ...fall.transition, kind: 'climbed', from: 1, to: 2 } };
    expect(why({ ...paced, fromStep: 2 }, grounds([rise, higher]))).toBe(5 * MINUTE);
  });

  it('lets whoever heard of a rise hear of its end, except when a later notice tells it', () => {
    const held = restrain(staff, grounds(swings(2), { silences: [silence] }));
    expect(held).toMatchObject({ kind: 'suppress', unlessHeard: true });
    expect(restrain(paced, grounds(swings(3)))).toMatchObject({ kind: 'suppress', unlessHeard: false });
  });

  it('holds a note to staff back by a silence or a mute alone', () => {
    expect(restrainNote(staff, grounds(swings(5)))).toBeNull();
    expect(restrainNote(staff, grounds(swings(5), { acts: [mute] }))).toMatch(/消音/);
    expect(restrainNote(staff, grounds(swings(5), { silences: [silence] }))).toMatch(/silence-3/);
  });
});
