import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CHANNELS, type ChannelName, csvCell, SystemClock } from '#core';
import { PersonalData, Refusal } from '#pipeline/desk';
import { personalRecordsIn, sealedRecordsIn } from '#sql';
import { shownPeople } from '#wire';
import { type Command, isSystemError, print, UsageError } from './command.ts';
import { atTheConsole, type OpenPeople, openPeople } from './data-option.ts';

/** From so many people on, a public body reports a leak to the commission; after an attack from the first one on (個人情報保護法施行規則 43条). */
const REPORTED_FROM = 101;
const PAGE = 500;
const ACTIONS: readonly string[] = ['count', 'export', 'erase', 'affected'];

export const subscriber: Command = {
  name: 'subscriber',
  summary: 'count, export, erase, affected: what is held about residents, for those who ask and for a leak report',
  help: `Usage: npm run sonae -- subscriber count [--data <folder>] [--json]
       npm run sonae -- subscriber export <channel> <address>    everything that is held about one person, as JSON
       npm run sonae -- subscriber erase <channel> <address>     forgets one person everywhere
       npm run sonae -- subscriber affected --out <file>         everybody, for a leak report, as CSV that only you can read

Channels: ${CHANNELS.join(', ')}. The data folder is --data, SONAE_DATA or ./data; the service may be running.
Each of them but count is written down in the audit, by number. Copies of the data from before an erasure still hold the person,
sealed: let them pass with their own term, and erase again after a restore.

Example:
  npm run sonae -- subscriber export disaster-mail hana@example.jp`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, out: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [action, ...rest] = positionals;
    if (action === undefined || !ACTIONS.includes(action))
      throw new UsageError(`say count, export, erase or affected${action === undefined ? '' : `, not ${action}`}.`);
    const people = await openPeople(values.data, { make: false });
    try {
      switch (action) {
        case 'count':
          return await count(people, values.json ?? false);
        case 'export':
          print(JSON.stringify(await orNobody(askOf(rest), (ask) => personalDataOf(people).export(ask)), null, 2));
          return 0;
        case 'erase':
          return await erase(people, askOf(rest), values.json ?? false);
        default:
          if (values.out === undefined) throw new UsageError('name the file to write with --out.');
          return await affected(people, values.out, values.json ?? false);
      }
    } finally {
      await people.close();
    }
  },
};

const personalDataOf = ({ directory, audit, database, keys }: OpenPeople): PersonalData =>
  new PersonalData({
    directory,
    audit,
    records: [...personalRecordsIn(database), ...sealedRecordsIn(database, keys)],
    clock: new SystemClock(),
  });

function askOf([channel, address, ...more]: readonly string[]) {
  const known = CHANNELS.find((name) => name === channel);
  if (!known || address === undefined || more.length > 0) throw new UsageError(`name a channel (${CHANNELS.join(', ')}) and an address.`);
  const { by, role } = atTheConsole();
  return { channel: known, address, by, role };
}

/** The words of the refusal are those of the page for staff; on a console the other commands are named. */
async function orNobody<T>(ask: ReturnType<typeof askOf>, what: (ask: ReturnType<typeof askOf>) => Promise<T>): Promise<T> {
  try {
    return await what(ask);
  } catch (cause) {
    if (cause instanceof Refusal && cause.code === 'notFound')
      throw new UsageError(`nobody is subscribed by ${ask.channel} under this address: see that it is written as they gave it.`);
    throw cause;
  }
}

async function count({ directory }: OpenPeople, json: boolean): Promise<number> {
  const counts = await directory.counts();
  const rows = counts.map(({ active, blocked, ...of }) => ({ ...of, active: shownPeople(active), blocked: shownPeople(blocked) }));
  if (json) print(JSON.stringify(rows));
  else if (rows.length === 0) print('nobody subscribed yet.');
  else
    for (const { channel, language, district, active, blocked } of rows)
      print(`${channel}  ${language}  ${district ?? 'all'}  ${words(active)}${blocked === 0 ? '' : `, ${words(blocked)} blocked`}`);
  return 0;
}

const words = (people: number | null): string => (people === null ? 'fewer than 5' : String(people));

async function erase(people: OpenPeople, ask: ReturnType<typeof askOf>, json: boolean): Promise<number> {
  const erased = await orNobody(ask, (asked) => personalDataOf(people).erase(asked));
  if (json) print(JSON.stringify(erased));
  else {
    print(`subscriber ${erased.recipient} is forgotten: ${erased.records} records.`);
    if (erased.stillSubscribed !== null)
      print(`The same person is subscribed by ${erased.stillSubscribed} as well: export showed the address; erase it too.`);
  }
  return 0;
}

/** A list of residents never goes over another file, and never into one that others may read. */
function newFile(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new UsageError(
      cause.code === 'EEXIST'
        ? `${path} is there already; name another file with --out, or remove that one first.`
        : `${path} cannot be written (${cause.code}); name a file with --out in a folder that is there and that you may write.`,
    );
  }
}

/** Writes everybody into a file that nobody else can read, page by page, and says what a report needs to say. */
async function affected({ directory, audit }: OpenPeople, out: string, json: boolean): Promise<number> {
  const counted = new Map<ChannelName, number>();
  const file = newFile(out);
  try {
    // Written down first: no list may lie anywhere that nobody could prove was taken.
    await audit.append([{ ...atTheConsole(), act: 'exported', subject: 'subscriber/all' }]);
    writeSync(file, `${['number', 'channel', 'address', 'language', 'state', 'districts', 'categories'].join(',')}\r\n`);
    for await (const page of directory.everybody(PAGE)) {
      const lines = page.map((one) =>
        [one.recipient, one.channel, one.address, one.language, one.state, one.districts.join(' '), one.categories.join(' ')]
          .map(csvCell)
          .join(','),
      );
      for (const { channel } of page) counted.set(channel, (counted.get(channel) ?? 0) + 1);
      writeSync(file, lines.map((line) => `${line}\r\n`).join(''));
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  const all = [...counted.values()].reduce((sum, own) => sum + own, 0);
  if (json) print(JSON.stringify({ file: out, people: all, channels: Object.fromEntries(counted) }));
  else {
    for (const [channel, own] of counted) print(`${channel}  ${own}`);
    print(`${all} people in ${out}, readable for you alone. Data held: address, language, districts, categories; no names.`);
    print(
      all >= REPORTED_FROM
        ? 'More than 100 people: a leak is reported to the Personal Information Protection Commission within 3 to 5 days, and in full within 30.'
        : 'Up to 100 people: a leak is reported when it was an attack, within 3 to 5 days and in full within 60.',
    );
  }
  return 0;
}
