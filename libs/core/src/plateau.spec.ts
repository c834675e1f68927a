import { HOUR, T0 } from '../../../test/support/builders.ts';
import { leaveLanding, type Plateau, stand } from './plateau.ts';

const STUCK_AFTER_MS = 3 * HOUR;
const DAY = 24 * HOUR;

/** Values at hours after T0; `leap` marks one that came faster than water. */
type Step = readonly [hours: number, value: number, leap?: 'leap'];

function walked(steps: readonly Step[]): { plateau: Plateau; still: (number | null)[] } {
  let plateau: Plateau = { landing: null, stuck: null };
  const still = steps.map(([hours, value, leap]) => {
    const moved = stand(plateau, { value, at: T0 + hours * HOUR, leapt: leap === 'leap', stuckAfterMs: STUCK_AFTER_MS });
    plateau = moved.plateau;
    return moved.stillAt;
  });
  return { plateau, still };
}

describe('a level that leapt', () => {
  it.each<[string, readonly Step[], readonly (number | null)[]]>([
    [
      'is still when the next reading is the same',
      [
        [0, 5, 'leap'],
        [1, 5],
      ],
      [null, 5],
    ],
    [
      'is still within two centimetres of where it landed, both included',
      [
        [0, 5, 'leap'],
        [1, 5.02],
        [2, 4.98],
      ],
      [null, 5, 5],
    ],
    [
      'moves when it is three centimetres away',
      [
        [0, 5, 'leap'],
        [1, 5.03],
      ],
      [null, null],
    ],
    [
      'moves when it leaps on to nearly the same value',
      [
        [0, 5, 'leap'],
        [1, 5.01, 'leap'],
      ],
      [null, null],
    ],
    [
      'is not looked for without a leap',
      [
        [0, 5],
        [1, 5],
      ],
      [null, null],
    ],
    [
      'is known again when it comes back to where it stood',
      [
        [0, 5, 'leap'],
        [1, 5],
        [2, 4],
        [3, 5],
      ],
      [null, 5, null, 5],
    ],
    [
      'is not known again where it never stood still',
      [
        [0, 5, 'leap'],
        [1, 6],
        [2, 4],
        [3, 5],
      ],
      [null, null, null, null],
    ],
    [
      'is known within two centimetres after an hour',
      [
        [0, 5, 'leap'],
        [1, 5],
        [2, 4],
        [3, 5.1],
      ],
      [null, 5, null, null],
    ],
    [
      'is known within two centimetres when it stood for no longer than a crest',
      [
        [0, 5, 'leap'],
        [3, 5],
        [4, 4],
        [5, 5.1],
      ],
      [null, 5, null, null],
    ],
    [
      'is known within fifteen centimetres when it stood for longer',
      [
        [0, 5, 'leap'],
        [3.1, 5],
        [4, 4],
        [5, 5.15],
        [6, 5.16],
      ],
      [null, 5, null, 5, null],
    ],
    [
      'keeps the wider memory when it stands elsewhere for an hour',
      [
        [0, 5, 'leap'],
        [4, 5],
        [5, 6, 'leap'],
        [6, 6],
        [7, 5.1],
      ],
      [null, 5, null, 6, 5],
    ],
    [
      'changes its memory when it stands elsewhere for as long',
      [
        [0, 5, 'leap'],
        [4, 5],
        [5, 6, 'leap'],
        [9, 6],
        [10, 5.1],
      ],
      [null, 5, null, 6, null],
    ],
    [
      'changes a narrow memory for the newer one',
      [
        [0, 5, 'leap'],
        [1, 5],
        [2, 6, 'leap'],
        [3, 6],
        [4, 5],
      ],
      [null, 5, null, 6, null],
    ],
  ])('%s', (_, steps, expected) => {
    expect(walked(steps).still).toEqual(expected);
  });

  it.each([
    ['for a week', 7 * DAY, 5],
    ['no longer than a week', 7 * DAY + 1, null],
  ])('is remembered %s after it was last there', (_, afterMs, expected) => {
    const { plateau } = walked([
      [0, 5, 'leap'],
      [4, 5],
    ]);
    const later = { value: 5, at: T0 + 4 * HOUR + afterMs, leapt: true, stuckAfterMs: STUCK_AFTER_MS };
    expect(stand(plateau, later).stillAt).toBe(expected);
  });

  it('is remembered anew each time it is there', () => {
    const { still } = walked([
      [0, 5, 'leap'],
      [4, 5],
      [5, 4],
      [6 * 24, 5.1],
      [6 * 24 + 1, 4],
      [12 * 24, 5],
    ]);
    expect(still).toEqual([null, 5, null, 5, null, 5]);
  });
});

describe('leaveLanding', () => {
  it('forgets where a leap landed and keeps where the sensor was stuck', () => {
    const { plateau } = walked([
      [0, 5, 'leap'],
      [4, 5],
    ]);
    expect(leaveLanding(plateau)).toEqual({ landing: null, stuck: plateau.stuck });
    expect(plateau.stuck).not.toBeNull();
    expect(leaveLanding(undefined)).toEqual({ landing: null, stuck: null });
  });
});
