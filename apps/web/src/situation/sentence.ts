import type { GaugeDto, TransitionDto } from '#wire';
import { figure } from '../figures.ts';
import { standingOf } from './standing.ts';
import type { Words } from '../words/words.ts';

/** "氾濫開始まで 0.38 m" or "危険水位を 0.21 m 超過": how far it is to what matters next. Persons and metres alike. */
export function distanceText(gauge: GaugeDto, words: Words): string {
  const { passed, next, unit, limits, latest, quantity, capacity } = gauge;
  const told = (distance: number) => `${figure(distance, unit)} ${unit}`;
  // A step is held for a while after the value fell below it: the sentence says so in the word of the chip beside it.
  const held = limits.find(({ code }) => code === heldCode(gauge));
  if (held && latest && latest.value < held.value) return words.below(words.limit(held.name), told(held.value - latest.value));
  const top = limits.toSorted((a, b) => b.value - a.value)[0];
  if (next) return words.upTo(words.limit(next.name), told(next.distance));
  if (!passed) return words.noLimit;
  // Beyond the last band of a crowded place what matters next is that it is full.
  if (latest && quantity === 'count' && capacity !== null) {
    const room = capacity - latest.value;
    return room > 0
      ? words.upTo(words.capacity, told(room))
      : room === 0
        ? words.reached(words.capacity)
        : words.past(words.capacity, told(-room));
  }
  const name = words.limit(passed.name);
  return passed.distance === 0 || top === undefined ? words.reached(name) : words.past(name, told(passed.distance));
}

function heldCode(gauge: GaugeDto): string | null {
  const standing = standingOf(gauge);
  return standing.kind === 'raised' || standing.kind === 'crowded' ? standing.code : null;
}

/** "5.21 m". */
export const valueText = (value: number, unit: string): string => `${figure(value, unit)} ${unit}`;

/** "危険水位に到達", "受信が途絶"; a drill or a test says so first. */
export function changeText({ kind, ruleKind, fromName, toName, status }: TransitionDto, words: Words): string {
  return `${words.mark(status)}${ruleKind === 'blind' ? words.silence(kind) : words.transition(kind, fromName, toName)}`;
}
