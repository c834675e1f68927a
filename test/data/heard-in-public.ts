import type { Playbook, Transition } from '#core';
import type { Published } from './both-ways.ts';

/** The step from which residents hear of the river: `warn`. */
const PUBLIC_STEP = 2;

/** Transitions that residents are told of. */
export const publicOnes = (transitions: readonly Transition[]): readonly Transition[] =>
  transitions.filter(({ ruleId, from, to }) => ruleId === 'river-level' && Math.max(from, to) >= PUBLIC_STEP);

/** Public transitions upwards: what wakes people. */
export const publicAlarms = (transitions: readonly Transition[]): readonly Transition[] =>
  publicOnes(transitions).filter(({ from, to }) => to > from);

/**
 * What went wrong between the public transitions and the inboxes of the residents: messages that were not sent, and messages that nothing
 * stands behind. A message is recognised by the name of its gauge and the time of its observation.
 */
export function wrongInInboxes(playbook: Playbook, { transitions, inboxes }: Published): readonly string[] {
  const wrong: string[] = [];
  const expected = Map.groupBy(publicOnes(transitions), ({ gauge }) => playbook.gauges.get(gauge)!.areas[0]!);
  for (const [district, texts] of inboxes) {
    const left = [...texts];
    for (const { gauge, at, id } of expected.get(district) ?? []) {
      const { name } = playbook.gauges.get(gauge)!;
      const clock = timeInJapan(at);
      const found = left.findIndex((text) => text.includes(`（${name}）`) && text.includes(clock));
      if (found < 0) wrong.push(`nobody in ${district} heard of ${id}`);
      else left.splice(found, 1);
    }
    wrong.push(...left.map((text) => `${district} heard without a reason: ${text.split('\n')[0]}`));
  }
  return wrong;
}

const timeInJapan = (at: number): string =>
  new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit' }).format(at);
