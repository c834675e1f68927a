import { setTimeout as delay } from 'node:timers/promises';
import {
  Accounts,
  Audit,
  Channel,
  CheckIns,
  Clock,
  Directory,
  Drills,
  FamilyCodes,
  Heartbeats,
  Keys,
  Ledger,
  Logbook,
  type OperationStatus,
  OrderBook,
  PersonalRecords,
  PlaybookVersions,
  Quarantine,
  ReadingHistory,
  ReadingLog,
  ResidentReports,
  ShelterOpenings,
  TalkLine,
  Talks,
} from '#core';
import type { TalkOverLine } from '#channels/line';
import type { InfluxReadingHistory } from '#influx';
import type { RelayChannel } from '#mqtt';
import { LiveChannel } from '#pipeline/heartbeat';
import { openKeyFile } from '#keys';
import {
  isSealed,
  openSqlite,
  personalRecordsIn,
  sealedRecordsIn,
  SqlAccounts,
  SqlAudit,
  SqlBounces,
  SqlCheckIns,
  type SqlDatabase,
  SqlDirectory,
  SqlDrills,
  SqlFamilyCodes,
  SqlHeartbeats,
  SqlLedger,
  SqlLetters,
  SqlLogbook,
  SqlOrderBook,
  SqlPlaybookVersions,
  SqlResidentReports,
  SqlShelterOpenings,
  SqlTalks,
} from '#sql';
import { Ballast, Checkpointer, DataFolder, SqliteQuarantine, SqliteReadingHistory, SqliteReadingLog } from '#sqlite';
import { holdRestored, holdRolledBack } from './hold-restored.ts';
import type { Logger } from './logger.ts';
import { openNeighbours } from './neighbours.ts';
import { type Enclosures, isOwnMachine, type MailDesk, type MailMeans, openMail } from './mail-means.ts';
import type { Settings } from './settings.ts';

/** A way out of a place. Real life's own ways to people carry its heartbeat as well; web hooks, lights and sirens never do. */
type WayOf<S extends OperationStatus> = S extends 'actual' ? Channel<'actual'> | Channel<'actual' | 'test'> : Channel<S>;

/** What stands behind the ports of a place in the standalone shape. The channels are made for what the place is for, and for nothing else. */
export interface Adapters<S extends OperationStatus = 'actual'> {
  readonly clock: Clock;
  readonly log: ReadingLog;
  readonly history: ReadingHistory;
  readonly quarantine: Quarantine;
  readonly ledger: Ledger;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly logbook: Logbook;
  readonly orders: OrderBook;
  readonly heartbeats: Heartbeats;
  readonly playbookVersions: PlaybookVersions;
  /** What the place holds about people beside the directory, by their numbers. */
  readonly personalRecords: readonly PersonalRecords[];
  /** Real life's record of drills, in whatever place. */
  readonly drills: Drills;
  readonly channels: readonly WayOf<S>[];
  /** Lights and sirens, to be joined to the broker; a drill has none. */
  readonly relay?: RelayChannel<'actual'>;
  readonly shelterOpenings: ShelterOpenings;
  /** Who came to shelters and went, and who lets family ask: in a drill its own. */
  readonly checkIns: CheckIns;
  readonly families: FamilyCodes;
  /** What the LINE account of real life talks with and what it keeps; a drill has none. `line` is null without a channel secret. */
  readonly account?: { readonly talks: Talks; readonly reports: ResidentReports; readonly line: TalkLine | null };
  /** What mails to staff enclose; without mail there is nothing to enclose in. */
  readonly enclosures?: Enclosures;
  /** How real life writes to single people by mail and hears from them; without mail, and in a drill, there is none. */
  readonly mail?: MailDesk;
  /** Lets go of everything, the folder last. */
  close(): Promise<void>;
}

/**
 * Takes the data folder and opens everything in it. `onFatal` hears when the disk can no longer be trusted: the process must end and start
 * again (reliability rule 4). Throws named errors that say which file, and what to do.
 */
export async function openAdapters(
  settings: Settings,
  { clock, logger, onFatal }: { readonly clock: Clock; readonly logger: Logger; readonly onFatal: (why: string) => void },
): Promise<Adapters> {
  const stores = await openStores(settings.data, { clock, logger, onFatal, influx: settings.influx, ballast: true });
  try {
    const { database, closing, ...own } = stores;
    await holdRolledBack(settings.audit, { ...own, clock });
    const keys = openKeyFile(settings.keys, { make: !(await isSealed(database)) });
    const directory = await SqlDirectory.open({
      database,
      keys,
      onDamaged: (recipient, why) => logger.error(`subscriber ${recipient} cannot be told: ${why}`, undefined, 'directory'),
    });
    const { channels: outer, mail } = await openChannels<'actual' | 'test'>(settings, {
      status: 'actual',
      also: ['test'],
      keys,
      clock,
      logger,
    });
    if (mail && isOwnMachine(settings.http.publicUrl))
      logger.warn(`links in mail lead to ${settings.http.publicUrl}, which nobody else reaches; set SONAE_PUBLIC_URL`, 'mail');
    const { webhook, relay } = openNeighbours({ ...own, keys, clock, innerHosts: settings.webhookInnerHosts });
    const live = outer.map(
      (channel) =>
        new LiveChannel({ channel, directory, onRefused: (name, id, why) => logger.error(`${name} ${id}: ${why}`, undefined, 'channels') }),
    );
    const channels = [...live, webhook, relay];
    closing.push(() => closeChannels(mail ? [...channels, mail.carrier] : channels));
    const line = settings.line?.secret ? await openTalk(settings.line) : null;
    if (line) closing.push(() => closeChannels([line]));
    return {
      clock,
      ...own,
      personalRecords: [...own.personalRecords, ...sealedRecordsIn(database, keys)],
      directory,
      keys,
      families: new SqlFamilyCodes(database, keys),
      accounts: new SqlAccounts(database),
      drills: new SqlDrills(database),
      channels,
      relay,
      ...(mail && {
        enclosures: mail.enclosures,
        mail: { letters: new SqlLetters({ database, keys }), bounces: new SqlBounces(database), carrier: mail.carrier, pace: mail.pace },
      }),
      account: { talks: new SqlTalks(database, keys), reports: new SqlResidentReports(database, keys), line },
    };
  } catch (cause) {
    await stores.close();
    throw cause;
  }
}

// Libraries that only some settings want are loaded with what they ask for: each is megabytes that a small machine need not hold.
async function openTalk({ token, api }: NonNullable<Settings['line']>): Promise<TalkOverLine> {
  const { TalkOverLine } = await import('#channels/line');
  return new TalkOverLine({ token, apiBase: api });
}

async function openInflux(influx: NonNullable<Settings['influx']>, onRefused: (why: string) => void): Promise<InfluxReadingHistory> {
  const { InfluxReadingHistory } = await import('#influx');
  return new InfluxReadingHistory({ ...influx, onRefused });
}

/** What a place keeps in a folder of its own, with the books that lie in its ledger's database. */
export interface Stores extends Pick<
  Adapters,
  | 'log'
  | 'history'
  | 'quarantine'
  | 'ledger'
  | 'audit'
  | 'logbook'
  | 'orders'
  | 'heartbeats'
  | 'personalRecords'
  | 'playbookVersions'
  | 'shelterOpenings'
  | 'checkIns'
  | 'close'
> {
  readonly database: SqlDatabase;
  /** What `close` lets go of, the last one first. */
  readonly closing: (() => Promise<void> | void)[];
}

export interface StoresOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onFatal: (why: string) => void;
  /** Null for a history in the folder. */
  readonly influx: Settings['influx'];
  /** Whether room on the disk is held for orders here: once on a disk. */
  readonly ballast: boolean;
}

/** Takes a folder and opens what a place keeps there. Throws named errors that say which file, and what to do; nothing is left open then. */
export async function openStores(path: string, { clock, logger, onFatal, influx, ballast }: StoresOptions): Promise<Stores> {
  const folder = DataFolder.open({ path });
  const closing: Stores['closing'] = [() => folder.close()];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).toReversed()) await one();
  };
  try {
    for (const file of folder.uncheckedFiles)
      logger.warn(`${file} is large and was not read in full at the start; the next backup checks it`, 'storage');
    const checkpointer = new Checkpointer();
    closing.push(() => checkpointer.close());
    const fatal = { onFatal: (fault: Error) => onFatal(fault.message) };
    const log = new SqliteReadingLog({
      file: folder.file('readings.db'),
      checkpointer,
      ...(ballast && { ballast: new Ballast({ file: folder.file('ballast'), clock }) }),
      ...fatal,
    });
    closing.push(() => log.close());
    const history = influx
      ? await openInflux(influx, (why) => logger.error(why, undefined, 'history'))
      : new SqliteReadingHistory({ file: folder.file('history.db'), checkpointer, ...fatal });
    closing.push(() => history.close());
    const quarantine = new SqliteQuarantine({ file: folder.file('quarantine.db'), checkpointer, ...fatal });
    closing.push(() => quarantine.close());
    const database = await openSqlite(folder.file('ledger.db'), fatal.onFatal);
    closing.push(() => database.close());
    // Done by the writer, a checkpoint would hold up the alert that comes at that moment.
    checkpointer.add(folder.file('ledger.db'), fatal.onFatal);
    closing.push(() => checkpointer.remove(folder.file('ledger.db')));
    const ledger = new SqlLedger(database);
    const audit = new SqlAudit(database);
    await holdRestored(folder, { ledger, audit, clock });
    return {
      log,
      history,
      quarantine,
      ledger,
      audit,
      logbook: new SqlLogbook(database),
      orders: new SqlOrderBook(database),
      heartbeats: new SqlHeartbeats(database),
      personalRecords: personalRecordsIn(database),
      playbookVersions: new SqlPlaybookVersions(database),
      shelterOpenings: new SqlShelterOpenings(database),
      checkIns: new SqlCheckIns(database),
      database,
      closing,
      close,
    };
  } catch (cause) {
    await close();
    throw cause;
  }
}

/**
 * An attempt that is still under way now was given up by dispatch: the ledger takes it for unknown and repeats it at the next start, under the
 * same key. So nobody waits for an answer that a silent platform may owe for a minute (F8).
 */
const CHANNELS_CLOSE_MS = 500;

/** Lets go of channels, and of their attempts that take too long. */
export async function closeChannels(channels: readonly Pick<Channel, 'close'>[]): Promise<void> {
  const closed = new AbortController();
  const closing = Promise.all(channels.map((channel) => channel.close()));
  const late = delay(CHANNELS_CLOSE_MS, undefined, { signal: closed.signal }).catch(() => undefined);
  await Promise.race([closing, late]);
  closed.abort();
}

/** The channels that the settings give, made for one status; a route to another one is shown as not told, not forgotten. */
export async function openChannels<S extends OperationStatus>(
  { line, mail, http }: Pick<Settings, 'line' | 'mail' | 'http'>,
  {
    status,
    also = [],
    keys,
    clock,
    logger,
  }: { readonly status: S; readonly also?: readonly S[]; readonly keys: Keys; readonly clock: Clock; readonly logger: Logger },
): Promise<{ readonly channels: readonly Channel<S>[]; readonly mail: MailMeans<S> | null }> {
  const channels: Channel<S>[] = [];
  if (line) {
    const { boundHttp, LineChannel } = await import('#channels/line');
    boundHttp();
    channels.push(new LineChannel({ token: line.token, apiBase: line.api, status, also }));
  }
  const means = mail && openMail({ mail, publicUrl: http.publicUrl, status, also, keys, clock, logger });
  if (means) channels.push(...means.channels);
  return { channels, mail: means };
}
