export { checkPlaybook } from './check-playbook.ts';
export { fingerprintOf, isPlaybookFile, versionInFolder } from './folder.ts';
export { type Example, loadExamples } from './load-examples.ts';
export { loadFiles, loadPlaybook, playbookFrom } from './load-playbook.ts';
export { describeProblems, type Problem } from './problem.ts';
export { ruleTextOf } from './rule-text.ts';
