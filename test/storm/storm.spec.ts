import {
  type Channel,
  type Contact,
  type Delivery,
  derivedUuid,
  type Group,
  type Ledger,
  type Message,
  type ReadingLog,
  type Rule,
  type Settlement,
  stepsOf,
} from '#core';
import { FAULTS, PLACES, storyOf, WEATHERS } from './story.ts';
import type { OtherSide } from './other-side.ts';
import { shrink } from './shrink.ts';
import { play, type Spoiled } from './storm.ts';
import { tell } from './telling.ts';
import { PLAYBOOK } from './town.ts';

const SEEDS = 200;
const STEPS = 80;
/** Within so many seeds a spoiled service has to be found. */
const TWIN_SEEDS = 50;
/** Less than a minute on a machine of its own. */
const STORM_MS_MAX = 1_200_000;

function outcomesOf(rule: Rule): readonly string[] {
  if (rule.kind === 'sequence') return ['raised', 'climbed', 'cleared'];
  return stepsOf(rule).length === 1 ? ['raised', 'cleared'] : ['raised', 'climbed', 'steppedDown', 'cleared'];
}

/** What the kinds of rules and outcomes are called where the storm counts them. */
const MUST_BE_REACHED: readonly string[] = [
  ...PLAYBOOK.rules.flatMap((rule) => outcomesOf(rule).map((what) => `${rule.id} ${what}`)),
  'blind covered',
  ...['sent', 'refused', 'expired', 'dead'].map((state) => `delivery ${state}`),
  ...['sent', 'duplicate', 'refused', 'split', 'expired'].map((outcome) => `outcome line ${outcome}`),
  ...['ok', 'outOfRange', 'stepTooLarge', 'constant', 'backfilled', 'clockSuspect'].map((quality) => `quality ${quality}`),
  ...WEATHERS.map((weather) => `weather ${weather}`),
  ...['fenced', 'channelClosed', 'channelOpened', 'messageRefused', 'dead', 'trouble', 'recovered'].map((event) => `event ${event}`),
  'acknowledged',
  'not acknowledged',
  'quarantined',
  'death',
  'restart',
  'stopped',
  'take-over',
  ...PLACES.flatMap((place) => FAULTS.map((fault) => `${fault} ${place}`)),
];

describe('a storm of faults', () => {
  it(
    `leaves every promise kept by ${SEEDS} seeds, and reaches every kind of rule, of outcome and of fault`,
    async () => {
      const said: string[] = [];
      const reached = new Map<string, number>();
      const held = await tell({ first: 1, seeds: SEEDS, steps: STEPS, print: (line) => said.push(line), reached });
      expect(held ? '' : said.join('\n')).toBe('');
      expect(MUST_BE_REACHED.filter((what) => !reached.get(what))).toEqual([]);
    },
    STORM_MS_MAX,
  );

  it('is the same storm for the same seed', async () => {
    expect(storyOf(7, STEPS)).toEqual(storyOf(7, STEPS));
    const [once, again] = [await play(storyOf(7, STEPS)), await play(storyOf(7, STEPS))];
    expect(again).toEqual(once);
    expect(once.reached.get('acknowledged')).toBeGreaterThan(0);
  });
});

/** Hands out the same object but for one member. */
const withOther = <T extends object>(target: T, name: string, other: unknown): T =>
  new Proxy(target, {
    get: (_, key) => {
      if (key === name) return other;
      const member: unknown = Reflect.get(target, key, target);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });

/** A disk that says "kept" before it is: what it had no time for when the process died is gone. */
const hastyLog = (log: ReadingLog): ReadingLog => {
  let appends = 0;
  return withOther(log, 'append', async (group: Group) => {
    appends += 1;
    return appends % 20 === 0 ? log.end() : log.append(group);
  });
};

/** A stage that begins again where it began before. */
const forgetfulLedger = (ledger: Ledger): Ledger =>
  withOther(ledger, 'watchState', async () => ({ ...(await ledger.watchState()), watches: [] }));

/** A sender that does not write down how its attempts ended well. */
const unwrittenLedger = (ledger: Ledger): Ledger =>
  withOther(ledger, 'settle', (hold: Parameters<Ledger['settle']>[0], settlements: readonly Settlement[]) =>
    ledger.settle(
      hold,
      settlements.map((settlement) => (settlement.state === 'sent' ? { ...settlement, state: 'dead' as const } : settlement)),
    ),
  );

/** A sender that takes a new key for every attempt. */
const keylessChannel = (channel: OtherSide): OtherSide =>
  withOther(channel, 'attempt', (delivery: Delivery, ...rest: readonly [Message, readonly Contact[]]): ReturnType<Channel['attempt']> =>
    channel.attempt({ ...delivery, retryKey: derivedUuid(`${delivery.id}/${delivery.attempts}`) }, ...rest),
  );

describe('a storm over a service that breaks a promise', () => {
  it.each<[string, Spoiled, RegExp]>([
    ['acknowledges what is not kept', { log: hastyLog }, /acknowledged and is not kept/],
    [
      'forgets what it watched when it starts',
      { ledger: forgetfulLedger },
      /judge that read the log alone|not decided|rests on too little/,
    ],
    ['calls dead what was sent', { ledger: unwrittenLedger }, /given up while a repeat was safe/],
    ['takes a new key for a repeat', { channel: keylessChannel }, /heard .* twice/],
  ])(
    'finds within 50 seeds one that %s, and tells a short story of it',
    async (_, spoiled, words) => {
      const said: string[] = [];
      expect(await tell({ first: 1, seeds: TWIN_SEEDS, steps: STEPS, print: (line) => said.push(line), spoiled })).toBe(false);
      expect(said[0]).toMatch(/^seed \d+ fails at step \d+ of 80: /);
      expect(said[0]).toMatch(words);
      expect(said[1]).toMatch(/^again: npm run storm -- --seed \d+ --steps 80$/);
      expect(said.length - 3).toBeLessThan(STEPS / 4);
    },
    STORM_MS_MAX,
  );
});

const brokenBy = async (story: readonly number[]) => (story.includes(3) && story.includes(17) ? `broken by ${story.length}` : null);

describe('shrink', () => {
  it('leaves the steps that it takes, and the words of the shorter story', async () => {
    const story = Array.from({ length: 40 }, (_, index) => index);
    expect(await shrink(story, brokenBy)).toEqual({ steps: [3, 17], broken: 'broken by 2' });
    expect(await shrink([1, 2], brokenBy)).toEqual({ steps: [1, 2], broken: null });
  });
});
