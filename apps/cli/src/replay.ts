import { parseArgs } from 'node:util';
import type { Transition } from '#core';
import { describeProblems, loadPlaybook } from '#playbook';
import { replay, score } from '#pipeline/replay';
import { readReadings } from '#readings-csv';
import { type Command, complain, print, progress, UsageError } from './command.ts';

export const replayCommand: Command = {
  name: 'replay',
  summary: 'play past readings through the live engine: what would have been raised, and how well',
  help: `Usage: npm run sonae -- replay <playbook> --readings <csv…> [--json]

The same engine as the live service under a virtual clock. CSV: gauge,time,level (or another quantity), or a
wide table with one column per gauge; times ISO 8601 with offset; .gz is read too. The score compares each
level rule with the observed flood: its top step in two readings in a row.

Example:
  npm run sonae -- replay infra/playbooks/mihon --readings flood.csv`,
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { readings: { type: 'string', multiple: true }, json: { type: 'boolean' } },
    });
    // `--readings a.csv b.csv`: what follows the playbook belongs to the readings.
    const [folder, ...more] = positionals;
    const files = [...(values.readings ?? []), ...more];
    if (folder === undefined) throw new UsageError('name the playbook folder.');
    if (files.length === 0) throw new UsageError('name at least one file after --readings.');
    const { playbook, problems } = await loadPlaybook(folder);
    if (!playbook || problems.some(({ severity }) => severity === 'error')) {
      complain(describeProblems(problems, folder));
      return 1;
    }
    const zone = playbook.city.timeZone;
    const startedAt = performance.now();
    const series = await readReadings(files);
    const unknown = series.gauges.filter((gauge) => !playbook.gauges.has(gauge));
    if (unknown.length > 0)
      complain(
        `not in the playbook and left out: ${unknown.slice(0, 10).join(', ')}${unknown.length > 10 ? ` and ${unknown.length - 10} more` : ''}`,
      );
    const line = progress('replay');
    const { transitions, readings } = replay(playbook, series, { onProgress: line.show });
    line.end();
    const scores = score(playbook, series, transitions);
    const seconds = Math.round((performance.now() - startedAt) / 10) / 100;
    if (values.json) {
      print(JSON.stringify({ transitions: transitions.map((transition) => plain(transition, zone)), score: scores, readings, seconds }));
      return 0;
    }
    for (const transition of transitions) print(sentence(transition, zone));
    print(`\n${readings} readings, ${transitions.length} transitions, ${seconds} s`);
    for (const { rule, hits, misses, falseAlarms, leadTimeMin } of scores) {
      print(
        `${rule}: ${hits} hits, ${misses} misses, ${falseAlarms} false alarms${leadTimeMin === null ? '' : `, median lead time ${leadTimeMin} min`}`,
      );
    }
    return 0;
  },
};

const plain = ({ at, gauge, ruleId, from, to, record }: Transition, zone: string) => ({
  at: local(at, zone),
  gauge,
  rule: ruleId,
  from,
  to,
  why: record.verdict,
  evidence: record.evidence,
});

const sentence = ({ at, gauge, ruleId, kind, from, to, record }: Transition, zone: string): string =>
  `${local(at, zone)}  ${gauge}  ${ruleId}  ${kind} ${from}→${to}  ${record.verdict}`;

/** An instant as the city's clocks showed it, ISO 8601 with offset. */
const local = (at: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toString({ timeZoneName: 'never', smallestUnit: 'second' });
