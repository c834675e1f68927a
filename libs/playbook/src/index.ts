export { checkPlaybook } from './check-playbook.ts';
export { type Example, loadExamples } from './load-examples.ts';
export { loadPlaybook, playbookFrom } from './load-playbook.ts';
export { describeProblems } from './problem.ts';
export { ruleTextOf } from './rule-text.ts';
