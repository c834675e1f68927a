import { parseArgs } from 'node:util';
import { describeProblems, loadExamples, loadPlaybook } from '#playbook';
import { type Command, complain, print, UsageError } from './command.ts';
import { runExample } from './run-example.ts';

export const testCommand: Command = {
  name: 'test',
  summary: "run the playbook's own stories through the engine",
  help: `Usage: npm run sonae -- test <playbook> [--json]

Runs examples/*.yaml: a timeline of readings in, exactly the expected transitions and the expected words out.
The messages are those that the service would send: planned by its own dispatch stage, with groups, merged places, notice intervals and damping.
Exit status 1 when a story ends otherwise.

Example:
  npm run sonae -- test infra/playbooks/mihon`,
  async run(args) {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: { json: { type: 'boolean' } } });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) throw new UsageError('name one playbook folder.');
    const { playbook, problems } = await loadPlaybook(folder);
    if (!playbook) {
      complain(describeProblems(problems, folder));
      return 1;
    }
    const { examples, problems: unreadable } = await loadExamples(folder, playbook);
    if (unreadable.some(({ severity }) => severity === 'error')) {
      complain(describeProblems(unreadable, folder));
      return 1;
    }
    const results: { readonly name: string; readonly file: string; readonly failures: readonly string[] }[] = [];
    for (const example of examples)
      results.push({ name: example.name, file: example.place.file, failures: await runExample(playbook, example) });
    const failed = results.filter(({ failures }) => failures.length > 0).length;
    if (values.json) print(JSON.stringify({ examples: results, passed: results.length - failed, failed }));
    else {
      for (const { name, failures } of results) {
        print(`${failures.length === 0 ? 'ok    ' : 'FAILED'} ${name}`);
        for (const failure of failures) print(`       ${failure}`);
      }
      print(`${results.length - failed} of ${results.length} stories end as they are told`);
    }
    return failed === 0 ? 0 : 1;
  },
};
