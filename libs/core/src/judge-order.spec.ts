import * as fc from 'fast-check';
import { aGauge, aLevelRule, aPlaybook, aReading, aSequenceRule, HOUR, MINUTE, T0 } from '../../../test/support/builders.ts';
import { Judge } from './judge.ts';

const UP = aGauge({ id: 'up' });
const DOWN = aGauge();
const playbook = aPlaybook({
  gauges: [UP, DOWN],
  rules: [aLevelRule({ confirm: { readings: 1 }, clearHoldMs: 0 }), aSequenceRule({ upstream: 'up', withinMs: HOUR })],
});

/** Water at both gauges at one instant, and which of the two is heard first. */
interface Both {
  readonly up: number;
  readonly down: number;
  readonly upFirst: boolean;
}

const water = fc.constantFrom(3, 4, 4.8, 5.8);
const hours = fc.array(fc.record({ up: water, down: water, upFirst: fc.boolean() }), { minLength: 2, maxLength: 30 });

/** What is decided, without what was only written down of it. */
function decided(seen: readonly Both[]): readonly string[] {
  const judge = new Judge(playbook, { alerts: [], watches: [] }, T0);
  let position = 0;
  seen.forEach(({ up, down, upFirst }, i) => {
    const observedAt = T0 + i * 15 * MINUTE;
    const readings = [aReading({ gauge: 'up', value: up, observedAt }), aReading({ value: down, observedAt })];
    for (const reading of upFirst ? readings : readings.toReversed()) judge.observe({ position: (position += 1), reading }, observedAt);
  });
  return judge
    .take()
    .transitions.map(({ id, kind, from, to, at }) => `${id} ${kind} ${from}>${to} at ${(at - T0) / MINUTE}`)
    .toSorted();
}

describe('P2 a sequence between two gauges that speak at the same instants', () => {
  it('says the same whichever of them is heard first', () => {
    fc.assert(
      fc.property(hours, (seen) => {
        expect(decided(seen)).toEqual(decided(seen.map((both) => ({ ...both, upFirst: true }))));
      }),
      { numRuns: 500 },
    );
  });

  it('really begins, arrives and ends in such stories', () => {
    const kinds = new Set<string>();
    for (const seen of fc.sample(hours, { numRuns: 200, seed: 7 }))
      for (const text of decided(seen)) if (text.startsWith('river-follows')) kinds.add(text.split(' ').slice(1, 3).join(' '));
    expect([...kinds].toSorted()).toEqual(['cleared 1>0', 'cleared 2>0', 'climbed 1>2', 'raised 0>1']);
  });
});
