export { checkPlaybook } from './check-playbook.ts';
export { fingerprintOf, isPlaybookFile, versionInFolder } from './folder.ts';
export { type Example, loadExamples } from './load-examples.ts';
export { loadFilesAside, loadPlaybookAside, playbookFromAside } from './load-aside.ts';
export { loadPlaybook, playbookFrom } from './load-playbook.ts';
export { describeProblems, type Problem } from './problem.ts';
export { ruleTextOf } from './rule-text.ts';
