export { compileCondition } from './compile.ts';
export type { ConditionProblem } from './problem.ts';
