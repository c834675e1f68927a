import { setTimeout as delay } from 'node:timers/promises';
import {
  Accounts,
  Audit,
  Channel,
  Clock,
  Directory,
  Keys,
  Ledger,
  Logbook,
  PlaybookVersions,
  Quarantine,
  ReadingHistory,
  ReadingLog,
} from '#core';
import { boundHttp, LineChannel } from '#channels/line';
import { MailChannel, MailTransport } from '#channels/mail';
import { InfluxReadingHistory } from '#influx';
import { openKeyFile } from '#keys';
import { isSealed, openSqlite, SqlAccounts, SqlAudit, SqlDirectory, SqlLedger, SqlLogbook, SqlPlaybookVersions } from '#sql';
import { Ballast, Checkpointer, DataFolder, SqliteQuarantine, SqliteReadingHistory, SqliteReadingLog } from '#sqlite';
import type { Logger } from './logger.ts';
import type { Settings } from './settings.ts';

/** What stands behind the ports in the standalone shape. */
export interface Adapters {
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
  readonly playbookVersions: PlaybookVersions;
  readonly channels: readonly Channel[];
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
  const folder = DataFolder.open({ path: settings.data });
  const closing: (() => Promise<void> | void)[] = [() => folder.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of closing.toReversed()) await close();
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
      ballast: new Ballast({ file: folder.file('ballast'), clock }),
      ...fatal,
    });
    closing.push(() => log.close());
    const history = settings.influx
      ? new InfluxReadingHistory({ ...settings.influx, onRefused: (why) => logger.error(why, undefined, 'history') })
      : new SqliteReadingHistory({ file: folder.file('history.db'), checkpointer, ...fatal });
    closing.push(() => history.close());
    const quarantine = new SqliteQuarantine({ file: folder.file('quarantine.db'), checkpointer, ...fatal });
    closing.push(() => quarantine.close());
    const database = await openSqlite(folder.file('ledger.db'), fatal.onFatal);
    closing.push(() => database.close());
    // Done by the writer, a checkpoint would hold up the alert that comes at that moment.
    checkpointer.add(folder.file('ledger.db'), fatal.onFatal);
    closing.push(() => checkpointer.remove(folder.file('ledger.db')));
    const keys = openKeyFile(settings.keys, { make: !(await isSealed(database)) });
    const directory = await SqlDirectory.open({
      database,
      keys,
      onDamaged: (recipient, why) => logger.error(`subscriber ${recipient} cannot be told: ${why}`, undefined, 'directory'),
    });
    const channels = openChannels(settings);
    closing.push(() => closeChannels(channels));
    return {
      clock,
      log,
      history,
      quarantine,
      ledger: new SqlLedger(database),
      directory,
      keys,
      accounts: new SqlAccounts(database),
      audit: new SqlAudit(database),
      logbook: new SqlLogbook(database),
      playbookVersions: new SqlPlaybookVersions(database),
      channels,
      close: closeAll,
    };
  } catch (cause) {
    await closeAll();
    throw cause;
  }
}

/**
 * An attempt that is still under way now was given up by dispatch: the ledger takes it for unknown and repeats it at the next start, under the
 * same key. So nobody waits for an answer that a silent platform may owe for a minute (F8).
 */
const CHANNELS_CLOSE_MS = 500;

async function closeChannels(channels: readonly Channel[]): Promise<void> {
  const closed = new AbortController();
  const closing = Promise.all(channels.map((channel) => channel.close()));
  const late = delay(CHANNELS_CLOSE_MS, undefined, { signal: closed.signal }).catch(() => undefined);
  await Promise.race([closing, late]);
  closed.abort();
}

/** The channels that the settings give; a route to another one is shown as not told, not forgotten. */
function openChannels({ line, mail }: Settings): readonly Channel[] {
  const channels: Channel[] = [];
  if (line) {
    boundHttp();
    channels.push(new LineChannel({ token: line.token, apiBase: line.api, status: 'actual' }));
  }
  if (mail) {
    // A relay on this machine is reached without a wire; everywhere else mail leaves only under TLS (F59).
    const transport = new MailTransport({ url: mail.smtpUrl, requireTls: !LOOPBACK.has(new URL(mail.smtpUrl).hostname) });
    channels.push(new MailChannel({ name: 'email', transport, from: mail.from, status: 'actual' }));
    channels.push(new MailChannel({ name: 'disaster-mail', transport, from: mail.from, status: 'actual' }));
  }
  return channels;
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
