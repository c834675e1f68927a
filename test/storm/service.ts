import {
  type AudiencePage,
  type AudienceQuery,
  type TicketQuery,
  type Clock,
  Directory,
  type Ledger,
  LedgerUnavailable,
  type Quarantine,
  type ReadingHistory,
  type ReadingLog,
  ReadingLogUnavailable,
} from '#core';
import { Dispatch, type DispatchEvent } from '#pipeline/dispatch';
import { HistoryFollower } from '#pipeline/history';
import { Intake } from '#pipeline/intake';
import { Watch } from '#pipeline/watch';
import type { OtherSide } from './other-side.ts';
import type { Fault } from './story.ts';
import { DRILLING, PLAYBOOK } from './town.ts';

/** What outlives a process: its disk, the other sides and the clock. */
export interface Ground {
  readonly clock: Clock;
  readonly log: ReadingLog;
  readonly quarantine: Quarantine;
  readonly ledger: Ledger;
  readonly history: ReadingHistory;
  readonly directory: Directory;
  readonly channels: readonly OtherSide[];
  /** Asked before every call that leaves the process whether something befalls it. */
  readonly fateOf: (place: string) => Fault | null;
  readonly onDeath: () => void;
  readonly onTrouble: (who: string, why: string) => void;
  readonly onEvent: (event: DispatchEvent) => void;
  readonly random: () => number;
}

/** Words by which the storm knows its own faults again: any other trouble of a stage is a bug. */
export const TOLD_TO_FAIL = 'the storm';
const never = new Promise<never>(() => undefined);

/** One life of the service: the real stages on the disk of the town. Once it is dead nothing it does reaches the world. */
export class Service {
  readonly intake: Intake;
  readonly watch: Watch;
  readonly dispatch: Dispatch;
  readonly history: HistoryFollower;
  readonly #ground: Ground;
  #dead = false;
  #ready = false;
  #stopped = false;

  constructor(ground: Ground) {
    this.#ground = ground;
    const { clock, random } = ground;
    const log = this.#mortal('log', ground.log, (why) => new ReadingLogUnavailable(why));
    const ledger = this.#mortal('ledger', ground.ledger, (why) => new LedgerUnavailable(why));
    const history = this.#mortal('history', ground.history, (why) => new Error(why));
    const quarantine = this.#mortal('quarantine', ground.quarantine, (why) => new Error(why));
    const onTrouble = (who: string) => (why: string | null) => {
      if (why !== null && !this.#dead) ground.onTrouble(who, why);
    };
    this.intake = new Intake({
      log,
      quarantine,
      gauges: () => PLAYBOOK.gauges,
      clock,
      statusOf: (device) => (device === DRILLING ? 'exercise' : 'actual'),
    });
    this.dispatch = new Dispatch({
      ledger,
      directory: new MortalDirectory(ground.directory, (call) => this.#call(call, failure)),
      clock,
      playbook: PLAYBOOK,
      render: ({ transition }) => ({ subject: transition.id, body: transition.kind, translated: true }),
      channels: ground.channels.map((channel) => this.#mortal('channel', channel, failure, ['attempt'])),
      random,
      onEvent: (event) => {
        if (!this.#dead) ground.onEvent(event);
      },
    });
    this.watch = new Watch({
      log,
      ledger,
      clock,
      playbook: PLAYBOOK,
      onCommit: (_, transitions) => transitions.length > 0 && this.dispatch.notify(),
      onTrouble: onTrouble('watch'),
    });
    this.history = new HistoryFollower({ log, history, clock, onTrouble: onTrouble('history') });
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Whether it ended by itself when it was asked to. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Whether devices can hand in their readings. */
  get listening(): boolean {
    return this.#ready && !this.#dead;
  }

  /** As the service starts: nothing is admitted before the marks are there; when they cannot be read the process ends. */
  start(): void {
    this.watch.start();
    this.dispatch.start();
    this.history.start();
    void this.intake.start().then(
      () => {
        this.#ready = true;
      },
      () => this.kill(),
    );
  }

  /** Starts only the stages that a second process takes over: it waits for the lock on the log with the rest. */
  startFollowers(): void {
    this.watch.start();
    this.dispatch.start();
  }

  async stop(): Promise<void> {
    this.#ready = false;
    await this.intake.stop();
    await Promise.all([this.watch.stop(), this.dispatch.stop(), this.history.stop()]);
    if (this.#dead) return;
    this.#stopped = true;
    this.#dead = true;
  }

  kill(): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#ground.onDeath();
  }

  #mortal<T extends object>(name: string, target: T, failed: (why: string) => Error, only: readonly string[] | null = null): T {
    return new Proxy(target, {
      get: (_, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        if (only && !only.includes(String(key))) return member.bind(target);
        return (...args: readonly unknown[]) =>
          this.#call(`${name}.${String(key)}`, failed, async () => (await member.apply(target, args)) as unknown);
      },
    });
  }

  async #call<T>(place: string, failed: (why: string) => Error, call?: () => Promise<T>): Promise<T | undefined> {
    if (this.#dead) return never;
    const fate = this.#ground.fateOf(place);
    if (fate === 'dieBefore') this.kill();
    if (this.#dead) return never;
    // What rejects an append has kept nothing of it: a failure afterwards is a death there, as in the service itself.
    if (fate === 'failBefore' || (fate === 'failAfter' && place.startsWith('log.'))) throw failed(`${TOLD_TO_FAIL} fails ${place}`);
    const result = await call?.();
    if (fate === 'dieAfter') this.kill();
    if (this.#dead) return never;
    if (fate === 'failAfter') throw failed(`${TOLD_TO_FAIL} fails ${place} when it is done`);
    return result;
  }
}

const failure = (why: string): Error => new Error(why);

/** The directory of one process: pages come as a stream, so the fate is asked when it begins. */
class MortalDirectory extends Directory {
  readonly #directory: Directory;
  readonly #call: (place: string) => Promise<unknown>;

  constructor(directory: Directory, call: (place: string) => Promise<unknown>) {
    super();
    this.#directory = directory;
    this.#call = call;
  }

  async *audience(query: AudienceQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    await this.#call('directory.audience');
    yield* this.#directory.audience(query, pageMax);
  }

  async *ticketHolders(query: TicketQuery, pageMax: number): AsyncGenerator<AudiencePage> {
    await this.#call('directory.ticketHolders');
    yield* this.#directory.ticketHolders(query, pageMax);
  }

  contacts: Directory['contacts'] = async (channel, recipients) => {
    await this.#call('directory.contacts');
    return this.#directory.contacts(channel, recipients);
  };

  reachable: Directory['reachable'] = (channel, recipients) => this.#directory.reachable(channel, recipients);
  subscribe: Directory['subscribe'] = (subscribers) => this.#directory.subscribe(subscribers);
  leave: Directory['leave'] = (channel, address) => this.#directory.leave(channel, address);
  drawTicket: Directory['drawTicket'] = (ticket, now) => this.#directory.drawTicket(ticket, now);
  useTickets: Directory['useTickets'] = (gauge, range) => this.#directory.useTickets(gauge, range);
  subscriber: Directory['subscriber'] = (channel, address) => this.#directory.subscriber(channel, address);
  recipientOf: Directory['recipientOf'] = (channel, address) => this.#directory.recipientOf(channel, address);
  subscriberOf: Directory['subscriberOf'] = (recipient) => this.#directory.subscriberOf(recipient);
  setState: Directory['setState'] = (recipient, state) => this.#directory.setState(recipient, state);
  standbys: Directory['standbys'] = (recipients) => this.#directory.standbys(recipients);
  counts: Directory['counts'] = () => this.#directory.counts();
}
