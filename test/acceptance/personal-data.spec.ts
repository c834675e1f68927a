import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import type { Subscriber } from '#core';
import { Fleet, handheld } from '#firmware-sim';
import { openKeyFile } from '#keys';
import { LinePlatform } from '#outside/line-platform';
import { MailCatcher } from '#outside/mail-catcher';
import { codeAt, hashPassword, sealedFactor } from '#runtime';
import { openSqlite, SqlAccounts, SqlDirectory, SqlFamilyCodes } from '#sql';
import { subscriberCountsDto, subscriberExportDto } from '#wire';
import { builtCommand, builtService } from '../support/built-service.ts';
import { lineId, passwordOf, secretFor } from '../support/station.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { whatBytesHold, whatFilesHold } from '../support/what-files-hold.ts';

jest.setTimeout(900_000);

const ROOT = join(import.meta.dirname, '../..');
const DEVICE = 'ose-seguchi';
const WAIT_MS_MAX = 180_000;

const there = { districts: ['seguchi', 'honmachi'], categories: ['flood'] } as const;
const midori: Subscriber = { ...there, channel: 'line', address: lineId('midori'), language: 'ja' };
/** LINE does not know this id: the chunk is refused for it. */
const unknown: Subscriber = { ...there, channel: 'line', address: lineId('gone from LINE'), language: 'ja' };
const kazuko: Subscriber = { ...there, channel: 'disaster-mail', address: 'kazuko.tanabe@full.example.jp', language: 'vi' };
const nguyen: Subscriber = { ...there, channel: 'disaster-mail', address: 'Nguyen.Thi.Mai@mail.example.jp', language: 'vi' };
const neighbours = ['a', 'b', 'c', 'd', 'e', 'f'].map((name): Subscriber => ({
  ...there,
  channel: 'line',
  address: lineId(name),
  language: 'ja',
}));
const ERASED = [midori, unknown, kazuko, nguyen];
/** By which family may ask for two of them, and for somebody at a shelter's door; and the key of that party's own page. */
const CODES = ['K7QM2XPD9T', 'W3RT8BVN5C'] as const;
const PARTY_KEY = 'the-key-of-a-page-1234';
const DOOR = 'shelter-honmachi';
const shown = (code: string): string => `${code.slice(0, 4)}-${code.slice(4, 7)}-${code.slice(7)}`;
const SECRETS = [
  ...ERASED.map(({ address }) => address),
  'kazuko.tanabe',
  'Nguyen.Thi.Mai',
  ...CODES.flatMap((code) => [code, shown(code)]),
  PARTY_KEY,
];

/** A connection for each request: one that is kept may be closed by the service in the moment in which it is used again. */
const ALONE = { connection: 'close' };

/** A service in a process of its own, whose every word is kept, in a city where LINE and the relay repeat addresses in what they answer. */
class City {
  readonly #folder = temporaryFolder();
  #line!: LinePlatform;
  mail!: MailCatcher;
  #stop: () => Promise<unknown> = () => Promise.resolve();
  words = '';
  #cookie = '';

  get data(): string {
    return this.#folder.file('data');
  }

  get url(): string {
    return `http://127.0.0.1:${/listening: http [^\s"]+?:(\d+)/.exec(this.words)?.[1]}`;
  }

  async start(): Promise<void> {
    this.#line = await LinePlatform.start({ port: 0, token: 'token', secret: 'secret' });
    for (const { channel, address } of [midori, ...neighbours])
      if (channel === 'line') this.#line.addUser({ userId: address, displayName: 'p' });
    this.mail = await MailCatcher.start({ smtpPort: 0, httpPort: 0 });
    const full = `5.1.1 <${kazuko.address}>: kazuko.tanabe is full, ${kazuko.address.toUpperCase()} too`;
    this.mail.faults.answerDomain('full.example.jp', { code: 550, text: full });
    this.mail.faults.answerDomain('mail.example.jp', { code: 451, text: `4.2.0 <${nguyen.address}> later` });
    await this.#populate();
    const child = spawn(process.execPath, [await builtService()], {
      cwd: ROOT,
      env: {
        PATH: process.env['PATH'],
        SONAE_PLAYBOOK: 'infra/playbooks/mihon',
        SONAE_DATA: this.data,
        SONAE_HTTP_PORT: '0',
        SONAE_MQTT_PORT: '0',
        SONAE_LINE_TOKEN: 'token',
        SONAE_LINE_API: this.#line.url,
        SONAE_SMTP_URL: this.mail.smtpUrl,
        SONAE_MAIL_FROM: 'bosai@city.example.jp',
        SONAE_LOG_LEVEL: 'trace',
      },
    });
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (this.words += text));
    this.#stop = async () => {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'close');
    };
    await this.until(() => {
      if (child.exitCode !== null) throw new Error(`the service ended: ${this.words}`);
      return /listening: http/.test(this.words);
    });
    const code = codeAt(secretFor('mori'), Date.now());
    const answer = await this.post('session', { user: 'mori', password: passwordOf('mori'), code });
    this.#cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0]!;
  }

  /** Stops the service in good order. */
  stopService(): Promise<unknown> {
    return this.#stop();
  }

  async end(): Promise<void> {
    await this.#stop();
    await this.#line.stop();
    await this.mail.stop();
    this.#folder.remove();
  }

  async floods(): Promise<void> {
    const mqtt = /mqtt [^\s"]+?:(\d+)/.exec(this.words)?.[1];
    const fleet = await Fleet.start({ broker: `mqtt://127.0.0.1:${mqtt}`, keys: { [DEVICE]: 'key' }, scenario: handheld([DEVICE]) });
    await fleet.device(DEVICE).reports([4.6, 4.9, 5.05, 5.12]);
    await fleet.close();
  }

  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = performance.now() + WAIT_MS_MAX; !(await holds()); await delay(50))
      if (performance.now() > deadline) throw new Error(`it did not come about: ${this.words.slice(-3_000)}`);
  }

  post(path: string, body: unknown): Promise<Response> {
    return fetch(`${this.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: this.#cookie, ...ALONE },
      body: JSON.stringify(body),
    });
  }

  async get(path: string): Promise<string> {
    return (await fetch(`${this.url}/${path}`, { headers: { cookie: this.#cookie, ...ALONE } })).text();
  }

  /** How the deliveries stand: `state reason receipt`. */
  async deliveries(): Promise<readonly string[]> {
    const { items } = JSON.parse(await this.get('api/v1/deliveries?limit=100')) as { readonly items: readonly Record<string, unknown>[] };
    return items.map((row) => JSON.stringify(row));
  }

  async sonae(...args: readonly string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], SONAE_DATA: this.data };
    return (await promisify(execFile)(process.execPath, [await builtCommand(), ...args], { cwd: ROOT, env })).stdout;
  }

  async #populate(): Promise<void> {
    mkdirSync(this.data);
    const database = await openSqlite(join(this.data, 'ledger.db'));
    const accounts = new SqlAccounts(database);
    const keyHash = createHash('sha256').update('key').digest('hex');
    await accounts.addDeviceKey({ device: DEVICE, keyHash, createdAt: 0, revokedAt: null });
    await accounts.addUser({
      name: 'mori',
      role: 'admin',
      passwordHash: await hashPassword(passwordOf('mori')),
      disabled: false,
      createdAt: 0,
    });
    const keys = openKeyFile(join(this.data, 'keys'), { make: true });
    await accounts.enrolSecondFactor(sealedFactor(keys, { user: 'mori', secret: secretFor('mori'), step: 0, enrolledAt: 0 }));
    const directory = await SqlDirectory.open({ database, keys });
    await directory.subscribe([...ERASED, ...neighbours]);
    await directory.drawTicket(
      { gauge: 'window-1', number: 12, channel: 'line', address: midori.address, expiresAt: Date.now() + 3_600_000 },
      0,
    );
    const families = new SqlFamilyCodes(database, keys);
    const at = Date.now();
    for (const [index, person] of [midori, unknown].entries()) {
      const holder = { kind: 'line', person: person.address } as const;
      await families.give({ code: CODES[index]!, holder, namesShelter: false, at, expiresAt: at + 86_400_000 });
    }
    await families.saidSafe(midori.address, { safeAt: at, expiresAt: at + 86_400_000 });
    await database.close();
  }

  /** Sends a form as a phone does. */
  async form(path: string, fields: Readonly<Record<string, string>>): Promise<string> {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', ...ALONE };
    return (await fetch(`${this.url}${path}`, { method: 'POST', headers, body: new URLSearchParams(fields).toString() })).text();
  }
}

const choicesOf = ({ channel, address }: Subscriber) => ({ channel, address });

/** What the door gave out in the course of the story. */
const DOOR_SECRETS: string[] = [];

describe('S41 what a city holds about people', () => {
  const city = new City();
  beforeAll(() => city.start());
  afterAll(() => city.end());

  const found = async () => [
    ...whatFilesHold(city.data, [...SECRETS, ...DOOR_SECRETS]),
    ...whatBytesHold(Buffer.from(city.words), [...SECRETS, ...DOOR_SECRETS]).map((text) => `log: ${text}`),
    ...whatBytesHold(Buffer.from(await city.get('metrics')), SECRETS).map((text) => `metrics: ${text}`),
  ];

  it('is in no file, log line or figure in the open, also after LINE and a relay repeated addresses in their refusals', async () => {
    await city.floods();
    await city.until(async () => (await city.deliveries()).filter((row) => row.includes('refused')).length > 1);
    await city.until(async () => (await city.deliveries()).some((row) => row.includes('later')));
    const rows = await city.deliveries();
    expect(rows.some((row) => row.includes('k…@full.example.jp'))).toBe(true);
    expect(whatBytesHold(Buffer.from(rows.join()), SECRETS)).toEqual([]);
    // The words that hold no address stay readable.
    expect(rows.some((row) => /550 5\.1\.1 <k…@full\.example\.jp>: k… is full/.test(row))).toBe(true);
    expect(await found()).toEqual([]);
  });

  it('is in the open nowhere either when a family checked in at a shelter and others asked for them', async () => {
    const { door } = JSON.parse(await city.get(`api/v1/shelters/${DOOR}/check-ins`)) as { readonly door: { readonly url: string } };
    const own = `${new URL(door.url).pathname}/${PARTY_KEY}`;
    expect(await city.form(own, { turn: '0', persons: '4' })).toContain('受付しました');
    const given = /class="code">([^<]+)</.exec(await city.form(`${own}/family`, { agree: 'yes', name: 'yes' }))![1]!;
    DOOR_SECRETS.push(given, given.replaceAll('-', ''));
    expect(await city.form('/family', { code: given })).toContain('本町公民館にいます');
    expect(await city.form('/family', { code: shown(CODES[0]) })).toContain('無事です');
    const nothing = await city.form('/family', { code: shown(CODES[1]) });
    expect(nothing).toContain('知らせられることはありません');
    // Somebody who said nothing yet, and a code that nobody holds: the same page to the last byte.
    expect(await city.form('/family', { code: 'ZZZZ-ZZZ-ZZZ' })).toBe(nothing);
    expect(await city.get('metrics')).toMatch(/sonae_family_asks_total\{answer="told"\} 2/);
    await city.until(async () => /受付で数えた人数/.test(await city.get(`api/v1/gauges/${DOOR}`)));
    expect(await found()).toEqual([]);
  });

  it('is exported whole to whom it is about, and only that person', async () => {
    const exported = subscriberExportDto.parse(await (await city.post('subscribers/export', choicesOf(midori))).json());
    expect(exported).toMatchObject({ ...midori, districts: ['honmachi', 'seguchi'], charset: 'utf-8', state: 'active', standby: null });
    expect(exported.records['told']!.map((row) => row['state'])).toContain('sent');
    expect(JSON.stringify(exported.records['told'])).toContain('大瀬川');
    expect(exported.records['tickets']).toMatchObject([{ gauge: 'window-1', number: 12 }]);
    expect(exported.records['talk']).toMatchObject([{ what: 'familyCode', code: CODES[0], safeAt: expect.any(Number) }]);
    expect(JSON.stringify(exported)).not.toContain(neighbours[0]!.address);
    const printed = subscriberExportDto.parse(
      JSON.parse(await city.sonae('subscriber', 'export', 'disaster-mail', 'NGUYEN.thi.mai@mail.example.jp')),
    );
    expect(printed).toMatchObject({ address: nguyen.address, language: 'vi' });
    expect((await city.post('subscribers/export', { channel: 'line', address: lineId('nobody') })).status).toBe(404);
  });

  it('S43 is counted, with figures under five left blank', async () => {
    const { counts } = subscriberCountsDto.parse(JSON.parse(await city.get('api/v1/subscribers')));
    expect(counts).toContainEqual({ channel: 'line', language: 'ja', district: null, active: 8, blocked: 0 });
    expect(counts).toContainEqual({ channel: 'disaster-mail', language: 'vi', district: 'seguchi', active: null, blocked: 0 });
  });

  it('is forgotten on request, once and for all: nothing is found in any form, in files, logs or figures, also after the service ended', async () => {
    for (const one of ERASED.slice(0, 3)) expect((await city.post('subscribers/erase', choicesOf(one))).status).toBe(200);
    expect(await city.sonae('subscriber', 'erase', nguyen.channel, nguyen.address)).toMatch(
      /^subscriber \d+ is forgotten: \d+ records\.$/m,
    );
    for (const one of ERASED) {
      expect((await city.post('subscribers/export', choicesOf(one))).status).toBe(404);
      expect((await city.post('subscribers/erase', choicesOf(one))).status).toBe(404);
    }
    expect(await found()).toEqual([]);
    // With the person goes the consent.
    expect(await city.form('/family', { code: shown(CODES[0]) })).toContain('知らせられることはありません');
    // What was told to how many stays proven, by numbers.
    expect(await city.deliveries()).not.toEqual([]);
    const { counts } = subscriberCountsDto.parse(JSON.parse(await city.get('api/v1/subscribers')));
    expect(counts).toContainEqual({ channel: 'line', language: 'ja', district: null, active: 6, blocked: 0 });
    expect(counts.filter(({ channel }) => channel === 'disaster-mail')).toEqual([]);

    await city.stopService();
    expect(whatFilesHold(city.data, SECRETS)).toEqual([]);
    expect(whatBytesHold(Buffer.from(city.words), SECRETS)).toEqual([]);
  });
});
