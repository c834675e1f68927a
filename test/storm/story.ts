import { randomOf } from '../support/random.ts';
import { COUNTING, PEOPLE, SPEAKING } from './town.ts';

/** How the network treats the packets of one device in one step. */
export const NETS = ['well', 'twice', 'late', 'lostAnswer', 'lost', 'reversed'] as const;
export type Net = (typeof NETS)[number];

/** How the other side of a channel behaves until it is told otherwise. */
export const WEATHERS = ['well', 'limited', 'broken', 'timeout', 'acceptedButLost', 'slow', 'closed', 'refusesWords'] as const;
export type Weather = (typeof WEATHERS)[number];

/** Calls that can fail, and before or after which the process can die. */
export const PLACES = [
  'log.append',
  'log.after',
  'log.marks',
  'quarantine.keep',
  'ledger.seize',
  'ledger.watchState',
  'ledger.commitWatch',
  'ledger.transitionsAfter',
  'ledger.commitPlan',
  'ledger.unclaim',
  'ledger.claim',
  'ledger.settle',
  'ledger.nextDueAt',
  'history.write',
  'directory.audience',
  'channel.attempt',
] as const;
export type Place = (typeof PLACES)[number];
export const FAULTS = ['failBefore', 'failAfter', 'dieBefore', 'dieAfter'] as const;
export type Fault = (typeof FAULTS)[number];

/** One thing that happens. A step holds everything it needs, so that a story stays the same story when others are left out. */
export type Step =
  | { readonly kind: 'tide'; readonly ms: number; readonly nets: Readonly<Record<string, Net>> }
  | { readonly kind: 'flow'; readonly gauge: string; readonly to: number }
  | { readonly kind: 'spike'; readonly gauge: string; readonly by: number }
  | { readonly kind: 'stick' | 'silence' | 'buffer'; readonly gauge: string; readonly tides: number }
  | { readonly kind: 'deviceClock'; readonly gauge: string; readonly shows: 'right' | '1970' | 'ahead' }
  | { readonly kind: 'reboot'; readonly gauge: string }
  | { readonly kind: 'garbage'; readonly device: string; readonly text: string }
  | { readonly kind: 'jump'; readonly offsetMs: number }
  | { readonly kind: 'fault'; readonly place: Place; readonly fault: Fault; readonly call: number }
  | { readonly kind: 'kill' | 'stop'; readonly downMs: number }
  | { readonly kind: 'takeOver' }
  | { readonly kind: 'weather'; readonly channel: 'line' | 'email'; readonly weather: Weather }
  | { readonly kind: 'join' | 'leave'; readonly person: number };

/** The wall clock of the service stays within these bounds of the true time. */
export const OFFSET_MS_MIN = -60_000;
export const OFFSET_MS_MAX = 180_000;

const GARBAGE = ['{', '[]', '{"t":1}', '{"t":1,"level":"high"}', '\u0000', `${'['.repeat(20)}1${']'.repeat(20)}`];

/** The story of a seed: so many steps, nearly half of them time that passes. */
export function storyOf(seed: number, steps: number): readonly Step[] {
  const { below } = randomOf(seed);
  const pick = <T>(from: readonly T[]): T => from[below(from.length)]!;
  const gauges = SPEAKING;
  const counting = [...COUNTING];
  const flow = (): Step => {
    const gauge = pick(gauges);
    return { kind: 'flow', gauge, to: gauge === 'hall' ? below(11) * 10 : 2 + below(10) / 2 };
  };
  const tide = (): Step => ({
    kind: 'tide',
    ms: 500 + below(12) * 1_000,
    nets: Object.fromEntries(gauges.filter(() => below(5) === 0).map((gauge) => [gauge, pick(NETS)])),
  });
  const others: readonly (() => Step)[] = [
    flow,
    flow,
    flow,
    () => ({ kind: 'spike', gauge: pick(gauges), by: pick([-3, 4, 20]) }),
    () => ({ kind: pick(['stick', 'silence', 'buffer'] as const), gauge: pick(gauges), tides: 2 + below(8) }),
    () => ({ kind: 'deviceClock', gauge: pick(counting), shows: pick(['right', 'right', '1970', 'ahead'] as const) }),
    () => ({ kind: 'reboot', gauge: pick(counting) }),
    () => ({ kind: 'garbage', device: pick([...gauges, 'nobody']), text: pick(GARBAGE) }),
    () => ({ kind: 'jump', offsetMs: OFFSET_MS_MIN + below(9) * 30_000 }),
    () => ({ kind: 'fault', place: pick(PLACES), fault: pick(FAULTS), call: 1 + below(4) }),
    () => ({ kind: 'fault', place: pick(PLACES), fault: pick(FAULTS), call: 1 + below(4) }),
    () => ({ kind: pick(['kill', 'stop'] as const), downMs: below(4) * 6_000 }),
    () => ({ kind: 'takeOver' }),
    () => ({ kind: 'weather', channel: pick(['line', 'line', 'email'] as const), weather: pick(['well', 'well', ...WEATHERS]) }),
    () => ({ kind: 'weather', channel: pick(['line', 'line', 'email'] as const), weather: pick(['well', ...WEATHERS]) }),
    () => ({ kind: pick(['join', 'leave'] as const), person: below(PEOPLE.length) }),
  ];
  return Array.from({ length: steps }, () => (below(20) < 11 ? tide() : pick(others)()));
}
