import { setImmediate as turn } from 'node:timers/promises';
import {
  type Alert,
  Channel,
  type ChannelName,
  type Delivery,
  type Hold,
  type Language,
  type Message,
  type Outcome,
  type Playbook,
  quietAlert,
  renderTransition,
  type Subscriber,
  TICKET_MS_MAX,
  type Transition,
} from '#core';
import { ManualClock, MemoryDirectory, MemoryLedger } from '#memory';
import { Dispatch } from '#pipeline/dispatch';

/** Turns of the event loop that the stage gets before the clock goes on a little: it waits for nothing but the clock and its own promises. */
const TURNS_MAX = 100;
/** The clock goes on by this much while the stage looks again, as a second try of its own would. */
const NUDGE_MS = 250;
/** After so many the stage is stuck, which is a bug and not a story. */
const NUDGES_MAX = 400;
/** Deliveries that may wait at once in a story: some routes, languages and districts. */
const WAITING_MAX = 100_000;

/** What somebody was told, and by which delivery. */
export interface StoryMessage {
  readonly message: Message;
  readonly delivery: Delivery;
}

/**
 * What people would have been told of some transitions: the service's own dispatch stage plans and sends them at the instants at which they were
 * decided, with its groups, merged places, notice intervals and damping, to one reader for each audience, district and language. It runs on until
 * nothing waits any more. Silences and mutes are acts of people, and a story has none.
 */
export async function tellStory(
  playbook: Playbook,
  transitions: readonly Transition[],
  languages: readonly Language[],
): Promise<readonly StoryMessage[]> {
  const inOrder = transitions.toSorted((a, b) => a.decidedAt - b.decidedAt);
  const [first] = inOrder;
  if (!first) return [];
  const told: StoryMessage[] = [];
  const clock = new ManualClock(first.decidedAt);
  const ledger = new MemoryLedger();
  const directory = new MemoryDirectory();
  await directory.subscribe(readersOf(playbook, languages));
  const channels = new Set(playbook.routes.flatMap((route) => route.channels));
  const dispatch = new Dispatch({
    ledger,
    directory,
    clock,
    playbook,
    render: renderTransition,
    channels: [...channels].map((name) => new StoryChannel(name, told)),
    random: () => 0,
  });
  dispatch.start();
  const waitsUntil = async (): Promise<number> => {
    const waiting = [
      ...(await ledger.deliveries({ state: 'queued', limit: WAITING_MAX })),
      ...(await ledger.deliveries({ state: 'sending', limit: WAITING_MAX })),
    ].map(({ delivery }) => delivery.dueAt);
    return Math.min(...waiting, ...(await ledger.gathered()).map(({ closesAt }) => closesAt));
  };
  let planned = 0;
  const settle = async (): Promise<void> => {
    for (let nudges = 0; nudges < NUDGES_MAX; nudges += 1) {
      dispatch.notify();
      for (let turns = 0; turns < TURNS_MAX; turns += 1) await turn();
      if (dispatch.position >= planned && (await waitsUntil()) > clock.now()) return;
      clock.leapTo(clock.now() + NUDGE_MS);
    }
    throw new Error(`the messages of ${first.alertId} do not come to an end`);
  };
  const goTo = async (at: number): Promise<void> => {
    for (let next = await waitsUntil(); next <= at && next < Number.POSITIVE_INFINITY; next = await waitsUntil()) {
      clock.leapTo(next);
      await settle();
    }
    if (at < Number.POSITIVE_INFINITY) clock.leapTo(at);
  };
  let hold: Hold = await ledger.seize('watch');
  for (const [decidedAt, decided] of Map.groupBy(inOrder, (transition) => transition.decidedAt)) {
    await goTo(decidedAt);
    for (const transition of decided) await queueUp(directory, playbook, transition, languages);
    const alerts = decided.filter(({ kind }) => kind !== 'called').map(alertAfter);
    hold = await ledger.commitWatch({ hold, to: hold.position, watches: [], alerts, transitions: decided });
    planned += decided.length;
    await settle();
  }
  await goTo(Number.POSITIVE_INFINITY);
  await dispatch.stop();
  return told;
}

/** Whoever there can be: one for each audience, district, language and channel that a route names. */
function readersOf({ routes, gauges }: Playbook, languages: readonly Language[]): readonly Subscriber[] {
  const districts = [...new Set([...gauges.values()].flatMap(({ areas }) => areas))];
  return routes.flatMap(({ audience, channels }) => {
    if (audience.kind === 'tickets') return [];
    const category = audience.kind === 'staff' ? `staff:${audience.group}` : audience.category;
    const homes = audience.kind === 'staff' ? [[]] : districts.map((district) => [district]);
    return channels.flatMap((channel) =>
      languages.flatMap((language) =>
        homes.map((home) => ({
          channel,
          address: addressOf(category, home.join(), language),
          language,
          districts: home,
          categories: [category],
        })),
      ),
    );
  });
}

const addressOf = (...parts: readonly string[]): string => `${Buffer.from(parts.join(' ')).toString('hex')}@story.example`;

/** Somebody holds the last of the tickets that come near with a call, in every language. */
async function queueUp(
  directory: MemoryDirectory,
  { routes }: Playbook,
  called: Transition,
  languages: readonly Language[],
): Promise<void> {
  const { gauge, turn: call, decidedAt } = called;
  if (!call) return;
  const number = call.near.upTo;
  for (const channel of routes.flatMap(({ audience, channels }) => (audience.kind === 'tickets' ? channels : []))) {
    for (const language of languages) {
      const address = addressOf('ticket', gauge, `${number}`, language);
      await directory.subscribe([{ channel, address, language, districts: [], categories: [] }]);
      await directory.drawTicket({ channel, address, gauge, number, expiresAt: decidedAt + TICKET_MS_MAX }, decidedAt);
    }
  }
}

/** How the alert stands after a transition, as far as the telling of it asks. */
function alertAfter({ ruleId, gauge, status, alertId: id, to, at }: Transition): Alert {
  const quiet = quietAlert(ruleId, gauge, status);
  const episode = Number(id.slice(id.lastIndexOf('#') + 1));
  return { ...quiet, episode, state: to === 0 ? 'quiet' : 'raised', step: to, changedAt: at };
}

/** Takes everything at once, and remembers it. */
class StoryChannel extends Channel {
  readonly name: ChannelName;
  readonly statuses = ['actual', 'exercise', 'test'] as const;
  readonly chunkMax = 500;
  readonly inFlightMax = 8;
  readonly perSecondMax = 10_000;
  readonly repeatSafeMs = Number.MAX_SAFE_INTEGER;
  readonly #told: StoryMessage[];

  constructor(name: ChannelName, told: StoryMessage[]) {
    super();
    this.name = name;
    this.#told = told;
  }

  async attempt(delivery: Delivery, message: Message): Promise<Outcome> {
    this.#told.push({ message, delivery });
    return { kind: 'sent', receipt: delivery.id, duplicate: false };
  }

  async close(): Promise<void> {
    // There is nothing to let go of.
  }
}
