import { loadExamples } from './load-examples.ts';
import { loadPlaybook } from './load-playbook.ts';
import type { Problem } from './problem.ts';

/** Everything that is wrong with a playbook folder, its examples included. These can only be judged once the playbook itself has no error. */
export async function checkPlaybook(folder: string): Promise<readonly Problem[]> {
  const { playbook, problems } = await loadPlaybook(folder);
  if (!playbook) return problems;
  const examples = await loadExamples(folder, playbook);
  return [...problems, ...examples.problems];
}
