import { mkdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import {
  actOnOrder,
  EVACUATION_CATEGORY,
  openOrder,
  type Order,
  type OrderAsk,
  type Playbook,
  proposeOrder,
  type Subscriber,
  UNDO_MS,
} from '#core';
import { openKeyFile } from '#keys';
import { LinePlatform } from '#outside/line-platform';
import type { MailEvent } from '#outside/mail-catcher';
import { loadPlaybook } from '#playbook';
import { openSqlite, SqlDirectory, SqlOrderBook } from '#sql';
import { HOUR } from '../support/builders.ts';
import { ask, BY_STAFF, planned } from '../support/orders.ts';
import { type TemporaryFolder, temporaryFolder } from '../support/temporary-folder.ts';
import type { History } from './history-checker.ts';
import { ledgerIn, ordersRest, standing } from './kept.ts';
import { ServiceProcess } from './service-process.ts';

const LINE_TOKEN = 'token-of-the-town';
const PLAYBOOK = 'infra/playbooks/mihon';
/** What was tried six times waits half a minute for the next try; a busy machine takes as long again. */
const REST_MS_MAX = 180_000;
/** Nobody waits so long for a service to come to its point. */
const DEATH_MS_MAX = 180_000;
const LOOK_MS = 20;

/**
 * A town whose mayor gives orders, and a service that dies while it tells them. Orders stand for themselves: none takes the place of another, so
 * that every one of them must reach everybody, whatever LINE or the relay makes of it.
 */
export class OrderedTown {
  readonly line: LinePlatform;
  readonly subscribers: readonly Subscriber[];
  kills = 0;
  /** When each life of the service began, by `performance.now`. */
  readonly beganAt: number[] = [];
  /** Whom LINE does not know any more. */
  readonly unknownOnLine = new Set<string>();
  readonly given: { readonly transitionId: string; readonly district: string }[] = [];
  readonly #folder: TemporaryFolder;
  readonly #playbook: Playbook;
  readonly #more: Readonly<Record<string, string>>;
  #service: ServiceProcess | null = null;

  private constructor(set: {
    readonly line: LinePlatform;
    readonly folder: TemporaryFolder;
    readonly playbook: Playbook;
    readonly subscribers: readonly Subscriber[];
    readonly more: Readonly<Record<string, string>>;
  }) {
    this.line = set.line;
    this.subscribers = set.subscribers;
    this.#folder = set.folder;
    this.#playbook = set.playbook;
    this.#more = set.more;
  }

  /** A town without orders and without a service yet. `settings` are those of the service beyond the usual ones, such as the relay. */
  static async start({
    subscribers,
    settings,
  }: {
    readonly subscribers: readonly Subscriber[];
    readonly settings: Readonly<Record<string, string>>;
  }): Promise<OrderedTown> {
    const line = await LinePlatform.start({ port: 0, token: LINE_TOKEN, secret: 'secret-of-the-town' });
    const { playbook, problems } = await loadPlaybook(PLAYBOOK);
    if (!playbook) throw new Error(JSON.stringify(problems));
    const folder = temporaryFolder();
    const town = new OrderedTown({ line, folder, playbook, subscribers, more: settings });
    mkdirSync(folder.file('data'));
    const keys = openKeyFile(folder.file('data/keys'), { make: true });
    await town.#inLedger(async (database) => {
      const directory = await SqlDirectory.open({ database, keys });
      await directory.subscribe(subscribers);
    });
    const onLine = subscribers.filter(({ channel }) => channel === 'line');
    line.addUsers(onLine.map(({ address }) => ({ userId: address, displayName: address.slice(-4) })));
    return town;
  }

  get service(): ServiceProcess {
    if (!this.#service) throw new Error('no service runs');
    return this.#service;
  }

  /** Settings of a service of this town. */
  get settings(): Readonly<Record<string, string>> {
    return {
      SONAE_PLAYBOOK: PLAYBOOK,
      SONAE_DATA: this.#folder.file('data'),
      SONAE_HTTP_PORT: '0',
      SONAE_MQTT_PORT: '0',
      SONAE_LINE_TOKEN: LINE_TOKEN,
      SONAE_LINE_API: this.line.url,
      ...this.#more,
    };
  }

  /** Two deciders order the people of a district to leave, with words that no other order has. The service need not run. */
  async give(district: string): Promise<void> {
    const id = `o${this.given.length}`;
    const at = Date.now();
    const saidAt = at - 2 * UNDO_MS;
    const { name } = this.#playbook.districts.get(district)!;
    const opened = openOrder({
      id,
      origin: BY_STAFF,
      planned: planned({
        content: {
          municipalLevel: 4,
          hazard: 'flood',
          districts: [{ code: district, name, households: 900, persons: 2_000 }],
          destinations: [{ id: `hall-${id}`, name: `第${this.given.length + 1}集会所`, address: `${name}1-${this.given.length + 1}` }],
        },
        expiresAt: at + 12 * HOUR,
      }),
      grounds: { readings: [], weatherLevel: null, reports: [], against: [] },
      status: 'actual',
      playbookVersion: 'of the suite',
      at: saidAt,
    });
    await this.#inLedger(async (database) => {
      const book = new SqlOrderBook(database);
      await proposeOrder(book, opened, { by: 'duty-1', role: 'duty', at: saidAt, reason: '' });
      for (const by of ['decider-1', 'decider-2'])
        await actOnOrder(book, id, { askOf: (order: Order): OrderAsk => ask(order, { kind: 'confirm' }, { by, at: saidAt }) });
      const taken = await actOnOrder(book, id, { askOf: () => ({ by: 'sonae', role: null, version: null, kind: 'take', at }) });
      if (taken.kind !== 'done' || !taken.transition) throw new Error(`the order was not given: ${JSON.stringify(taken)}`);
      this.given.push({ transitionId: taken.transition.id, district });
    });
  }

  begin(...program: readonly string[]): ServiceProcess {
    this.beganAt.push(performance.now());
    this.#service = new ServiceProcess(program, this.settings);
    return this.#service;
  }

  /** Kills the service from outside, or waits for it to kill itself. */
  async death(from: 'outside' | 'inside'): Promise<void> {
    const { service } = this;
    const ending = from === 'outside' ? service.end('SIGKILL') : Promise.race([service.ended, wait(DEATH_MS_MAX, null, { ref: false })]);
    if ((await ending)?.signal !== 'SIGKILL') throw new Error(`the service did not die at its point: ${service.words}`);
    this.kills += 1;
  }

  /** Somebody in the middle of a chunk deletes their LINE account. */
  losesAnAccount(district: string): void {
    const residents = this.subscribers.filter(({ channel, districts }) => channel === 'line' && districts.includes(district));
    const { address } = residents[(residents.length >> 1) + this.unknownOnLine.size]!;
    this.line.forget(address);
    this.unknownOnLine.add(address);
  }

  /** Resolves when every order is told. */
  rested(): Promise<void> {
    return this.until('everything was told', () => ordersRest(this.#folder.file('data')));
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    for (const deadline = performance.now() + REST_MS_MAX; !condition(); await wait(LOOK_MS)) {
      if (performance.now() > deadline)
        throw new Error(`not within ${REST_MS_MAX} ms: ${what}; ${standing(this.#folder.file('data'))}\n${this.service.words}`);
    }
  }

  /** What happened, read from the neighbours and from the files of a service that has ended. */
  async history(mail: readonly MailEvent[]): Promise<History> {
    return {
      playbook: this.#playbook,
      subscribers: this.subscribers,
      kills: this.kills,
      sent: [],
      log: [],
      ...(await ledgerIn(this.#folder.file('data/ledger.db'), this.#folder.file('data/keys'))),
      given: this.given,
      line: this.line.requests,
      unknownOnLine: this.unknownOnLine,
      mail,
    };
  }

  /** Ends everything that may still run. */
  async stop(): Promise<void> {
    if (this.#service) await this.#service.end('SIGKILL');
    await this.line.stop();
    this.#folder.remove();
  }

  async #inLedger(act: (database: Awaited<ReturnType<typeof openSqlite>>) => Promise<void>): Promise<void> {
    const database = await openSqlite(this.#folder.file('data/ledger.db'));
    try {
      await act(database);
    } finally {
      await database.close();
    }
  }
}

/** So many people of a district who chose to hear orders on one channel, in one language. */
export const peopleOf = (
  district: string,
  count: number,
  set: Pick<Subscriber, 'channel' | 'language'> & Partial<Pick<Subscriber, 'charset'>> & { readonly addressOf: (index: number) => string },
): readonly Subscriber[] => {
  const { addressOf, ...rest } = set;
  return Array.from({ length: count }, (_, index) => ({
    ...rest,
    address: addressOf(index),
    districts: [district],
    categories: [EVACUATION_CATEGORY],
  }));
};
