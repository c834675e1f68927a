import { aBandRule, aGauge, aLevelRule, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { advance, ask, type Sight } from './advance.ts';
import { type Alert, type Evidence, quietAlert } from './alert.ts';
import { limitTable } from './limit.ts';
import type { Advance } from './move.ts';
import { QUALITIES, type Quality } from './reading.ts';
import type { BandRule, LevelRule } from './rule.ts';

/** Readings as `minute:value`, with a flag, a status or how many minutes they were under way: `0:3.6 5:9/outOfRange 10:3.6/+31`. */
type Story = string;

// A line waits for level 3.5 (step 1), 4.5 and 5.5; each is left ten centimetres lower.
const river = aGauge();
const level = aLevelRule();
// Room for a hundred persons: half from 50, nearly full from 80; full (100) only by a person. Left five persons lower.
const hall = aGauge({ id: 'hall', capacity: 100, thresholds: [] });
const crowd = aBandRule({
  bands: [
    { code: 'half', name: '半分以上', from: 50 },
    { code: 'nearlyFull', name: '満員に近い', from: 80 },
    { code: 'full', name: '満員', from: 100, byPerson: true },
  ],
  confirm: { readings: 2 },
  clearHoldMs: 30 * MINUTE,
});

const evidenceOf = (word: string, index: number): Evidence => {
  const [seen, how = 'ok'] = word.split('/') as [string, string?];
  const [minute, value] = seen.split(':').map(Number) as [number, number];
  const at = T0 + minute * MINUTE;
  const isQuality = (QUALITIES as readonly string[]).includes(how);
  return {
    position: index + 1,
    at,
    receivedAt: at + (how.startsWith('+') ? Number(how) * MINUTE : 0),
    value,
    quality: isQuality ? (how as Quality) : 'ok',
    why: how === 'manual' ? '鈴木が数えた' : '',
    status: how === 'exercise' ? how : 'actual',
  };
};

const sightOf = (rule: LevelRule | BandRule, story: Story, set: Partial<Sight> = {}): Sight => ({
  rule,
  table: limitTable(rule, rule.kind === 'band' ? hall : river),
  recent: story.split(' ').filter(Boolean).map(evidenceOf),
  gapMaxMs: 30 * MINUTE,
  decidedAt: T0 + 24 * HOUR,
  playbookVersion: 'v1',
  status: 'actual',
  off: false,
  ...set,
});

const quiet = quietAlert('river-level', 'tama-03');
const standing = (step: number, set: Partial<Alert> = {}): Alert => ({
  ...quiet,
  episode: 1,
  state: 'raised',
  step,
  changedAt: T0 - HOUR,
  transitions: 1,
  ...set,
});

const told = ({ transition }: Advance): string | null => (transition ? `${transition.kind} ${transition.from}>${transition.to}` : null);
const verdict = ({ transition }: Advance): string => transition!.record.verdict;

describe('an alert on a level', () => {
  it.each<[string, Alert, Story, string | null]>([
    ['stays quiet where nothing was seen', quiet, '', null],
    ['stays quiet below the first limit', quiet, '0:3.4 10:3.49', null],
    ['waits for a second reading', quiet, '0:3.6', null],
    ['rises with two readings at the very limit', quiet, '0:3.5 10:3.5', 'raised 0>1'],
    ['rises as far as both readings reached', quiet, '0:5.6 10:4.6', 'raised 0>2'],
    ['climbs from where it stands', standing(1), '0:4.6 10:4.6', 'climbed 1>2'],
    ['does not climb to where it stands', standing(2), '0:4.6 10:4.6', null],
    ['believes two readings six hours apart', quiet, '0:3.6 360:3.6', 'raised 0>1'],
    ['does not believe two readings further apart than that', quiet, '0:3.6 361:3.6', null],
    ['does not count a doubtful reading', quiet, '0:3.6 10:9.6/outOfRange', null],
    ['does not count a reading of a drill', quiet, '0:3.6 10:3.6/exercise', null],
    ['counts a reading that is as old as may be', quiet, '0:3.6 10:3.6/+30', 'raised 0>1'],
    ['does not count a reading that came too late', quiet, '0:3.6 10:3.6/+31', null],
    ['stays where the value is inside the margin', standing(1), '0:3.4', null],
    ['begins to wait where the value is below the margin', standing(1), '0:3.39', null],
    ['goes on waiting within the hold', standing(1, { underSince: T0 - 29 * MINUTE }), '-10:3.3 0:3.3', null],
    ['ends when the hold is over', standing(1, { underSince: T0 - 30 * MINUTE }), '-10:3.3 0:3.3', 'cleared 1>0'],
    ['ends by a first reading after a restart as well', standing(1, { underSince: T0 - 30 * MINUTE }), '0:3.3', 'cleared 1>0'],
    ['ends when the hole is as long as may be', standing(1, { underSince: T0 - 40 * MINUTE }), '-30:3.3 0:3.3', 'cleared 1>0'],
    ['begins the hold again after a longer hole', standing(1, { underSince: T0 - 40 * MINUTE }), '-31:3.3 0:3.3', null],
    [
      'goes down to the highest step that was held in all of the hold',
      standing(3, { underSince: T0 - 30 * MINUTE, underStepMax: 2 }),
      '-10:3.6 0:3.6',
      'steppedDown 3>2',
    ],
  ])('%s', (_, alert, seen, expected) => {
    expect(told(advance(alert, sightOf(level, seen)))).toBe(expected);
  });

  it('is pending between the first reading over a limit and the second, and quiet again after one below', () => {
    const { alert: pending } = advance(quiet, sightOf(level, '0:3.6'));
    expect(pending).toEqual({ ...quiet, state: 'pending', changedAt: T0 });
    expect(advance(pending, sightOf(level, '0:3.6 400:3.6')).alert).toBe(pending);
    expect(advance(pending, sightOf(level, '0:3.6 10:3.4')).alert).toEqual({ ...quiet, changedAt: T0 + 10 * MINUTE });
  });

  it('is the very same alert as long as nothing changes, so that nothing is saved', () => {
    const raised = standing(1);
    expect(advance(quiet, sightOf(level, '')).alert).toBe(quiet);
    expect(advance(quiet, sightOf(level, '0:3')).alert).toBe(quiet);
    expect(advance(raised, sightOf(level, '0:3.6')).alert).toBe(raised);
    expect(advance(raised, sightOf(level, '')).alert).toBe(raised);
  });

  it('forgets the hold when the value is back', () => {
    const sinking = standing(2, { underSince: T0 - 10 * MINUTE, underStepMax: 1 });
    expect(advance(sinking, sightOf(level, '0:4.6')).alert).toEqual({ ...sinking, underSince: null, underStepMax: 0 });
  });

  it('neither rises nor waits outside its hours, and ends there as always', () => {
    const off = { off: true };
    expect(advance(quiet, sightOf(level, '0:3.6 10:3.6', off))).toEqual({ alert: quiet, transition: null });
    expect(told(advance(standing(1), sightOf(level, '0:4.6 10:4.6', off)))).toBeNull();
    expect(told(advance(standing(1, { underSince: T0 - 30 * MINUTE }), sightOf(level, '0:3.3', off)))).toBe('cleared 1>0');
  });

  it('is not taken back by a drill, which a quiet one heeds as if it were real', () => {
    const drill = { status: 'exercise' } as const;
    const real = standing(1, { underSince: T0 - HOUR });
    const seen = '0:3/exercise 10:3/exercise';
    expect(advance(real, sightOf(level, seen, drill))).toEqual({ alert: real, transition: null });
    expect(told(advance({ ...real, status: 'exercise' }, sightOf(level, seen, drill)))).toBe('cleared 1>0');
    expect(advance(quiet, sightOf(level, '0:3.6/exercise', drill)).alert.state).toBe('pending');
  });

  it('judges each reading by the limits in force when it was made', () => {
    const lowered = aGauge({ thresholds: [...river.thresholds, { code: 'start', value: 2, validFrom: T0 + 5 * MINUTE }] });
    const table = limitTable(level, lowered);
    expect(told(advance(quiet, sightOf(level, '0:2.5 10:2.5', { table })))).toBeNull();
    expect(told(advance(quiet, sightOf(level, '0:2.5 10:2.5 20:2.5', { table })))).toBe('raised 0>1');
  });
});

describe('a confirmation over time', () => {
  const lasting = aLevelRule({ confirm: { forMs: 20 * MINUTE } });
  it.each<[string, Story, string | null]>([
    ['is not there before the time is over', '0:3.6 10:3.6 19:3.6', null],
    ['is there when readings cover the time', '0:3.6 10:3.6 20:3.6', 'raised 0>1'],
    ['is there when the first is older', '0:3 5:3.6 15:3.6 26:3.6', 'raised 0>1'],
    ['is not there after one reading, however old', '0:3.6', null],
    ['is not there when one of them is below', '0:3.6 10:3.4 20:3.6', null],
    ['holds across a hole as long as may be', '0:3.6 30:3.6', 'raised 0>1'],
    ['begins again after a longer hole', '0:3.6 31:3.6', null],
    ['does not mind a hole before it', '0:3.6 60:3.6 80:3.6', 'raised 0>1'],
  ])('%s', (_, seen, expected) => {
    expect(told(advance(quiet, sightOf(lasting, seen)))).toBe(expected);
  });
});

describe('a count by a person', () => {
  it.each<[string, Alert, Story, boolean, string | null]>([
    ['leads up at once, into the step that is a person’s own', quiet, '0:100/manual', false, 'raised 0>3'],
    ['leads further up', standing(1), '0:80/manual', false, 'climbed 1>2'],
    ['leads down at once, without margin and hold', standing(3), '0:79/manual', false, 'steppedDown 3>1'],
    ['ends what stands', standing(3), '0:10/manual', false, 'cleared 3>0'],
    ['changes nothing where it agrees', standing(2), '0:90/manual', false, null],
    ['does not lead up outside the hours', standing(1), '0:100/manual', true, null],
    ['leads down outside the hours', standing(2), '0:60/manual', true, 'steppedDown 2>1'],
    ['counts like a counter once a counter spoke after it', standing(1), '0:100/manual 10:100', false, 'climbed 1>2'],
  ])('%s', (_, alert, seen, off, expected) => {
    expect(told(advance(alert, sightOf(crowd, seen, { off })))).toBe(expected);
  });

  it('is one reading like any other where no step is a person’s own', () => {
    expect(told(advance(quiet, sightOf(aBandRule({ confirm: { readings: 2 } }), '0:90/manual')))).toBeNull();
  });

  it('forgets the hold where it agrees with what stands', () => {
    const sinking = standing(2, { underSince: T0 - 10 * MINUTE, underStepMax: 1 });
    expect(advance(sinking, sightOf(crowd, '0:85/manual')).alert).toEqual({ ...sinking, underSince: null, underStepMax: 0 });
    const calm = standing(2);
    expect(advance(calm, sightOf(crowd, '0:85/manual')).alert).toBe(calm);
  });

  it('ends what was pending, for the person says that it is not so', () => {
    const pending: Alert = { ...quiet, state: 'pending', changedAt: T0 };
    expect(advance(pending, sightOf(crowd, '0:60 10:40/manual')).alert).toEqual({ ...quiet, changedAt: T0 + 10 * MINUTE });
    expect(advance(quiet, sightOf(crowd, '10:40/manual')).alert).toBe(quiet);
  });
});

describe('the question about a step that only a person leads into', () => {
  const full: Story = '0:100 10:100';
  it.each<[string, Alert, Story, Partial<Sight>, string | null]>([
    ['is asked when counters alone would have reached it', standing(2), full, {}, 'asked 2>2'],
    ['is asked from any step below', standing(1), full, {}, 'asked 1>1'],
    ['is not asked by one reading', standing(2), '10:100', {}, null],
    ['is not asked below it', standing(2), '0:99 10:99', {}, null],
    ['is not asked where nothing stands', quiet, full, {}, null],
    ['is not asked where the answer stands', standing(3), full, {}, null],
    ['is not asked of the person who just counted', standing(2), '0:100 10:100/manual', {}, null],
    ['is not asked outside the hours', standing(2), full, { off: true }, null],
    ['is not asked without a reading', standing(2), '', {}, null],
    ['is not asked again while it is open', standing(2, { asked: { at: T0, underSince: null } }), full, {}, null],
  ])('%s', (_, alert, seen, set, expected) => {
    expect(told(ask(alert, sightOf(crowd, seen, set)))).toBe(expected);
  });

  it('is nothing that a rule without such a step asks', () => {
    const alert = standing(2);
    expect(ask(alert, sightOf(aBandRule(), full))).toEqual({ alert, transition: null });
    expect(ask(alert, sightOf(level, '0:9 10:9'))).toEqual({ alert, transition: null });
    expect(ask(alert, sightOf(crowd, ''))).toEqual({ alert, transition: null });
  });

  it('leaves the alert where it stands, says why, and is a transition of its own', () => {
    const asked = ask(standing(2, { transitions: 4 }), sightOf(crowd, full));
    expect(asked.alert).toEqual(standing(2, { transitions: 5, asked: { at: T0 + 10 * MINUTE, underSince: null } }));
    expect(asked.transition).toMatchObject({ id: 'river-level@tama-03#1/5', at: T0 + 10 * MINUTE, decidedAt: T0 + 24 * HOUR });
    expect(verdict(asked)).toBe('計数器の値は「満員」に達したが、「満員」は職員が確かめてから知らせる');
  });

  const open = (underSince: number | null): Alert => standing(2, { asked: { at: T0 - HOUR, underSince } });
  it.each<[string, number | null, Story, { underSince: number | null } | null]>([
    ['stays as it is while the place is full', null, '-10:100 0:100', { underSince: null }],
    ['stays as it is inside the margin', null, '-10:100 0:95', { underSince: null }],
    ['begins to wait below the margin', null, '-10:100 0:94', { underSince: 0 }],
    ['goes on waiting', -29, '-10:94 0:94', { underSince: -29 }],
    ['forgets the wait when the place is full again', -29, '-10:94 0:95', { underSince: null }],
    ['closes when the hold is over', -30, '-10:94 0:94', null],
    ['closes by a first reading after a restart as well', -30, '0:94', null],
    ['closes across a hole as long as may be', -30, '-30:94 0:94', null],
    ['begins to wait again after a longer hole', -40, '-31:94 0:94', { underSince: 0 }],
  ])('%s', (_, since, seen, expected) => {
    const underSince = since === null ? null : T0 + since * MINUTE;
    const before = open(underSince);
    const { alert, transition } = ask(before, sightOf(crowd, seen));
    expect(transition).toBeNull();
    const wanted = expected && {
      at: T0 - HOUR,
      underSince: expected.underSince === null ? null : T0 + expected.underSince * MINUTE,
    };
    expect(alert).toEqual({ ...before, asked: wanted });
    // What did not change is the very same, so that nothing is saved.
    expect(alert === before).toBe(wanted?.underSince === underSince);
  });
});

const down = (step: number, underStepMax = 0): Alert => standing(step, { underSince: T0 - HOUR, underStepMax });
const measured = (measure: BandRule['measure']): BandRule => ({ ...crowd, measure });
const place = { ...hall, areaM2: 10 };

describe('what is written down about a move', () => {
  const rise: Story = '0:3.6 10:3.6';

  it('names rule, version, limits and every reading, doubtful ones included', () => {
    const sight = sightOf(level, '0:3.6 5:9/outOfRange 10:3.6');
    expect(advance(quiet, sight).transition).toMatchObject({
      ruleId: 'river-level',
      gauge: 'tama-03',
      at: T0 + 10 * MINUTE,
      decidedAt: T0 + 24 * HOUR,
      status: 'actual',
      record: {
        playbookVersion: 'v1',
        limits: [
          { code: 'start', name: '観測開始水位', value: 3.5 },
          { code: 'warn', name: '危険水位', value: 4.5 },
          { code: 'flood', name: '氾濫開始水位', value: 5.5 },
        ],
        evidence: sight.recent,
      },
    });
  });

  it.each<[string, string, () => Advance]>([
    ['a rise by readings', '2回続けて観測開始水位(3.5)以上', () => advance(quiet, sightOf(level, rise))],
    ['a climb by readings', '2回続けて危険水位(4.5)以上', () => advance(standing(1), sightOf(level, '0:4.6 10:4.6'))],
    [
      'a rise over a time',
      '10分間観測開始水位(3.5)以上',
      () => advance(quiet, sightOf(aLevelRule({ confirm: { forMs: 10 * MINUTE } }), rise)),
    ],
    ['an end', '観測開始水位(3.5)より0.1以上低い状態が30分間続いた', () => advance(down(1), sightOf(level, '0:3'))],
    ['a step down', '氾濫開始水位(5.5)より0.1以上低い状態が30分間続いた', () => advance(down(3, 2), sightOf(level, '0:4.6'))],
    [
      'an end of a step that the gauge lost meanwhile',
      '段階2より0.1以上低い状態が30分間続いた',
      () => advance(down(2), sightOf(level, '0:3', { table: limitTable(level, aGauge({ thresholds: river.thresholds.slice(0, 1) })) })),
    ],
    [
      'an end of a share of the places',
      '半分以上(50)より5ポイント以上低い状態が30分間続いた',
      () => advance(down(1), sightOf(crowd, '0:10')),
    ],
    [
      'an end of a density',
      '半分以上(500)より1平方メートルあたり5人以上低い状態が30分間続いた',
      () => advance(down(1), sightOf(measured('density'), '0:10', { table: limitTable(measured('density'), place) })),
    ],
    [
      'an end of a flow',
      '半分以上(50)より1分あたり5人以上低い状態が30分間続いた',
      () => advance(down(1), sightOf(measured('flow'), '0:10', { table: limitTable(measured('flow'), place) })),
    ],
    ['a count by a person', '鈴木が数えた(100)', () => advance(quiet, sightOf(crowd, '0:100/manual'))],
  ])('says the reason of %s', (_, expected, moved) => {
    expect(verdict(moved())).toBe(expected);
  });
});
