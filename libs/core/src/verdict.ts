import type { Gauge } from './gauge.ts';
import { UNITS } from './quantity.ts';
import type { BandRule, RiseRule, SequenceRule } from './rule.ts';
import type { Tally } from './vote.ts';

/** How fast it rose, in the words of the city. */
export const riseVerdict = ({ windowMs, quantity }: RiseRule, perHour: number): string =>
  `${Math.round(windowMs / 60_000)}分間の変化が1時間あたり ${perHour.toFixed(2)} ${UNITS[quantity]}`;

/** How many people went by. */
export const flowVerdict = ({ windowMs }: BandRule, perMinute: number): string =>
  `${Math.round(windowMs / 60_000)}分間の人の流れが1分あたり ${perMinute.toFixed(1)} 人`;

/** How the votes stood. */
export const voteVerdict = ({ yes, unknown, of }: Tally): string =>
  `${of}地点のうち${yes}地点が該当${unknown > 0 ? `(${unknown}地点は分からない)` : ''}`;

/** Where the water was, from the upper gauge's point of view. */
export function sequenceVerdict({ steps, withinMs }: SequenceRule, upstream: Gauge, from: number, to: number): string {
  if (to === 1) return `上流の${upstream.name}で${steps[0].name}`;
  if (to === 2) return `上流の${upstream.name}に続いて${steps[1].name}`;
  return from === 1 ? `上流の${upstream.name}から${Math.round(withinMs / 60_000)}分のあいだ続かなかった` : `${steps[1].name}を下回った`;
}
