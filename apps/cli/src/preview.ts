import { existsSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Playbook, SystemClock } from '#core';
import { type Effect, EFFECT_DAYS, type EffectDifference, effectOf } from '#pipeline/replay';
import { describeProblems, loadPlaybook } from '#playbook';
import { audienceIn, openSqliteToRead, SqlPlaybookVersions } from '#sql';
import { openReadingFiles } from '#sqlite';
import { type Command, complain, print, progress, UsageError } from './command.ts';
import { noLedgerIn } from './data-option.ts';
import { playbookInForce } from './playbook-in-force.ts';

/** Nobody else waits for this process. */
const WORK_MS_MAX = 10 * 60_000;

export const preview: Command = {
  name: 'preview',
  summary: "what a changed playbook would have raised on the service's own readings of the last days",
  help: `Usage: npm run sonae -- preview <playbook> [--data <folder>] [--against <playbook>] [--days ${EFFECT_DAYS}] [--json]

Lets the live engine judge the readings that the service itself kept, once by the playbook in force and once by the changed one, and lists
the differences: what would have been raised, when, by which route, in which districts and for how many subscribers.

Reads the data folder (--data, SONAE_DATA or ./data) without writing to it; the service may be running. The playbook in force is the one that
the service used last, unless --against names a folder. Exit status 1 when the playbook does not check clean.

Example:
  npm run sonae -- preview my-city --data /var/lib/sonae`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, against: { type: 'string' }, days: { type: 'string' }, json: { type: 'boolean' } },
    });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) throw new UsageError('name one playbook folder.');
    const days = Number(values.days ?? EFFECT_DAYS);
    if (!Number.isInteger(days) || days < 1 || days > EFFECT_DAYS)
      throw new UsageError(`--days must be a whole number from 1 to ${EFFECT_DAYS}.`);
    const { playbook: after, problems } = await loadPlaybook(folder);
    if (!after) {
      if (values.json) print(JSON.stringify({ version: null, problems, effect: null }));
      else complain(describeProblems(problems, folder));
      return 1;
    }
    const effect = await measured(after, { data: values.data, against: values.against, days });
    if (values.json) print(JSON.stringify({ version: after.version, problems, effect }));
    else for (const line of linesOf(effect, after)) print(line);
    return 0;
  },
};

async function measured(
  after: Playbook,
  { data, against, days }: { readonly data: string | undefined; readonly against: string | undefined; readonly days: number },
): Promise<Effect> {
  const folder = resolve(data ?? process.env['SONAE_DATA'] ?? 'data');
  const file = join(folder, 'ledger.db');
  if (!existsSync(file)) throw new UsageError(noLedgerIn(folder));
  const database = await openSqliteToRead(file);
  try {
    const readings = openReadingFiles(folder);
    const line = progress('preview');
    try {
      return await effectOf({
        before: await inForce(new SqlPlaybookVersions(database), against),
        after,
        log: readings.log,
        directory: { audience: (query, pageMax) => audienceIn(database, query, pageMax) },
        now: new SystemClock().now(),
        days,
        workMsMax: WORK_MS_MAX,
        pause: () => turn(),
        onProgress: line.show,
      });
    } finally {
      line.end();
      readings.close();
    }
  } finally {
    await database.close();
  }
}

async function inForce(versions: SqlPlaybookVersions, against: string | undefined): Promise<Playbook> {
  if (against !== undefined) {
    const { playbook } = await loadPlaybook(against);
    if (!playbook) throw new UsageError(`${against} is not a playbook that checks clean; see sonae check ${against}.`);
    return playbook;
  }
  const playbook = await playbookInForce(versions);
  if (!playbook) throw new UsageError('the service has not kept the playbook it uses; name its folder with --against.');
  return playbook;
}

function linesOf(effect: Effect, { city }: Playbook): readonly string[] {
  const { beforeVersion, afterVersion, from, to, readings, episodes, differences, differencesLeftOut, routes, moved, converted } = effect;
  const time = (at: number): string =>
    Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(city.timeZone)
      .toString({ timeZoneName: 'never', smallestUnit: 'minute' });
  return [
    `${city.name}: ${beforeVersion} in force, ${afterVersion} looked at`,
    `${time(from)} to ${time(to)}: ${readings} readings; ${episodes.before} alerts by the one in force, ${episodes.after} by the changed one, ${episodes.same} the same`,
    ...(effect.isComplete ? [] : ['Time ran out: later readings were not looked at.']),
    ...differences.flatMap((difference) => ['', ...linesOfDifference(difference, time)]),
    ...(differencesLeftOut > 0 ? [`and ${differencesLeftOut} more differences`] : []),
    ...(differences.length === 0 ? ['No alert would have been another one.'] : []),
    ...(routes.some(({ before, after }) => before !== after)
      ? [
          '',
          'Messages by route, pauses and silences not counted:',
          ...tableOf(routes.map((row) => [row.route, row.before, '→', row.after])),
        ]
      : []),
    ...(moved.length > 0
      ? [
          '',
          `Moved, with thresholds as they were: ${moved.join(', ')}. Their alerts are blocked until thresholds.csv has a new row for them.`,
        ]
      : []),
    ...(converted.length > 0 ? ['', `The past of ${converted.join(', ')} is judged as it was converted then.`] : []),
  ];
}

function linesOfDifference({ kind, rule, gauge, gaugeName, before, after }: EffectDifference, time: (at: number) => string): string[] {
  const episode = (one: EffectDifference['after']): string[] =>
    one
      ? [
          `${one.top}, ${time(one.raisedAt)} to ${one.endedAt === null ? 'now' : time(one.endedAt)}`,
          ...tableOf(
            one.heard.map(({ route, of, districts, channels, subscribers }) => [
              `  ${route}`,
              of,
              districts.join('・'),
              channels.join(' '),
              `${subscribers} subscribers`,
            ]),
          ),
        ]
      : ['nothing'];
  return [
    `${kind}  ${rule} on ${gauge} ${gaugeName}`,
    ...episode(before).map((line, i) => (i === 0 ? `  in force: ${line}` : `          ${line}`)),
    ...episode(after).map((line, i) => (i === 0 ? `  changed:  ${line}` : `          ${line}`)),
  ];
}

/** Columns under each other, as far as a terminal counts characters. */
function tableOf(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, `${cell}`.length)), []);
  return rows.map((row) =>
    row
      .map((cell, i) => (typeof cell === 'number' ? `${cell}`.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd(),
  );
}
