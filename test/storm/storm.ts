import { setImmediate as turn } from 'node:timers/promises';
import { type Ledger, type ReadingLog, type Recipient, type Subscriber } from '#core';
import { ManualClock, MemoryDirectory, MemoryLedger, MemoryQuarantine, MemoryReadingHistory, MemoryReadingLog } from '#memory';
import { T0 } from '../support/builders.ts';
import { randomOf } from '../support/random.ts';
import { accounts, atRest } from './at-rest.ts';
import { Device, type Sent } from './device.ts';
import { checkEnd, checkPlan, checkStep, type Seen } from './invariants.ts';
import { Oracle } from './oracle.ts';
import { OtherSide } from './other-side.ts';
import { seenLedger } from './seen-ledger.ts';
import { type Ground, Service, TOLD_TO_FAIL } from './service.ts';
import { type Fault, type Net, OFFSET_MS_MAX, type Place, type Step } from './story.ts';
import { PEOPLE, PLAYBOOK, SPEAKING } from './town.ts';

/** Turns of the process in which everything that needs no time comes to rest. */
const STILL_TURNS = 40;
const RESTART_MS = 3_000;
/** Twice what the stages allow themselves. */
const STOP_MS_MAX = 20_000;
const CALM_STEP_MS = 5_000;
/** Words live for three minutes and a blind gauge is told of after one: ten are more than any wait may add up to. */
const CALM_MS_MAX = 10 * 60_000;

/** How a storm differs from the service: what a twin spoils, so that the checks can be seen to see. */
export interface Spoiled {
  readonly log?: (log: ReadingLog) => ReadingLog;
  readonly ledger?: (ledger: Ledger) => Ledger;
  readonly channel?: (channel: OtherSide) => OtherSide;
}

export interface StormEnd {
  /** What is broken, in words; null when every invariant held. */
  readonly broken: string | null;
  /** Number of the step after which it was seen, from 1; the number of steps and one when it was seen in the calm afterwards. */
  readonly atStep: number;
  /** How often each kind of thing came about. */
  readonly reached: ReadonlyMap<string, number>;
}

/** Plays a story on the whole service and then lets the weather calm down. The same story always ends the same way. */
export const play = (steps: readonly Step[], spoiled: Spoiled = {}): Promise<StormEnd> => new Storm(spoiled).play(steps);

class Storm {
  readonly clock = new ManualClock(T0);
  readonly log = new MemoryReadingLog();
  readonly ledger = new MemoryLedger();
  readonly quarantine = new MemoryQuarantine();
  readonly history = new MemoryReadingHistory();
  readonly directory = new MemoryDirectory();
  readonly line: OtherSide;
  readonly email: OtherSide;
  readonly #devices = new Map(
    SPEAKING.map((id) => PLAYBOOK.gauges.get(id)!).map(({ id, quantity }) => [
      id,
      new Device(id, quantity === 'count' ? 'count' : 'level'),
    ]),
  );
  readonly #reached = new Map<string, number>();
  readonly #ground: Ground;
  readonly #seen: Seen;
  /** Everybody who was ever subscribed, by number. */
  readonly #addresses = new Map<Recipient, string>();
  readonly #left = new Set<Recipient>();
  #people = new Map<string, Subscriber>(PEOPLE.map((person) => [keyOf(person), person]));
  #peopleBefore = this.#people;
  #service: Service;
  #others: Service[] = [];
  #faults: { readonly place: Place; readonly fault: Fault; left: number }[] = [];
  #late: { readonly device: Device; readonly packet: readonly Sent[] }[] = [];
  #downUntil = 0;
  #serial = 0;
  #offsetMs = 0;
  #broken: string | null = null;

  constructor(spoiled: Spoiled) {
    const reach = (what: string) => this.#reach(what);
    this.line = new OtherSide('line', this.clock, reach);
    this.email = new OtherSide('email', this.clock, reach);
    this.#seen = {
      log: this.log,
      ledger: this.ledger,
      history: this.history,
      channels: [this.line, this.email],
      oracle: new Oracle(this.log, this.ledger),
      addressOf: (recipient) => this.#addresses.get(recipient) ?? `nobody (${recipient})`,
      left: this.#left,
      promised: new Set(),
      watchPosition: 0,
      jumped: false,
    };
    const random = randomOf(1);
    const spoil = spoiled.channel ?? ((channel: OtherSide) => channel);
    const ledger = seenLedger(this.ledger, {
      watched: ({ to }) => {
        this.#seen.watchPosition = to;
      },
      planned: (commit) => this.#check(() => checkPlan(this.#seen, commit, this.#people.values(), this.#peopleBefore.values())),
    });
    this.#ground = {
      clock: this.clock,
      log: spoiled.log?.(this.log) ?? this.log,
      ledger: spoiled.ledger?.(ledger) ?? ledger,
      quarantine: this.quarantine,
      history: this.history,
      directory: this.directory,
      channels: [spoil(this.line), spoil(this.email)],
      fateOf: (place) => this.#fateOf(place),
      onDeath: () => {
        this.#reach('death');
        this.#downUntil = this.clock.monotonic() + RESTART_MS;
      },
      onTrouble: (who, why) => this.#trouble(who, why),
      onEvent: (event) => {
        this.#reach(`event ${event.kind}`);
        if (event.kind === 'trouble') this.#trouble('dispatch', event.why);
        if (event.kind === 'unworded' || event.kind === 'unknownToPlaybook' || event.kind === 'channelMissing')
          this.#break(JSON.stringify(event));
      },
      random: () => random.below(1_000) / 1_000,
    };
    this.#service = new Service(this.#ground);
  }

  async play(steps: readonly Step[]): Promise<StormEnd> {
    await this.#subscribe(PEOPLE);
    this.#service.start();
    await this.#still();
    for (const [index, step] of steps.entries()) {
      await this.#take(step);
      await this.#still();
      await this.#check(() => checkStep(this.#seen));
      if (this.#broken !== null) return this.#end(index + 1);
    }
    await this.#calm();
    await this.#check(() => checkEnd(this.#seen));
    for (const service of [this.#service, ...this.#others]) service.kill();
    await this.#count();
    return this.#end(steps.length + 1);
  }

  async #take(step: Step): Promise<void> {
    this.#peopleBefore = this.#people;
    switch (step.kind) {
      case 'tide':
        return this.#tide(step.ms, step.nets);
      case 'flow':
        return this.#device(step.gauge).flow(step.to);
      case 'spike':
        return this.#device(step.gauge).spike(step.by);
      case 'stick':
        return this.#device(step.gauge).stick(step.tides);
      case 'silence':
        return this.#device(step.gauge).silence(step.tides);
      case 'buffer':
        return this.#device(step.gauge).buffer(step.tides);
      case 'deviceClock':
        return this.#device(step.gauge).setClock(step.shows);
      case 'reboot':
        this.#late = this.#late.filter(({ device }) => device.gauge !== step.gauge);
        return this.#device(step.gauge).reboot();
      case 'garbage':
        return this.#garbage(step.device, step.text);
      case 'jump':
        this.clock.jump(step.offsetMs - this.#offsetMs);
        this.#offsetMs = step.offsetMs;
        this.#seen.jumped = true;
        return;
      case 'fault':
        this.#faults.push({ place: step.place, fault: step.fault, left: step.call });
        return;
      case 'kill':
        this.#service.kill();
        this.#downUntil = this.clock.monotonic() + step.downMs;
        return;
      case 'stop':
        return this.#stop(step.downMs);
      case 'takeOver':
        return this.#takeOver();
      case 'weather':
        this[step.channel].weather = step.weather;
        return;
      case 'join':
      case 'leave':
        return this.#choose(step.kind, PEOPLE[step.person]!);
    }
  }

  async #tide(ms: number, nets: Readonly<Record<string, Net>>): Promise<void> {
    this.#restart();
    await this.clock.advance(ms);
    await this.#still();
    const late = this.#late;
    this.#late = [];
    for (const { device, packet } of late) this.#deliver(device, packet, 'well');
    for (const device of this.#devices.values()) {
      const net = nets[device.gauge] ?? 'well';
      this.#serial += 1;
      device.measure(this.#serial, T0 + this.clock.monotonic());
      for (const packet of device.packets(net)) {
        if (net === 'late') this.#late.push({ device, packet });
        if (net === 'lost' || net === 'late') continue;
        this.#deliver(device, packet, net);
        if (net === 'twice') this.#deliver(device, packet, net);
      }
    }
    await this.clock.advance(20);
  }

  #deliver(device: Device, packet: readonly Sent[], net: Net): void {
    const service = this.#service;
    if (!service.listening) return;
    const bodies = packet.map(({ body }) => body);
    const bytes = Buffer.from(JSON.stringify(bodies.length === 1 ? bodies[0] : bodies));
    void service.intake.admit(device.gauge, bytes, this.clock.now()).then(
      () => {
        if (service.dead) return;
        this.#reach('acknowledged');
        for (const { serial } of packet) this.#seen.promised.add(serial);
        if (net !== 'lostAnswer') device.acknowledge(packet);
      },
      () => this.#reach('not acknowledged'),
    );
  }

  #garbage(device: string, text: string): void {
    if (!this.#service.listening) return;
    void this.#service.intake.admit(device, Buffer.from(text), this.clock.now()).then(
      () => this.#reach('quarantined'),
      () => this.#reach('not acknowledged'),
    );
  }

  #restart(): void {
    if (!this.#service.dead || this.clock.monotonic() < this.#downUntil) return;
    this.#reach('restart');
    this.#service = new Service(this.#ground);
    this.#service.start();
  }

  async #stop(downMs: number): Promise<void> {
    if (this.#service.dead) return;
    const service = this.#service;
    void service.stop();
    for (let waitedMs = 0; !service.dead && waitedMs < STOP_MS_MAX; waitedMs += 500) await this.clock.advance(500);
    this.#reach(service.stopped ? 'stopped' : 'stop cut short');
    // Whoever does not end in time is ended.
    this.#service.kill();
    this.#downUntil = this.clock.monotonic() + downMs;
  }

  /** A second process takes the stages over while the first one lives on and has to notice (F9). */
  #takeOver(): void {
    if (this.#service.dead) return;
    const second = new Service(this.#ground);
    second.startFollowers();
    this.#others.push(second);
    this.#reach('take-over');
  }

  async #choose(kind: 'join' | 'leave', person: Subscriber): Promise<void> {
    const people = new Map(this.#people);
    if (kind === 'join') {
      people.set(keyOf(person), person);
      await this.#subscribe([person]);
    } else {
      people.delete(keyOf(person));
      const recipient = await this.directory.recipientOf(person.channel, person.address);
      if (recipient !== null) this.#left.add(recipient);
      await this.directory.leave(person.channel, person.address);
    }
    this.#people = people;
  }

  async #subscribe(people: readonly Subscriber[]): Promise<void> {
    await this.directory.subscribe(people);
    for (const { channel, address } of people) this.#addresses.set((await this.directory.recipientOf(channel, address))!, address);
  }

  /** All faults end, everybody is heard, and everything that is due gets the time it needs. */
  async #calm(): Promise<void> {
    this.#faults = [];
    this.line.weather = 'well';
    this.email.weather = 'well';
    for (const device of this.#devices.values()) device.recover();
    // Only one process is left, and it starts anew: those that were taken over would never see the end of the log.
    for (const service of [this.#service, ...this.#others]) service.kill();
    this.#others = [];
    this.#downUntil = 0;
    this.clock.jump(OFFSET_MS_MAX - this.#offsetMs);
    this.#offsetMs = OFFSET_MS_MAX;
    for (let tides = 0; tides < 4; tides += 1) await this.#tide(CALM_STEP_MS, {});
    for (let calmMs = 0; calmMs < CALM_MS_MAX; calmMs += CALM_STEP_MS) {
      await this.clock.advance(CALM_STEP_MS);
      await this.#still();
      await this.#check(() => checkStep(this.#seen));
      const heard = [...this.#devices.values()].every(({ kept }) => kept === 0);
      if (this.#broken !== null || (heard && (await atRest(this.#service, this)))) return this.#check(async () => accounts(this.#service));
    }
    this.#break(`nothing came to rest within ${CALM_MS_MAX / 60_000} minutes of calm`);
  }

  #fateOf(place: string): Fault | null {
    const index = this.#faults.findIndex((fault) => fault.place === place);
    const fault = this.#faults[index];
    if (!fault) return null;
    fault.left -= 1;
    if (fault.left > 0) return null;
    this.#faults.splice(index, 1);
    this.#reach(`${fault.fault} ${place}`);
    return fault.fault;
  }

  #trouble(who: string, why: string): void {
    this.#reach(`trouble ${who}`);
    if (!why.includes(TOLD_TO_FAIL) && !why.includes('was taken over'))
      this.#break(`${who} is in trouble that the storm did not make: ${why}`);
  }

  async #check(check: () => Promise<string | null>): Promise<void> {
    const broken = await check();
    if (broken !== null) this.#break(broken);
  }

  /** The first thing that breaks is the one to look at. */
  #break(what: string): void {
    this.#broken ??= what;
  }

  async #count(): Promise<void> {
    for (const { transition } of await this.ledger.transitionsAfter(0, 1_000_000)) {
      this.#reach(`${transition.ruleId} ${transition.kind}`);
      if (transition.coveredBy !== undefined) this.#reach(`${transition.ruleId} covered`);
    }
    for (const { delivery } of await this.ledger.deliveries({ limit: 1_000_000 })) this.#reach(`delivery ${delivery.state}`);
    for (const { reading } of await this.log.after(0, 1_000_000)) this.#reach(`quality ${reading.quality}`);
    for (const { channel, outcome, recipients } of this.#service.dispatch.counts())
      this.#reach(`outcome ${channel} ${outcome}`, recipients);
  }

  #reach(what: string, times = 1): void {
    if (times === 0) return;
    this.#reached.set(what, (this.#reached.get(what) ?? 0) + times);
  }

  #device(gauge: string): Device {
    return this.#devices.get(gauge)!;
  }

  async #still(): Promise<void> {
    for (let turns = 0; turns < STILL_TURNS; turns += 1) await turn();
  }

  #end(atStep: number): StormEnd {
    return { broken: this.#broken, atStep, reached: this.#reached };
  }
}

const keyOf = ({ channel, address }: Subscriber): string => `${channel} ${address}`;
