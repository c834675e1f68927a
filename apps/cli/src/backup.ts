import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { backUp, restore } from '#sqlite';
import { type Command, print, progress, UsageError } from './command.ts';

const OPTIONS = { data: { type: 'string' }, json: { type: 'boolean' } } as const;

const dataOf = (given: string | undefined): string => resolve(given ?? process.env['SONAE_DATA'] ?? 'data');

function onlyFile(positionals: readonly string[]): string {
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new UsageError('name one file.');
  return file;
}

export const backupCommand: Command = {
  name: 'backup',
  summary: 'a consistent copy of everything, while the service runs',
  help: `Usage: npm run sonae -- backup <file> [--data <folder>] [--json]

Copies every database of the data folder (SONAE_DATA or ./data) into one archive, which any tar can open. The service may be
running. Each copy is read in full before the file gets its name; while it is written it ends in .part.
It holds residents' data (sealed) and what was told to whom: keep it where only the city can read it. The keys that open it are
not in it: keep a copy of them in another place (SONAE_KEYS, or the file keys in the data folder).

Example:
  npm run sonae -- backup /mnt/copies/sonae-$(date +%F).tar`,
  async run(args) {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const bar = progress('backup');
    const file = onlyFile(positionals);
    if (!existsSync(dirname(resolve(file))))
      throw new UsageError(`there is no folder ${dirname(resolve(file))} for the backup; make it, mount it, or name another file.`);
    const report = await backUp({ data: dataOf(values.data), file, now: Date.now(), onProgress: bar.show });
    bar.end();
    if (values.json) print(JSON.stringify({ ...report, takenAt: new Date(report.takenAt).toISOString() }));
    else print(`${resolve(file)}: ${report.files.join(', ')}; ${report.bytes} bytes, every copy read in full and sound.`);
    return 0;
  },
};

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'back again from such a copy; nothing is sent until a person releases it',
  help: `Usage: npm run sonae -- restore <file> [--data <folder>] [--json]

Puts the databases of a backup into the data folder (SONAE_DATA or ./data). Stop the service first. What was in the folder is
moved into before-restore-… there, and nothing is deleted.
The keys of the service must be those of the backup. The service then starts with everything held back: it goes on judging and
planning, and sends nothing until a decider or an administrator releases it at headquarters. What is out of date by then is not
sent any more. What was done since the copy is not in the audit, and audit verify says so: keep the file of checkpoints as the
record of that, and set SONAE_AUDIT_CHECKPOINTS to a new one. Whoever was erased since the copy has to be erased again.

Example:
  npm run sonae -- restore /mnt/copies/sonae-2026-07-01.tar`,
  async run(args) {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const data = dataOf(values.data);
    const file = onlyFile(positionals);
    if (!existsSync(file)) throw new UsageError(`there is no backup ${resolve(file)}.`);
    const bar = progress('restore');
    const report = await restore({ file, data, now: Date.now(), onProgress: bar.show });
    bar.end();
    const takenAt = new Date(report.takenAt).toISOString();
    if (values.json) print(JSON.stringify({ ...report, takenAt }));
    else {
      print(`${data}: ${report.files.join(', ')} as of ${takenAt}.`);
      if (report.kept !== null) print(`What was there before lies in ${report.kept}.`);
      print('Start the service: nothing is sent until a decider or an administrator releases it at headquarters.');
    }
    return 0;
  },
};
