import { setImmediate as turn } from 'node:timers/promises';
import {
  type Alert,
  alertId,
  Channel,
  type ChannelName,
  type Contact,
  type Delivery,
  type GaugeId,
  Ledger,
  type Message,
  type Outcome,
  type Playbook,
  quietAlert,
  type Route,
  type Subscriber,
  type Transition,
  transitionId,
} from '#core';
import { ManualClock, MemoryDirectory, MemoryLedger } from '#memory';
import { Dispatch, type DispatchEvent, type DispatchOptions } from '#pipeline/dispatch';
import { aGauge, aLevelRule, aPlaybook, HOUR, T0 } from './builders.ts';

export const aRoute = (set: Partial<Route> = {}): Route => ({
  id: 'residents',
  rules: ['river-level'],
  transitions: ['raised', 'climbed', 'steppedDown', 'cleared'],
  fromStep: 1,
  audience: { kind: 'residents', category: 'flood' },
  channels: ['line'],
  lane: 'flood',
  expiresAfterMs: 6 * HOUR,
  wording: 'flood',
  ...set,
});

export const aSubscriber = (set: Partial<Subscriber> & Pick<Subscriber, 'address'>): Subscriber => ({
  channel: 'line',
  language: 'ja',
  districts: ['001'],
  categories: ['flood'],
  ...set,
});

/** A delivery with the addresses of this attempt. */
export type Attempted = Delivery & { readonly to: readonly string[] };
type Answer = (delivery: Attempted, message: Message) => Outcome | null | Promise<Outcome | null>;

/** The other side of a channel as a fake: it outlives the processes that talk to it, and remembers retry keys as LINE does. */
export class ScriptedChannel extends Channel {
  readonly name: ChannelName;
  readonly statuses = ['actual', 'exercise', 'test'] as const;
  readonly chunkMax: number;
  readonly inFlightMax: number;
  readonly perSecondMax: number;
  readonly repeatSafeMs = 22 * HOUR;
  /** Every request that came, in order. */
  readonly requests: { readonly delivery: Delivery; readonly to: readonly string[]; readonly at: number }[] = [];
  /** What each address was told: subjects in order. */
  readonly told = new Map<string, string[]>();
  /** Says what happens instead of acceptance; null to accept. */
  answer: Answer = () => null;
  readonly #accepted = new Set<string>();
  readonly #clock: ManualClock;

  constructor(
    clock: ManualClock,
    {
      name = 'line',
      chunkMax = 500,
      inFlightMax = 8,
      perSecondMax = 10_000,
    }: Partial<Pick<Channel, 'name' | 'chunkMax' | 'inFlightMax' | 'perSecondMax'>> = {},
  ) {
    super();
    this.#clock = clock;
    this.name = name;
    this.chunkMax = chunkMax;
    this.inFlightMax = inFlightMax;
    this.perSecondMax = perSecondMax;
  }

  async attempt(delivery: Delivery, message: Message, contacts: readonly Contact[]): Promise<Outcome> {
    const to = contacts.map(({ address }) => address);
    this.requests.push({ delivery, to, at: this.#clock.now() });
    return (await this.answer({ ...delivery, to }, message)) ?? this.accept({ ...delivery, to }, message);
  }

  accept(delivery: Attempted, message: Message): Outcome {
    if (this.#accepted.has(delivery.retryKey)) return { kind: 'sent', receipt: 'again', duplicate: true };
    this.#accepted.add(delivery.retryKey);
    for (const address of delivery.to) this.told.set(address, [...(this.told.get(address) ?? []), message.subject]);
    return { kind: 'sent', receipt: `r${this.#accepted.size}`, duplicate: false };
  }

  async close(): Promise<void> {
    // There are no connections to let go of.
  }
}

type Moment = (call: string, when: 'before' | 'after', args: readonly unknown[]) => void;
const never = new Promise<never>(() => undefined);

/** One running dispatch stage that can be killed at any call: from then on nothing it does reaches the world, and nothing comes back. */
export class Process {
  readonly dispatch: Dispatch;
  /** Called around every call to ledger and channels; may kill the process or throw. */
  at: Moment = () => undefined;
  #dead = false;

  constructor(options: DispatchOptions) {
    const channels = options.channels.map((channel) => this.#mortal(channel, ['attempt']));
    this.dispatch = new Dispatch({ ...options, ledger: this.#mortal(options.ledger, null), channels });
  }

  kill(): void {
    this.#dead = true;
  }

  #mortal<T extends object>(target: T, only: readonly string[] | null): T {
    return new Proxy(target, {
      get: (_, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        if (only && !only.includes(String(key))) return member.bind(target);
        return async (...args: readonly unknown[]) => {
          this.at(String(key), 'before', args);
          if (this.#dead) return never;
          const result: unknown = await member.apply(target, args);
          this.at(String(key), 'after', args);
          return this.#dead ? never : result;
        };
      },
    });
  }
}

/** Ledger, directory, channels and clock that outlive dispatch processes. */
export class DispatchWorld {
  readonly clock = new ManualClock(T0);
  readonly ledger: Ledger;
  readonly directory = new MemoryDirectory();
  readonly channels: readonly ScriptedChannel[];
  readonly playbook: Playbook;
  readonly events: DispatchEvent[] = [];
  readonly #alerts = new Map<GaugeId, Alert>();

  constructor({
    routes = [aRoute()],
    channels,
    ledger = new MemoryLedger(),
    playbook = aPlaybook({ gauges: [aGauge()], rules: [aLevelRule()], routes }),
  }: {
    readonly routes?: readonly Route[];
    readonly channels?: (clock: ManualClock) => readonly ScriptedChannel[];
    readonly ledger?: Ledger;
    readonly playbook?: Playbook;
  } = {}) {
    this.ledger = ledger;
    this.playbook = playbook;
    this.channels = channels?.(this.clock) ?? [new ScriptedChannel(this.clock)];
  }

  get line(): ScriptedChannel {
    return this.channels[0]!;
  }

  start(set: Partial<DispatchOptions> = {}): Process {
    const process = new Process({
      ledger: this.ledger,
      directory: this.directory,
      clock: this.clock,
      playbook: this.playbook,
      render: ({ transition }) => ({ subject: `${transition.kind} ${transition.to}`, body: 'body', translated: true }),
      channels: this.channels,
      random: () => 0.5,
      onEvent: (event) => this.events.push(event),
      ...set,
    });
    process.dispatch.start();
    return process;
  }

  /** The watch side moves the alert of a gauge to a step and commits the transition. */
  async moveTo(step: number, set: Partial<Transition> = {}, gauge: GaugeId = 'tama-03'): Promise<Transition> {
    const before = this.#alerts.get(gauge) ?? quietAlert('river-level', gauge);
    const episode = before.step === 0 ? before.episode + 1 : before.episode;
    const transitions = before.step === 0 ? 1 : before.transitions + 1;
    const alert: Alert = { ...before, episode, transitions, step, state: step === 0 ? 'quiet' : 'raised', changedAt: this.clock.now() };
    this.#alerts.set(gauge, alert);
    const rise = before.step === 0 ? 'raised' : 'climbed';
    const fall = step === 0 ? 'cleared' : 'steppedDown';
    const transition: Transition = {
      id: transitionId(alert, transitions),
      alertId: alertId(alert),
      ruleId: 'river-level',
      gauge,
      kind: step > before.step ? rise : fall,
      from: before.step,
      to: step,
      at: this.clock.now(),
      decidedAt: this.clock.now(),
      status: 'actual',
      record: { playbookVersion: 'test-1', ruleId: 'river-level', by: 'rule', verdict: '', limits: [], evidence: [] },
      ...set,
    };
    const hold = await this.ledger.seize('watch');
    await this.ledger.commitWatch({ hold, to: hold.position, watches: [], alerts: [alert], transitions: [transition] });
    return transition;
  }

  /** Lets everything run that needs no time to pass. */
  async still(): Promise<void> {
    for (let turns = 0; turns < 200; turns += 1) await turn();
  }

  /** Lets time pass until something holds; how long it took. */
  async until(holds: () => boolean | Promise<boolean>, msMax = 60_000): Promise<number> {
    const from = this.clock.monotonic();
    await this.still();
    while (!(await holds())) {
      if (this.clock.monotonic() - from > msMax) throw new Error(`it did not come about within ${msMax} ms`);
      await this.clock.advance(50);
      await this.still();
    }
    return this.clock.monotonic() - from;
  }

  /** Everything that was ever planned. */
  async deliveries(): Promise<readonly Delivery[]> {
    const rows = await this.ledger.deliveries({ limit: 100_000 });
    return rows.map(({ delivery }) => delivery).toReversed();
  }

  async settled(): Promise<boolean> {
    return (await this.deliveries()).every(({ state }) => state !== 'queued' && state !== 'sending');
  }
}
