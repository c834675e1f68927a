import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { movedGauges, type Playbook } from '#core';
import { checkPlaybook, describeProblems, loadPlaybook, type Problem } from '#playbook';
import { openSqliteToRead, SqlPlaybookVersions } from '#sql';
import { type Command, print, UsageError } from './command.ts';
import { playbookInForce } from './playbook-in-force.ts';

/** Where a gauge is written down. */
const GAUGES_FILE = 'gauges.csv';

export const check: Command = {
  name: 'check',
  summary: 'validate a playbook as a whole; every problem with file and line',
  help: `Usage: npm run sonae -- check <playbook> [--data <folder>] [--json]

Reads the whole folder and lists all problems at once. Exit status 1 when there is an error; warnings alone are 0.
With the data folder of a service (--data or SONAE_DATA; the service may be running) it also warns of gauges whose zero, datum or correction would
change while their thresholds stay: their rules will not be judged until thresholds.csv has a new row for them.

Example:
  npm run sonae -- check infra/playbooks/mihon
  npm run sonae -- check my-city --data /var/lib/sonae`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) throw new UsageError('name one playbook folder.');
    const [{ playbook }, found] = await Promise.all([loadPlaybook(folder), checkPlaybook(folder)]);
    const moved = playbook ? await movedFrom(values.data, folder, playbook) : [];
    const problems = [...found, ...moved].map((problem) => ({ ...problem, file: join(folder, problem.file) }));
    if (values.json) print(JSON.stringify({ version: playbook?.version ?? null, problems }));
    else {
      print(describeProblems(problems));
      if (playbook) {
        print(
          `${playbook.city.name}: ${playbook.gauges.size} gauges, ${playbook.rules.length} rules, ${playbook.routes.length} routes, ${playbook.districts.size} districts; version ${playbook.version}`,
        );
      }
    }
    return problems.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

/** Gauges that would be blocked if the playbook came in force at the service whose data is given (F46); none where no data is. */
async function movedFrom(given: string | undefined, folder: string, after: Playbook): Promise<readonly Problem[]> {
  const data = given ?? process.env['SONAE_DATA'];
  if (data === undefined || data === '') return [];
  const file = join(resolve(data), 'ledger.db');
  if (!existsSync(file)) {
    // The setting may name the folder of a service that has not begun yet.
    if (given === undefined) return [];
    throw new UsageError(`there is no ledger.db in ${resolve(data)}; name the folder of the service with --data.`);
  }
  const database = await openSqliteToRead(file);
  try {
    const before = await playbookInForce(new SqlPlaybookVersions(database));
    const gauges = before ? movedGauges(before, after) : [];
    if (!before || gauges.length === 0) return [];
    const lines = (await readFile(join(folder, GAUGES_FILE), 'utf8')).split(/\r?\n/u);
    return gauges.map(({ id, name }) => ({
      file: GAUGES_FILE,
      line: lines.findIndex((line) => line.split(',').some((cell) => cell.replaceAll('"', '').trim() === id)) + 1 || 1,
      severity: 'warning',
      message: `${id} (${name}) would be measured from another place than in version ${before.version}, which is in force, and its thresholds are as they were: its rules would not be judged until thresholds.csv has a new row for it`,
    }));
  } finally {
    await database.close();
  }
}
