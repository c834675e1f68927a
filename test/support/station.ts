import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { type Clock, type Playbook, type Role, SECOND_FACTOR_ROLES, type Subscriber } from '#core';
import { type DeviceHandle, Fleet, handheld } from '#firmware-sim';
import type { BrokerLimits } from '#mqtt';
import { LinePlatform } from '#outside/line-platform';
import { MailCatcher } from '#outside/mail-catcher';
import { loadPlaybook } from '#playbook';
import { hashPassword, readSettings, sealedFactor, type Service, type ServiceOptions, startService } from '#runtime';
import { openKeyFile } from '#keys';
import { openSqlite, SqlAccounts, SqlDirectory } from '#sql';
import { temporaryFolder } from './temporary-folder.ts';

const LINE_TOKEN = 'token-of-the-station';

export interface StationOptions {
  readonly playbook: Playbook;
  /** The folder that holds the playbook, for a story in which it is edited; read anew at every start, and followed. */
  readonly folder?: string;
  readonly clock?: Clock;
  /** People who hear of things. */
  readonly subscribers?: readonly Subscriber[];
  /** People who may sign in; the password of each is `passwordOf` the name, and it is enough unless `withCodes` says otherwise. */
  readonly staff?: readonly { readonly name: string; readonly role: Role }[];
  /** Whether staff whose role asks for it has a second factor, with the secret `secretFor` the name. For stories that are about signing in. */
  readonly withCodes?: boolean;
  readonly brokerLimits?: Partial<BrokerLimits>;
  /** Puts something between the stages and their adapters, as a fault of the world would. */
  readonly wrapAdapters?: ServiceOptions['wrapAdapters'];
  /** More settings, as in the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A whole service for a story: real broker, databases, LINE platform and mail relay on free ports, in a folder of its own. Only the clock may
 * be another one.
 */
export class Station {
  readonly line: LinePlatform;
  readonly mail: MailCatcher;
  readonly keys: Readonly<Record<string, string>>;
  readonly #options: StationOptions;
  readonly #folder = temporaryFolder();
  #service: Service | null = null;
  /** A service that starts again is found where it was. */
  #ports = { http: 0, mqtt: 0 };
  #fleet: Fleet | null = null;

  private constructor(options: StationOptions, line: LinePlatform, mail: MailCatcher) {
    this.#options = options;
    this.line = line;
    this.mail = mail;
    this.keys = Object.fromEntries([...options.playbook.gauges.values()].map(({ device }) => [device, keyOf(device)]));
  }

  static async start(options: StationOptions): Promise<Station> {
    const line = await LinePlatform.start({
      port: 0,
      token: LINE_TOKEN,
      secret: 'secret-of-the-station',
      ...(options.clock ? { now: () => options.clock!.now() } : {}),
    });
    const mail = await MailCatcher.start({ smtpPort: 0, httpPort: 0 });
    const station = new Station(options, line, mail);
    try {
      await station.#populate();
      await station.restart();
    } catch (cause) {
      await station.stop();
      throw cause;
    }
    return station;
  }

  get service(): Service {
    if (!this.#service) throw new Error('the station is stopped');
    return this.#service;
  }

  get mqttUrl(): string {
    return `mqtt://127.0.0.1:${this.service.mqttPort}`;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.service.httpPort}`;
  }

  /** The data folder of the service. */
  get dataFolder(): string {
    return this.#folder.file('data');
  }

  /** Stops the service in good order, if it runs, and starts it on the same folder. */
  async restart(): Promise<void> {
    await this.stopService();
    const read = readSettings({
      SONAE_PLAYBOOK: this.#options.folder ?? this.#folder.path,
      SONAE_DATA: this.#folder.file('data'),
      SONAE_HTTP_PORT: String(this.#ports.http),
      SONAE_MQTT_PORT: String(this.#ports.mqtt),
      SONAE_LINE_TOKEN: LINE_TOKEN,
      SONAE_LINE_API: this.line.url,
      SONAE_SMTP_URL: this.mail.smtpUrl,
      SONAE_MAIL_FROM: 'bosai@city.example.jp',
      SONAE_LOG_LEVEL: 'fatal',
      ...this.#options.env,
    });
    if ('problems' in read) throw new Error(read.problems.join('\n'));
    const { playbook, folder, clock, withCodes, brokerLimits, wrapAdapters } = this.#options;
    this.#service = await startService({
      settings: read.settings,
      ...(folder === undefined ? { playbook } : await fromFolder(folder)),
      ...(clock === undefined ? {} : { clock }),
      ...(withCodes === true ? {} : { needsSecondFactor: () => false }),
      brokerLimits: { readingsPerSecond: Number.POSITIVE_INFINITY, ...brokerLimits },
      ...(wrapAdapters && { wrapAdapters }),
      onFatal: (why) => {
        throw new Error(why);
      },
    });
    this.#ports = { http: this.#service.httpPort, mqtt: this.#service.mqttPort };
  }

  /** Stops the service alone; what lies outside stays. */
  async stopService(): Promise<void> {
    await this.#service?.stop();
    this.#service = null;
  }

  /** A device in the hand of the test, connected as a real client. */
  async gauge(id: string): Promise<DeviceHandle> {
    const device = this.#options.playbook.gauges.get(id)?.device ?? id;
    this.#fleet ??= await Fleet.start({ broker: this.mqttUrl, keys: this.keys, scenario: handheld(Object.keys(this.keys)) });
    return this.#fleet.device(device);
  }

  /** Resolves when everything acknowledged is judged, told and in the history. */
  settled(): Promise<void> {
    return this.service.settled();
  }

  async stop(): Promise<void> {
    await this.#fleet?.close();
    await this.stopService();
    await this.line.stop();
    await this.mail.stop();
    this.#folder.remove();
  }

  async #populate(): Promise<void> {
    mkdirSync(this.#folder.file('data'), { recursive: true });
    const database = await openSqlite(this.#folder.file('data/ledger.db'));
    const accounts = new SqlAccounts(database);
    for (const [device, key] of Object.entries(this.keys)) {
      await accounts.addDeviceKey({ device, keyHash: createHash('sha256').update(key).digest('hex'), createdAt: 0, revokedAt: null });
    }
    const { subscribers = [], staff = [] } = this.#options;
    for (const { name, role } of staff) {
      await accounts.addUser({ name, role, passwordHash: await hashPassword(passwordOf(name)), disabled: false, createdAt: 0 });
    }
    const keys = openKeyFile(this.#folder.file('data/keys'), { make: true });
    for (const { name, role } of this.#options.withCodes === true ? staff : []) {
      if (SECOND_FACTOR_ROLES.has(role))
        await accounts.enrolSecondFactor(sealedFactor(keys, { user: name, secret: secretFor(name), step: 0, enrolledAt: 0 }));
    }
    const directory = await SqlDirectory.open({ database, keys });
    await directory.subscribe(subscribers);
    for (const { channel, address } of subscribers)
      if (channel === 'line') this.line.addUser({ userId: address, displayName: address.slice(-4) });
    await database.close();
  }
}

/** As the program starts: with what the folder holds, clean or not. */
async function fromFolder(path: string): Promise<Pick<ServiceOptions, 'playbook' | 'folder'>> {
  const { playbook, files, problems } = await loadPlaybook(path);
  return { playbook, folder: { files, problems } };
}

/** LINE's form of an id, from a name. */
export const lineId = (name: string): string => `U${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;

export const passwordOf = (name: string): string => `password of ${name}`;

/** What stands in somebody's app, in base32. */
export const secretFor = (name: string): string =>
  [...createHash('sha256').update(`code of ${name}`).digest()].map((byte) => BASE32[byte % BASE32.length]).join('');

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

const keyOf = (device: string): string => `key of ${device}`;
