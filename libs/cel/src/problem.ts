/** One thing that is wrong with a condition, in Japanese, with what to do. */
export interface ConditionProblem {
  /** Where it begins, in characters of the text from 0. */
  readonly offset: number;
  /** With an error there is no condition; a warning is something that staff should look at. */
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** An unknown name and those that are known: whoever tells the problem may say which one was probably meant. */
  readonly slip?: { readonly name: string; readonly known: readonly string[] };
}
