import { createHash } from 'node:crypto';
import { cpSync, mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Playbook, Subscriber } from '#core';
import { type FaultKind, LinePlatform } from '#outside/line-platform';
import { MailCatcher, type MailFaultKind } from '#outside/mail-catcher';
import { loadPlaybook } from '#playbook';
import { openKeyFile } from '#keys';
import { openSqlite, SqlAccounts, SqlDirectory } from '#sql';
import { randomOf } from '../support/random.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import { FloodedGauge } from './flood.ts';
import { type History, lostReadings } from './history-checker.ts';
import { hurriedPlaybook, subscribersOf } from './hurried-city.ts';
import { ledgerIn, readingsIn, rests, standing } from './kept.ts';
import { ServiceProcess } from './service-process.ts';

const LINE_TOKEN = 'token-of-the-town';
/** Gauges of several rivers, districts and kinds of threshold; the river mouth tells staff only. */
const GAUGES = ['ose-seguchi', 'ose-kawara', 'ose-kako', 'sakura-goryu', 'matsuba-matsuba', 'matsuba-suimon'];
/** How long everything may take to come to rest: the longest pause of a failing endpoint some times over, for a machine that others use too. */
const REST_MS_MAX = 180_000;
const LOOK_MS = 20;
/** Each look reads the files of the service, which has work to do beside it. */
const REST_LOOK_MS = 200;

/**
 * A town around a service that dies: devices that remember, people on LINE and mail, and the data folder between two lives. It only looks from
 * outside and keeps what it saw for the checker.
 */
export class Town {
  readonly line: LinePlatform;
  readonly mail: MailCatcher;
  readonly gauges: readonly FloodedGauge[];
  kills = 0;
  /** Milliseconds from each start of a process to its first PUBACK, and to its first attempt at LINE or mail, where there were any. */
  readonly firstAckMs: number[] = [];
  readonly firstAttemptMs: number[] = [];
  /** What deaths left behind that no death may leave. */
  readonly leftBehind: string[] = [];
  readonly #folder: TemporaryFolder;
  readonly #playbook: Playbook;
  readonly #subscribers: readonly Subscriber[];
  readonly #calm = new AbortController();
  readonly #end = new AbortController();
  #measuring: readonly Promise<void>[] = [];
  #talking: readonly Promise<void>[] = [];
  #service: ServiceProcess | null = null;
  #awaitsAck = false;
  #awaitsAttempt = false;

  private constructor({
    line,
    mail,
    folder,
    playbook,
    seed,
  }: {
    readonly line: LinePlatform;
    readonly mail: MailCatcher;
    readonly folder: TemporaryFolder;
    readonly playbook: Playbook;
    readonly seed: number;
  }) {
    this.line = line;
    this.mail = mail;
    this.#folder = folder;
    this.#playbook = playbook;
    this.#subscribers = subscribersOf(playbook);
    this.gauges = GAUGES.map(
      (id, index) =>
        new FloodedGauge({
          gauge: playbook.gauges.get(id)!,
          key: keyOf(id),
          kind: { counts: index !== 2, batch: index === 1 ? 5 : 1, shuffles: index >= 4 },
          random: randomOf(seed + index),
          onAck: () => this.#acked(),
        }),
    );
  }

  /** A town in flood, without a service yet. */
  static async start(seed: number): Promise<Town> {
    const line = await LinePlatform.start({ port: 0, token: LINE_TOKEN, secret: 'secret-of-the-town' });
    const mail = await MailCatcher.start({ smtpPort: 0, httpPort: 0 });
    const folder = temporaryFolder();
    const { playbook, problems } = await loadPlaybook(hurriedPlaybook(folder.file('playbook')));
    if (!playbook) throw new Error(JSON.stringify(problems));
    const town = new Town({ line, mail, folder, playbook, seed });
    await town.#populate();
    town.#flood();
    return town;
  }

  get service(): ServiceProcess {
    if (!this.#service) throw new Error('no service runs');
    return this.#service;
  }

  /** Settings of a service of this town. */
  get settings(): Readonly<Record<string, string>> {
    return {
      SONAE_PLAYBOOK: this.#folder.file('playbook'),
      SONAE_DATA: this.#folder.file('data'),
      SONAE_HTTP_PORT: '0',
      SONAE_MQTT_PORT: '0',
      SONAE_LINE_TOKEN: LINE_TOKEN,
      SONAE_LINE_API: this.line.url,
      SONAE_SMTP_URL: this.mail.smtpUrl,
      SONAE_MAIL_FROM: 'bosai@city.example.jp',
    };
  }

  /** Starts a service; devices find it by themselves once it listens. */
  begin(...program: readonly string[]): ServiceProcess {
    this.#service = new ServiceProcess(program, this.settings);
    this.#awaitsAck = true;
    this.#awaitsAttempt = true;
    return this.#service;
  }

  /** Every few requests LINE or the relay stumbles, until the water falls. Counted in requests: in time, faults would heap up while nobody asks. */
  trouble(line: readonly FaultKind[] = LINE_TROUBLE): void {
    const stumbles = async () => {
      const stumbled = { line: 0, mail: 0 };
      for (let [asked, mailed] = [0, 0]; !this.#calm.signal.aborted; await wait(LOOK_MS)) {
        if (this.line.requests.length >= asked + STUMBLE_EVERY) {
          this.line.failNext(1, line[stumbled.line % line.length]!);
          stumbled.line += 1;
          asked = this.line.requests.length;
        }
        if (this.mail.events.length >= mailed + STUMBLE_EVERY) {
          this.mail.faults.failNext(1, MAIL_TROUBLE[stumbled.mail % MAIL_TROUBLE.length]!);
          stumbled.mail += 1;
          mailed = this.mail.events.length;
        }
      }
    };
    this.#talking = [...this.#talking, stumbles()];
  }

  /** Resolves when LINE was asked so often that it must have stumbled: a service on a busy machine takes its time to begin. */
  async stumbled(): Promise<void> {
    const until = performance.now() + STUMBLE_MS_MAX;
    while (this.line.requests.length < 3 * STUMBLE_EVERY && performance.now() < until) await wait(LOOK_MS);
  }

  /** Resolves when the service acknowledged so many more packets. */
  async acknowledged(packets: number): Promise<void> {
    const count = () => this.#sent.filter(({ acked }) => acked).length;
    const wanted = count() + packets;
    await this.#until(`${packets} packets were acknowledged`, () => count() >= wanted);
  }

  /** Kills the service from outside, or waits for it to kill itself, and looks at what it left. */
  async death(from: 'outside' | 'inside'): Promise<void> {
    const { service } = this;
    const ending = from === 'outside' ? service.end('SIGKILL') : Promise.race([service.ended, wait(DEATH_MS_MAX, null, { ref: false })]);
    if ((await ending)?.signal !== 'SIGKILL') throw new Error(`the service did not die at its point: ${service.words}`);
    this.kills += 1;
    const copy = temporaryFolder();
    // A copy, so that the next life meets the files as the death left them.
    cpSync(this.#folder.file('data'), copy.path, { recursive: true });
    this.leftBehind.push(...lostReadings({ sent: this.#sent, log: await readingsIn(copy.file('readings.db')) }));
    copy.remove();
  }

  /** Lets the water fall and everything come to rest: acknowledged, judged, planned and told. */
  async calm(): Promise<void> {
    this.#calm.abort();
    await Promise.all(this.#measuring);
    await this.#until('everything was acknowledged', () => this.gauges.every(({ unacked }) => unacked === 0));
    await this.#until('everything was told', () => rests(this.#folder.file('data')));
    // Whoever stores late stores now.
    await wait(REST_MS);
    await this.#until('everything was told', () => rests(this.#folder.file('data')));
  }

  /** What happened, read from the neighbours and from the files of a service that has ended. */
  async history(): Promise<History> {
    return {
      playbook: this.#playbook,
      subscribers: this.#subscribers,
      kills: this.kills,
      sent: this.#sent,
      log: await readingsIn(this.#folder.file('data/readings.db')),
      ...(await ledgerIn(this.#folder.file('data/ledger.db'), this.#folder.file('data/keys'))),
      line: this.line.requests,
      mail: this.mail.events,
    };
  }

  /** Ends everything that may still run. */
  async stop(): Promise<void> {
    this.#calm.abort();
    this.#end.abort();
    if (this.#service) await this.#service.end('SIGKILL');
    await Promise.all([...this.#measuring, ...this.#talking]);
    await this.line.stop();
    await this.mail.stop();
    this.#folder.remove();
  }

  get #sent(): History['sent'] {
    return this.gauges.flatMap(({ sent }) => sent);
  }

  #flood(): void {
    const port = () => this.#service?.mqttPort ?? null;
    this.#measuring = this.gauges.map((gauge) => gauge.measure(this.#calm.signal));
    this.#talking = this.gauges.map((gauge) => gauge.talk(port, this.#end.signal));
    const attempts = async () => {
      for (let met = 0; !this.#end.signal.aborted; await wait(LOOK_MS)) {
        const now = this.line.requests.length + this.mail.events.length;
        if (now > met && this.#awaitsAttempt) this.firstAttemptMs.push(this.#age());
        if (now > met) this.#awaitsAttempt = false;
        met = now;
      }
    };
    this.#talking = [...this.#talking, attempts()];
  }

  #acked(): void {
    if (this.#awaitsAck) this.firstAckMs.push(this.#age());
    this.#awaitsAck = false;
  }

  #age(): number {
    return performance.now() - this.service.spawnedAt;
  }

  async #until(what: string, condition: () => boolean): Promise<void> {
    for (const deadline = performance.now() + REST_MS_MAX; !condition(); await wait(REST_LOOK_MS)) {
      if (performance.now() > deadline)
        throw new Error(`not within ${REST_MS_MAX} ms: ${what}; ${standing(this.#folder.file('data'))}\n${this.service.words}`);
    }
  }

  async #populate(): Promise<void> {
    mkdirSync(this.#folder.file('data'));
    const database = await openSqlite(this.#folder.file('data/ledger.db'));
    const accounts = new SqlAccounts(database);
    for (const { device } of this.#playbook.gauges.values()) {
      const keyHash = createHash('sha256').update(keyOf(device)).digest('hex');
      await accounts.addDeviceKey({ device, keyHash, createdAt: 0, revokedAt: null });
    }
    const directory = await SqlDirectory.open({ database, keys: openKeyFile(this.#folder.file('data/keys'), { make: true }) });
    await directory.subscribe(this.#subscribers);
    await database.close();
    const onLine = this.#subscribers.filter(({ channel }) => channel === 'line');
    this.line.addUsers(onLine.map(({ address }) => ({ userId: address, displayName: address.slice(-4) })));
  }
}

/** Everything after which the same key must be asked again, but for what takes many seconds. */
const LINE_TROUBLE: readonly FaultKind[] = [
  'dropAfterAccept',
  'error500',
  'halfAnswer',
  'rateLimited',
  'dropBeforeAccept',
  'error500AfterAccept',
  'htmlAnswer',
];
const MAIL_TROUBLE: readonly MailFaultKind[] = ['data451', 'dropAfterData', 'dropAfterAccept'];
const STUMBLE_EVERY = 5;
/** A service that has not asked LINE by then never will. */
const STUMBLE_MS_MAX = 120_000;
/** A start, and longer than a calm between two floods, on however busy a machine. */
const DEATH_MS_MAX = 120_000;
const REST_MS = 300;

const keyOf = (device: string): string => `key of ${device}`;
