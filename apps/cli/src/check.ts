import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkPlaybook, describeProblems, loadPlaybook } from '#playbook';
import { type Command, print, UsageError } from './command.ts';

export const check: Command = {
  name: 'check',
  summary: 'validate a playbook as a whole; every problem with file and line',
  help: `Usage: npm run sonae -- check <playbook> [--json]

Reads the whole folder and lists all problems at once. Exit status 1 when there is an error; warnings alone are 0.

Example:
  npm run sonae -- check infra/playbooks/mihon`,
  async run(args) {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean' } } });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) throw new UsageError('name one playbook folder.');
    const [{ playbook }, found] = await Promise.all([loadPlaybook(folder), checkPlaybook(folder)]);
    const problems = found.map((problem) => ({ ...problem, file: join(folder, problem.file) }));
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
