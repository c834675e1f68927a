import { MINUTE, T0 } from '../../../test/support/builders.ts';
import { type Alert, quietAlert } from './alert.ts';
import type { Telling } from './move.ts';
import { advanceBySight, type SightLife } from './sight.ts';

/** A sight at a minute: the step reached, the step held (the same unless told otherwise), and whether there was a hole before. */
type Seen = readonly [minute: number, step: number, held?: number, broken?: 'broken'];

const life: SightLife = { confirm: { readings: 2 }, clearHoldMs: 20 * MINUTE, off: false };

function walked(seen: readonly Seen[], set: Partial<SightLife> = {}) {
  let alert: Alert = quietAlert('river-rise', 'tama-03');
  const said: string[] = [];
  const states: Alert['state'][] = [];
  for (const [minute, step, held = step, broken] of seen) {
    const at = T0 + minute * MINUTE;
    const telling: Telling = {
      ruleId: 'river-rise',
      playbookVersion: 'v1',
      at,
      decidedAt: at,
      status: 'actual',
      limits: [],
      evidence: [],
      verdict: (kind) => kind,
    };
    const next = advanceBySight(alert, { at, step, held, broken: broken === 'broken' }, { ...life, ...set }, telling);
    ({ alert } = next);
    states.push(alert.state);
    if (next.transition) said.push(`${next.transition.kind} ${next.transition.to} at ${minute}`);
  }
  return { alert, said, states };
}

describe('a step that is seen', () => {
  it.each<[string, readonly Seen[], readonly string[]]>([
    ['waits for a second sight', [[0, 1]], []],
    [
      'is believed at the second',
      [
        [0, 1],
        [10, 1],
      ],
      ['raised 1 at 10'],
    ],
    [
      'is believed as far as both reached',
      [
        [0, 1],
        [10, 3],
      ],
      ['raised 1 at 10'],
    ],
    [
      'is believed as far as both reached, the second lower',
      [
        [0, 3],
        [10, 1],
      ],
      ['raised 1 at 10'],
    ],
    [
      'climbs by two sights more',
      [
        [0, 1],
        [10, 1],
        [20, 2],
        [30, 2],
      ],
      ['raised 1 at 10', 'climbed 2 at 30'],
    ],
    [
      'starts again after a sight below it',
      [
        [0, 1],
        [10, 0],
        [20, 1],
      ],
      [],
    ],
    [
      'starts again after a hole',
      [
        [0, 1],
        [10, 1, 1, 'broken'],
      ],
      [],
    ],
    [
      'counts from the hole on',
      [
        [0, 1],
        [10, 1, 1, 'broken'],
        [20, 1],
      ],
      ['raised 1 at 20'],
    ],
    [
      'is not confirmed by an older sight that came later',
      [
        [10, 1],
        [0, 1],
      ],
      [],
    ],
    [
      'is confirmed by another sight of the same instant',
      [
        [10, 1],
        [10, 1],
      ],
      ['raised 1 at 10'],
    ],
    [
      'forgets what waited for the higher step',
      [
        [0, 1],
        [10, 1],
        [20, 2],
        [30, 1],
        [40, 2],
      ],
      ['raised 1 at 10'],
    ],
  ])('%s', (_, seen, said) => {
    expect(walked(seen).said).toEqual(said);
  });

  it.each<[string, readonly Seen[], readonly string[]]>([
    [
      'lasts from its first sight',
      [
        [0, 1],
        [10, 1],
        [20, 1],
      ],
      ['raised 1 at 20'],
    ],
    [
      'is not believed a moment before',
      [
        [0, 1],
        [19.9, 1],
      ],
      [],
    ],
    [
      'is believed by two sights that are as far apart',
      [
        [0, 1],
        [20, 1],
      ],
      ['raised 1 at 20'],
    ],
  ])('for twenty minutes: %s', (_, seen, said) => {
    expect(walked(seen, { confirm: { forMs: 20 * MINUTE } }).said).toEqual(said);
  });

  it('is not believed by an older sight that comes between those that were counted', () => {
    const seen: readonly Seen[] = [
      [0, 1],
      [20, 1],
      [10, 1],
    ];
    expect(walked(seen, { confirm: { readings: 3 } }).said).toEqual([]);
    expect(walked([...seen, [30, 1]], { confirm: { readings: 3 } }).said).toEqual(['raised 1 at 30']);
  });

  it('is never believed by one sight, however short the time that it must last', () => {
    expect(walked([[0, 1]], { confirm: { forMs: 0 } }).said).toEqual([]);
  });

  it('is pending from quiet until it is believed or gone, and pending since it began', () => {
    expect(
      walked(
        [
          [0, 1],
          [10, 1],
        ],
        { confirm: { readings: 3 } },
      ),
    ).toMatchObject({ states: ['pending', 'pending'], alert: { changedAt: T0 } });
    expect(
      walked([
        [0, 1],
        [10, 0],
        [20, 0],
      ]),
    ).toMatchObject({
      states: ['pending', 'quiet', 'quiet'],
      alert: { changedAt: T0 + 10 * MINUTE, over: null },
    });
  });

  it('stays raised while a higher step waits', () => {
    const { alert, states } = walked([
      [0, 1],
      [10, 1],
      [20, 2],
    ]);
    expect(states.at(-1)).toBe('raised');
    expect(alert).toMatchObject({ step: 1, changedAt: T0 + 10 * MINUTE });
  });

  it('does not rise out of its hours', () => {
    expect(
      walked(
        [
          [0, 1],
          [10, 1],
          [20, 1],
        ],
        { off: true },
      ).said,
    ).toEqual([]);
  });
});

describe('a step that is left', () => {
  const up: readonly Seen[] = [
    [0, 2],
    [10, 2],
  ];

  it.each<[string, readonly Seen[], readonly string[]]>([
    [
      'is held as long as the margin holds it',
      [
        [20, 1, 2],
        [40, 1, 2],
        [60, 1, 2],
      ],
      [],
    ],
    [
      'is left after the hold',
      [
        [20, 0],
        [30, 0],
        [40, 0],
      ],
      ['cleared 0 at 40'],
    ],
    [
      'is not left before',
      [
        [20, 0],
        [39, 0],
      ],
      [],
    ],
    [
      'is left for the highest step that was held all the while',
      [
        [20, 0],
        [30, 1],
        [40, 0],
      ],
      ['steppedDown 1 at 40'],
    ],
    [
      'starts the hold again when it is held once more',
      [
        [20, 0],
        [30, 2],
        [40, 0],
        [50, 0],
      ],
      [],
    ],
    [
      'starts the hold again when only the margin holds it',
      [
        [20, 0],
        [30, 0, 2],
        [40, 0],
        [50, 0],
      ],
      [],
    ],
    [
      'starts the hold again after a hole',
      [
        [20, 0],
        [40, 0, 0, 'broken'],
        [50, 0],
      ],
      [],
    ],
    [
      'starts the hold again when a higher step is seen',
      [
        [20, 0],
        [30, 3],
        [40, 0],
        [50, 0],
      ],
      [],
    ],
    [
      'is left from the hole on',
      [
        [20, 0],
        [40, 0, 0, 'broken'],
        [60, 0],
      ],
      ['cleared 0 at 60'],
    ],
    [
      'is not left by older sights that came later',
      [
        [5, 0],
        [6, 0],
        [9, 0],
      ],
      [],
    ],
  ])('%s', (_, then, said) => {
    expect(walked([...up, ...then]).said.slice(1)).toEqual(said);
  });

  it('is left a whole hold after it was held once more', () => {
    const then: readonly Seen[] = [
      [20, 0],
      [30, 2],
      [40, 0],
      [60, 0],
    ];
    expect(walked([...up, ...then]).said.slice(1)).toEqual(['cleared 0 at 60']);
  });

  it('is left out of its hours as well', () => {
    const { alert } = walked(up);
    const at = T0 + 20 * MINUTE;
    const telling: Telling = {
      ruleId: 'r',
      playbookVersion: 'v',
      at,
      decidedAt: at,
      status: 'actual',
      limits: [],
      evidence: [],
      verdict: String,
    };
    const next = advanceBySight(alert, { at, step: 0, held: 0, broken: false }, { ...life, clearHoldMs: 0, off: true }, telling);
    expect(next.transition?.kind).toBe('cleared');
  });
});

/** What a drill sees at a minute. */
function drill(minute: number): Telling {
  const at = T0 + minute * MINUTE;
  return { ruleId: 'r', playbookVersion: 'v', at, decidedAt: at, status: 'exercise', limits: [], evidence: [], verdict: String };
}

describe('a drill beside what is real (promise 7)', () => {
  const { alert: real } = walked([
    [0, 1],
    [10, 1],
  ]);

  it.each([0, 1])('takes nothing back by what it sees at step %i', (step) => {
    const next = advanceBySight(real, { at: T0 + 20 * MINUTE, step, held: step, broken: false }, { ...life, clearHoldMs: 0 }, drill(20));
    expect(next).toEqual({ alert: real, transition: null });
  });

  it('does not even end the hold of a real alert', () => {
    const { alert: falling } = walked([
      [0, 1],
      [10, 1],
      [20, 0],
    ]);
    expect(falling.underSince).toBe(T0 + 20 * MINUTE);
    const next = advanceBySight(falling, { at: T0 + 25 * MINUTE, step: 1, held: 1, broken: false }, life, drill(25));
    expect(next.alert.underSince).toBe(T0 + 20 * MINUTE);
  });
});
