import * as fc from 'fast-check';
import { aBlindRule, aGauge, aLevelRule, aPlaybook, aReport, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { admit } from './admit.ts';
import type { Transition } from './alert.ts';
import { Judge } from './judge.ts';
import { witnessOf } from './lateness.ts';
import { emptyMark, type Mark } from './mark.ts';
import { isUsable, QUALITIES } from './reading.ts';

const EVERY = 10 * MINUTE;
/** Two expected intervals behind the newest observation (D§7). */
const ALLOWANCE = 2 * EVERY;
/** What a gauge can show is wide here, so that the doubts of other checks stay out of what is compared. */
const gauge = aGauge({ plausible: { min: -100, max: 100, stepPer10Min: 100, stepPerHour: 100, stuckAfterMs: 1_000 * HOUR } });
const level = aLevelRule();
const playbook = aPlaybook({ gauges: [gauge], rules: [level, aBlindRule()] });

/** A report with the instants of its two clocks. */
interface Arrival {
  readonly level: number;
  readonly at: number;
  readonly receivedAt: number;
}

interface State {
  readonly mark: Mark;
  readonly judge: Pick<ConstructorParameters<typeof Judge>[1], 'alerts' | 'watches'>;
  readonly position: number;
}

const atFirst: State = { mark: emptyMark(gauge.id), judge: { alerts: [], watches: [] }, position: 0 };

/** What intake and watch do with arrivals, and what a crash afterwards would leave on disk. */
function lived(
  arrivals: readonly Arrival[],
  from: State = atFirst,
  by = playbook,
): { readonly transitions: readonly Transition[]; readonly kept: State } {
  const judge = new Judge(by, from.judge, T0);
  let { mark, position } = from;
  for (const { level: value, at, receivedAt } of arrivals) {
    const admission = admit(mark, aReport({ at, values: { level: value } }), gauge, receivedAt, 'actual');
    mark = admission.mark;
    for (const reading of admission.readings) judge.observe({ position: (position += 1), reading }, receivedAt);
  }
  const { alerts, watches, transitions } = judge.take();
  const merged = {
    alerts: [...new Map([...from.judge.alerts, ...alerts].map((alert) => [`${alert.ruleId}@${alert.gauge}`, alert])).values()],
    watches: [...new Map([...from.judge.watches, ...watches].map((watch) => [watch.gauge, watch])).values()],
  };
  return { transitions, kept: structuredClone({ mark, judge: merged, position }) };
}

const publicOnes = (transitions: readonly Transition[]): readonly string[] =>
  transitions.filter(({ ruleId }) => ruleId === level.id).map(({ id, kind, from, to, at }) => `${id} ${kind} ${from}→${to} at ${at}`);

/** Water that rises and falls around the limits. */
const river = (length: { readonly minLength: number; readonly maxLength: number }): fc.Arbitrary<number[]> =>
  fc.array(fc.integer({ min: -9, max: 9 }), length).map((steps) => {
    let value = 4;
    return steps.map((step) => (value = Math.min(8, Math.max(2, Math.round((value + step / 10) * 10) / 10))));
  });

const inOrder = (levels: readonly number[], from = T0): Arrival[] =>
  levels.map((value, i) => ({ level: value, at: from + i * EVERY, receivedAt: from + i * EVERY }));

/** The same reports, each held up on the way for as long as the allowance lets it. */
const heldUp = (arrivals: readonly Arrival[], delays: readonly number[]): Arrival[] =>
  arrivals
    .map((arrival, i) => ({ ...arrival, receivedAt: arrival.receivedAt + (delays[i % delays.length] ?? 0) }))
    .toSorted((a, b) => a.receivedAt - b.receivedAt);

const delays = fc
  .array(fc.integer({ min: 0, max: ALLOWANCE / MINUTE - 1 }), { minLength: 1, maxLength: 20 })
  .map((all) => all.map((ms) => ms * MINUTE));

const standing = (alerts: State['judge']['alerts']) =>
  alerts.filter(({ ruleId }) => ruleId === level.id).map(({ state, step }) => ({ state, step }));

describe('the policy about time', () => {
  it('lets exactly the usable readings move an alert, and calls late what came beyond the allowance', () => {
    expect(QUALITIES.filter((quality) => witnessOf(quality) === 'live')).toEqual(QUALITIES.filter((quality) => isUsable(quality)));
    expect(QUALITIES.filter((quality) => witnessOf(quality) === 'late')).toEqual(['backfilled']);
  });

  it('F37 gives every reading within the allowance its place: any order of arrival ends where the order of observation ends', () => {
    fc.assert(
      fc.property(river({ minLength: 4, maxLength: 24 }), delays, fc.constantFrom(2.5, 3.8, 4.8, 5.8), (levels, held, last) => {
        const calm = inOrder(
          Array.from({ length: 12 }, () => last),
          T0 + (levels.length + 6) * EVERY,
        );
        const ordered = lived([...inOrder(levels), ...calm]).kept.judge.alerts;
        const shuffled = lived([...heldUp(inOrder(levels), held), ...calm]).kept.judge.alerts;
        const quiet = [{ state: 'quiet', step: 0 }];
        expect(standing(shuffled).length === 0 ? quiet : standing(shuffled)).toEqual(
          standing(ordered).length === 0 ? quiet : standing(ordered),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('P5 lets no order of arrival raise or climb without two usable readings in a row of observation', () => {
    fc.assert(
      fc.property(river({ minLength: 4, maxLength: 30 }), delays, (levels, held) => {
        for (const { kind, to, record } of lived(heldUp(inOrder(levels), held)).transitions) {
          if (kind !== 'raised' && kind !== 'climbed') continue;
          if (record.ruleId !== level.id) continue;
          const limit = gauge.thresholds.toSorted((a, b) => a.value - b.value)[to - 1]!.value;
          const witnesses = record.evidence.filter(({ quality }) => isUsable(quality)).slice(-2);
          expect(witnesses.map(({ value }) => value >= limit)).toEqual([true, true]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('R3 F36 F37 changes nothing that the public hears of a limit by data that comes later than the allowance, whatever it says and whenever it comes', () => {
    const late = fc.record({ after: fc.nat(40), behind: fc.integer({ min: 3, max: 60 }), level: fc.integer({ min: -50, max: 90 }) });
    fc.assert(
      fc.property(river({ minLength: 6, maxLength: 40 }), fc.array(late, { minLength: 1, maxLength: 48 }), (levels, burst) => {
        const live = inOrder(levels);
        const arrivals = live.flatMap((arrival, i) => [
          arrival,
          ...burst
            .filter(({ after }) => after % live.length === i)
            // A minute beside the rhythm, so that it is no repeat of a reading that came in time.
            .map(({ behind, level: value }, n) => ({
              level: value / 10,
              at: arrival.at - behind * EVERY - (n + 1) * 1_000,
              receivedAt: arrival.receivedAt,
            })),
        ]);
        expect(publicOnes(lived(arrivals, atFirst, playbook).transitions)).toEqual(publicOnes(lived(live, atFirst, playbook).transitions));
      }),
      { numRuns: 1_000 },
    );
  });

  it('R3 a burst after an outage neither raises nor ends anything, in whatever order its parts come', () => {
    const burst = fc.shuffledSubarray(
      Array.from({ length: 48 }, (_, i) => i),
      { minLength: 48 },
    );
    fc.assert(
      fc.property(burst, fc.constantFrom(3.0, 4.3, 4.6, 5.3), fc.constantFrom(3.0, 4.3, 4.6, 5.3), (order, before, after) => {
        const live = inOrder([before, before, before]);
        const backAt = live.at(-1)!.at + 5 * HOUR;
        const back = inOrder([after, after, after], backAt);
        const away = order.map((i) => ({
          level: 6.4 - Math.abs(24 - i) / 10,
          at: live.at(-1)!.at + (i + 1) * 5 * MINUTE,
          receivedAt: backAt,
        }));
        const without = publicOnes(lived([...live, ...back]).transitions);
        expect(publicOnes(lived([...live, ...back.slice(0, 1), ...away, ...back.slice(1)]).transitions)).toEqual(without);
      }),
      { numRuns: 200 },
    );
  });

  it('F1 F37 comes to the same transitions when the process dies between any two arrivals, late and shuffled ones included', () => {
    fc.assert(
      fc.property(
        river({ minLength: 4, maxLength: 24 }),
        fc.array(
          fc.integer({ min: 0, max: 300 }).map((minutes) => minutes * MINUTE),
          { minLength: 1, maxLength: 20 },
        ),
        fc.uniqueArray(fc.nat(24), { maxLength: 4 }),
        (levels, held, deaths) => {
          const arrivals = heldUp(inOrder(levels), held);
          const whole = lived(arrivals).transitions;
          const cuts = [...deaths.filter((cut) => cut < arrivals.length).toSorted((a, b) => a - b), arrivals.length];
          let state = atFirst;
          const parts: Transition[] = [];
          for (const [i, to] of cuts.entries()) {
            const { transitions, kept } = lived(arrivals.slice(cuts[i - 1] ?? 0, to), state);
            parts.push(...transitions);
            state = kept;
          }
          expect(parts).toEqual(whole);
        },
      ),
      { numRuns: 500 },
    );
  });
});
