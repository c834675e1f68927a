export { fingerprintOf, isPlaybookFile, versionInFolder } from './folder.ts';
export type { Example } from './load-examples.ts';
export { loadFilesAside, loadPlaybookAside, playbookFromAside } from './load-aside.ts';
export { checkPlaybook, loadExamples, loadPlaybook, playbookFrom, ruleTextOf } from './parsers.ts';
export { describeProblems, type Problem } from './problem.ts';
